//: ## Channels per resolution
//: Each doubling of height and width quadruples the pixels. To pay for that, the later blocks are narrower: block $i$
//: has `factors[i]` times the base count of channels. The first four resolutions (4, 8, 16, 32 px) keep all of them.

/// Channels of each resolution 4, 8, …, 1024 px, as a share of the base count. Source: document 2, `factors`.
package let factors: [Double] = [1, 1, 1, 1, 1 / 2, 1 / 4, 1 / 4, 1 / 8, 1 / 16]

/// ⌊base·factors[step]⌋.
package func channels(atStep step: Int, of base: Int) -> Int {
  precondition(factors.indices.contains(step), "step \(step): the table of factors ends at 1024 px, step 8")
  let count = Int(Double(base) * factors[step])
  precondition(count > 0, "\(base) channels times \(factors[step]) leave none at step \(step)")
  return count
}

/// Height and width of the images at a step: 4·2^step.
package func resolution(atStep step: Int) -> Int { 4 << step }

/// The last step of a network for images of `size`×`size`: log₂(size/4).
package func lastStep(forSize size: Int) -> Int {
  precondition(
    size >= 4 && size <= 1024 && size.nonzeroBitCount == 1, "size \(size): expected 4, 8, 16, … or 1024 pixels")
  return (size / 4).trailingZeroBitCount
}
