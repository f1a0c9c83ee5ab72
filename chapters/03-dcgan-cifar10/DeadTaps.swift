//: ## Weights that never learn
//: G's first layer is a transposed convolution with a 4×4 kernel over a picture of *one* pixel. The pixel is spread to
//: 4×4, and of those the padding of 1 cuts away the border: only the central 2×2 of the kernel's taps ever meet a
//: latent. The other twelve of sixteen get no gradient, and whatever their weights were drawn to be, they stay. Here is
//: the mean magnitude of the gradient at each tap.

import GANBook

/// The mean |gradient| of every tap of G's first layer.
func showTaps(of step: Iteration) {
  let taps = step.gradientsG[0].absolute().mean(axes: [0, 1])  // [64, 256, 4, 4] → [4, 4]
  for row in 0..<4 {
    let cells = taps.values[4 * row..<4 * row + 4].map { formatted($0 * 1e5, decimals: 3) }
    say(cells.joined(separator: "  ") + "  · 10⁻⁵")
  }
  record("taps", relativeToLargest: taps, atol: 1e-11, rtol: 1e-11, float32: .within(atol: 1e-2, rtol: 0))
}

/// Counts the weights of G's first layer that are now what they were drawn to be.
func countDeadWeights(of training: Training, seed: UInt64) {
  let start = Training(training.act, data: training.data, seed: seed, dtype: training.dtype, k: training.k)
  let weights = [start, training].map { $0.generator.parameters[0].value.values }
  let unmoved = zip(weights[0], weights[1]).count { $0 == $1 }
  let convolutions = training.generator.parameters.map(\.value).filter { $0.rank == 4 }.reduce(0) { $0 + $1.count }
  say(
    "after \(training.iteration) iterations \(grouped(unmoved)) of G's \(grouped(convolutions)) convolution weights "
      + "are what they were at the start")
  record("dead-taps/weights", scalar: Double(unmoved), atol: 0, rtol: 0)
}
