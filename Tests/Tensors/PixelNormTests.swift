import Tensors
import Testing

/// Pixel norm in one pass against the same formula one primitive after the other.
@Suite struct PixelNormTests {
  private static let epsilon = 1e-8
  /// Odd extents, more pixels than a stripe, more channels than a block; a single channel; nothing at all.
  private static let shapes = [
    [2, 3, 4, 4], [1, 1, 2, 3], [5, 7, 1, 13], [3, 257, 3, 5], [2, 600, 2, 2], [1, 128, 31, 37], [2, 16, 64, 64],
    [0, 3, 4, 4], [2, 3, 0, 4],
  ]

  /// Asked before `#expect`, which would look for the difference of two long arrays for minutes.
  private func hasSameBits(_ a: Tensor, _ b: Tensor) -> Bool {
    a.withBytes { a in b.withBytes { b in a.elementsEqual(b) } }
  }

  private func composed(_ x: Tensor) -> (output: Tensor, root: Tensor) {
    let sum = Primitive.sum(Primitive.binary(.multiply, x, x), axes: [1])
    let mean = Primitive.binary(.divide, sum, Tensor(Double(x.shape[1]), dtype: x.dtype))
    let root = Primitive.unary(.squareRoot, Primitive.unary(.add(Self.epsilon), mean))
    return (Primitive.binary(.divide, x, root), root)
  }

  private func composedGradient(_ cotangent: Tensor, _ x: Tensor) -> Tensor {
    let (output, root) = composed(x)
    let terms = Primitive.binary(
      .divide, Primitive.unary(.negate, Primitive.binary(.multiply, cotangent, output)), root)
    let slope = Primitive.binary(
      .divide,
      Primitive.binary(.divide, Primitive.unary(.multiply(0.5), Primitive.sum(terms, axes: [1])), root),
      Tensor(Double(x.shape[1]), dtype: x.dtype))
    return Primitive.binary(
      .add, Primitive.binary(.divide, cotangent, root),
      Primitive.binary(.multiply, slope, Primitive.unary(.multiply(2), x)))
  }

  @Test(arguments: shapes)
  func `values and gradient have the composed formula's bits for any number of threads`(_ shape: [Int]) {
    for dtype in DType.allCases {
      var random = RandomNumbers(seed: 31)
      let (x, cotangent) = (random.tensor(shape, dtype), random.tensor(shape, dtype))
      let expected = composed(x)
      let expectedGradient = composedGradient(cotangent, x)
      onAnyNumberOfThreads(isShared: x.count >= 4 * Parallel.chunk) { threads in
        let (output, root) = Primitive.pixelNorm(x, epsilon: Self.epsilon)
        #expect(output.shape == shape && root.shape == expected.root.shape)
        #expect(hasSameBits(output, expected.output), "\(dtype), \(threads) threads")
        #expect(hasSameBits(root, expected.root), "\(dtype), \(threads) threads")
        let gradient = Primitive.pixelNormGradient(cotangent, x, root: root)
        #expect(gradient.shape == shape)
        #expect(hasSameBits(gradient, expectedGradient), "\(dtype), \(threads) threads")
      }
    }
  }

  /// There the sum over the channels is one over neighbors in memory and takes its lanes.
  @Test func `an image of a single pixel differs from the composed formula by rounding at most`() {
    for (dtype, bound) in [(DType.float32, 1e-5), (.float64, 1e-14)] {
      var random = RandomNumbers(seed: 32)
      let (x, cotangent) = (random.tensor([5, 300, 1, 1], dtype), random.tensor([5, 300, 1, 1], dtype))
      let (output, root) = Primitive.pixelNorm(x, epsilon: Self.epsilon)
      #expect(output.largestError(from: composed(x).output.values) <= bound)
      let gradient = Primitive.pixelNormGradient(cotangent, x, root: root)
      #expect(gradient.largestError(from: composedGradient(cotangent, x).values) <= bound)
    }
  }

  @Test func `without pixels beside it, a vector of zeros stays zero and its gradient is the cotangent over √ε`() {
    let x = Tensor.zeros([1, 3, 1, 1], dtype: .float64)
    let (output, root) = Primitive.pixelNorm(x, epsilon: Self.epsilon)
    #expect(output.values == [0, 0, 0])
    let gradient = Primitive.pixelNormGradient(.ones(x.shape, dtype: .float64), x, root: root)
    #expect(gradient.values == [Double](repeating: 1 / Self.epsilon.squareRoot(), count: 3))
  }
}
