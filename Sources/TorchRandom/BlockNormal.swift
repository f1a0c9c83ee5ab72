// Sixteen normals and more, in blocks of 16: the Box–Muller transform with the first eight uniforms of a block as radii
// and the last eight as angles.
//
//   r = √(−2·log(1 − u₁)), t = 2π·u₂, and the pair is r·cos t, r·sin t, each scaled as (·)·std + mean in one fused
//   step.
//
// When the count is no multiple of 16, the LAST 16 elements are filled again with 16 fresh uniforms: 20 elements cost
// 36 draws, and elements 4 through 15 are made twice.

extension TorchGenerator {
  static let blockLength = 16
  private static let halfBlock = 8

  /// Draws uniforms for all of `out`, then calls `transform` with the first index of every block; the last block may
  /// need fresh uniforms.
  @inline(__always)
  private static func transformBlocks<Scalar>(
    _ out: UnsafeMutableBufferPointer<Scalar>, drawing draw: (UnsafeMutableBufferPointer<Scalar>) -> Void,
    _ transform: (Int) -> Void
  ) {
    draw(out)
    let whole = out.count / blockLength * blockLength
    for start in stride(from: 0, to: whole, by: blockLength) { transform(start) }
    if whole < out.count {
      let start = out.count - blockLength
      draw(UnsafeMutableBufferPointer(rebasing: out[start...]))
      transform(start)
    }
  }

  func fillNormalBlocks(_ out: UnsafeMutableBufferPointer<Float>, mean: Float, std: Float) {
    Self.transformBlocks(out, drawing: { fillUniform($0, from: 0, to: 1) }) {
      Self.transformBlock(out, $0, mean: mean, std: std)
    }
  }

  @inline(__always)
  private static func transformBlock(
    _ out: UnsafeMutableBufferPointer<Float>, _ start: Int, mean: Float, std: Float
  ) {
    // Narrowed before the product: a more exact angle would be further from PyTorch's.
    let twoPi = Float(2 * Double.pi)
    for first in start..<(start + halfBlock) {
      let second = first + halfBlock
      let radius = (-2 * cephesLog(1 - out[first])).squareRoot()
      let (sine, cosine) = cephesSineAndCosine(twoPi * out[second])
      out[first] = mean.addingProduct(radius * cosine, std)
      out[second] = mean.addingProduct(radius * sine, std)
    }
  }

  func fillNormalBlocks(_ out: UnsafeMutableBufferPointer<Double>, mean: Double, std: Double) {
    Self.transformBlocks(out, drawing: { fillUniform($0, from: 0, to: 1) }) {
      Self.transformBlock(out, $0, mean: mean, std: std)
    }
  }

  private static func transformBlock(
    _ out: UnsafeMutableBufferPointer<Double>, _ start: Int, mean: Double, std: Double
  ) {
    for first in start..<(start + halfBlock) {
      let second = first + halfBlock
      let radius = (-2 * naturalLog(1 - out[first])).squareRoot()
      let angle = 2 * Double.pi * out[second]
      out[first] = mean.addingProduct(radius * cosine(angle), std)
      out[second] = mean.addingProduct(radius * sine(angle), std)
    }
  }
}
