import Kernels
import Tensors
import Testing

/// Implementations under test, by name.
struct Implementation: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let products: any ProductBackend

  /// Our kernels of every instruction set this processor has.
  static let own = InstructionSet.available.map {
    Implementation(testDescription: "own \($0)", products: OwnBackend(instructionSet: $0))
  }

  static let all =
    own + [Implementation(testDescription: "openblas", products: ProductImplementation.openblas.backend)]
}

/// One convolution and random tensors for it.
struct ConvolutionCase: CustomTestStringConvertible, Sendable {
  let geometry: ConvolutionGeometry
  var testDescription: String {
    let g = geometry
    return "x \(g.inputShape) w \(g.weightShape) stride \(g.stride.height)×\(g.stride.width) "
      + "padding \(g.padding.height)×\(g.padding.width)"
  }

  init(_ input: [Int], _ weight: [Int], stride: (Int, Int) = (1, 1), padding: (Int, Int) = (0, 0)) {
    geometry = ConvolutionGeometry(
      input: input, weight: weight, stride: .init(height: stride.0, width: stride.1),
      padding: .init(height: padding.0, width: padding.1))
  }

  func tensors(_ dtype: DType) -> (x: Tensor, weight: Tensor, cotangent: Tensor) {
    var random = RandomNumbers(seed: UInt64(geometry.multiplications))
    return (
      random.tensor(geometry.inputShape, dtype), random.tensor(geometry.weightShape, dtype),
      random.tensor(geometry.outputShape, dtype)
    )
  }

  /// The layers' kinds, each small, then odd ones.
  static let chosen: [ConvolutionCase] = [
    ConvolutionCase([2, 5, 8, 8], [7, 5, 4, 4], stride: (2, 2), padding: (1, 1)),
    ConvolutionCase([3, 17, 32, 32], [9, 17, 4, 4], stride: (2, 2), padding: (1, 1)),
    // Enough filters for Winograd's input gradient with two taps a phase.
    ConvolutionCase([2, 16, 8, 8], [96, 16, 4, 4], stride: (2, 2), padding: (1, 1)),
    ConvolutionCase([5, 64, 1, 1], [3, 64, 1, 1]),
    ConvolutionCase([2, 9, 2, 2], [33, 9, 4, 4], stride: (2, 2), padding: (1, 1)),
    ConvolutionCase([9, 33, 4, 4], [35, 33, 3, 3], padding: (1, 1)),
    ConvolutionCase([2, 31, 16, 16], [37, 31, 3, 3], padding: (1, 1)),
    ConvolutionCase([1, 16, 64, 64], [16, 16, 3, 3], padding: (1, 1)),
    // The weight gradient's sums are added 512 at a time: here the last share is smaller and not all padding.
    ConvolutionCase([8, 16, 16, 16], [42, 16, 3, 3], padding: (1, 1)),
    ConvolutionCase([6, 40, 4, 4], [19, 40, 4, 4]),
    ConvolutionCase([3, 20, 8, 8], [1, 20, 4, 4]),
    ConvolutionCase([4, 3, 16, 16], [24, 3, 4, 4], stride: (2, 2), padding: (1, 1)),
    ConvolutionCase([2, 3, 16, 16], [24, 3, 1, 1]),
    ConvolutionCase([2, 24, 16, 16], [3, 24, 1, 1]),
    ConvolutionCase([2, 3, 37, 41], [5, 3, 5, 3], stride: (2, 3), padding: (2, 1)),
    ConvolutionCase([1, 1, 1, 1], [1, 1, 1, 1]),
    ConvolutionCase([2, 2, 7, 5], [3, 2, 2, 2], stride: (3, 3)),
    ConvolutionCase([3, 4, 5, 3], [2, 4, 1, 3], stride: (5, 1), padding: (0, 1)),
    ConvolutionCase([1, 2, 3, 300], [4, 2, 3, 3], padding: (1, 1)),
    ConvolutionCase([1, 2, 300, 3], [4, 2, 3, 3], stride: (2, 1), padding: (1, 1)),
    ConvolutionCase([2, 3, 6, 6], [2, 3, 3, 3], padding: (4, 5)),
    ConvolutionCase([1, 300, 3, 3], [2, 300, 2, 2]),
  ]

  /// Channels enough, and two or three taps a phase: kinds that Winograd's minimal filtering serves, even, odd and
  /// narrow.
  static let winograd: [ConvolutionCase] = [
    ConvolutionCase([3, 16, 8, 8], [16, 16, 3, 3], padding: (1, 1)),
    ConvolutionCase([2, 33, 6, 10], [17, 33, 3, 3]),
    ConvolutionCase([1, 40, 5, 7], [65, 40, 3, 3], padding: (2, 2)),
    ConvolutionCase([7, 129, 4, 4], [128, 129, 3, 3], padding: (1, 1)),
    ConvolutionCase([1, 16, 64, 64], [16, 16, 3, 3], padding: (1, 1)),
    ConvolutionCase([5, 19, 16, 16], [23, 19, 4, 4], stride: (2, 2), padding: (1, 1)),
    ConvolutionCase([2, 64, 9, 11], [32, 64, 4, 4], stride: (2, 2), padding: (1, 1)),
    ConvolutionCase([3, 17, 8, 12], [16, 17, 4, 4], stride: (2, 2), padding: (2, 2)),
    ConvolutionCase([2, 31, 10, 8], [37, 31, 2, 2], padding: (1, 1)),
    ConvolutionCase([2, 16, 13, 13], [20, 16, 6, 6], stride: (3, 3), padding: (2, 2)),
    ConvolutionCase([2, 24, 12, 10], [24, 24, 4, 2], stride: (2, 1), padding: (1, 1)),
    ConvolutionCase([1, 16, 3, 200], [16, 16, 3, 3], padding: (1, 1)),
    ConvolutionCase([9, 16, 2, 2], [16, 16, 3, 3], padding: (1, 1)),
    ConvolutionCase([2, 16, 1, 9], [16, 16, 3, 3], padding: (1, 1)),
    // Tiles of three outputs and of two: 7 × 8, 33 × 35, 4 × 70 and 59 × 33 outputs; the last rows of the 8 × 108 are a
    // band of low tiles.
    ConvolutionCase([40, 16, 14, 16], [16, 16, 4, 4], stride: (2, 2), padding: (1, 1)),
    ConvolutionCase([2, 17, 66, 70], [16, 17, 4, 4], stride: (2, 2), padding: (1, 1)),
    ConvolutionCase([1, 16, 8, 140], [18, 16, 4, 4], stride: (2, 2), padding: (1, 1)),
    ConvolutionCase([2, 16, 60, 34], [16, 16, 2, 2]),
    ConvolutionCase([3, 16, 16, 216], [16, 16, 4, 4], stride: (2, 2), padding: (1, 1)),
  ]

  static let random: [ConvolutionCase] = {
    var random = RandomNumbers(seed: 7)
    func pick(_ choices: [Int]) -> Int { choices[Int.random(in: 0..<choices.count, using: &random)] }
    var cases: [ConvolutionCase] = []
    while cases.count < 40 {
      let kernel = (pick([1, 2, 3, 4, 5]), pick([1, 2, 3, 4, 7]))
      let padding = (pick([0, 1, 2, 3]), pick([0, 1, 2]))
      let input = [
        pick([1, 2, 3, 5]), pick([1, 2, 3, 7, 13, 19]), pick([1, 2, 5, 8, 11, 17]), pick([1, 3, 4, 9, 16, 23]),
      ]
      guard input[2] + 2 * padding.0 >= kernel.0, input[3] + 2 * padding.1 >= kernel.1 else { continue }
      cases.append(
        ConvolutionCase(
          input, [pick([1, 2, 3, 5, 11, 33]), input[1], kernel.0, kernel.1],
          stride: (pick([1, 2, 3]), pick([1, 2, 4])),
          padding: padding))
    }
    return cases
  }()
}

@Suite struct ProductTests {
  /// Rounding of `depth` products of numbers up to 1.
  private func tolerance(_ depth: Int, _ dtype: DType) -> Double {
    Double(depth + 4).squareRoot() * 4 * (dtype == .float32 ? 0x1p-24 : 0x1p-53) * Double(depth + 4).squareRoot()
  }

  @Test(arguments: Implementation.all, ConvolutionCase.chosen + ConvolutionCase.winograd + ConvolutionCase.random)
  func `a convolution and both its gradients are what their definition says`(
    _ implementation: Implementation, _ item: ConvolutionCase
  ) {
    let g = item.geometry
    for dtype in [DType.float32, .float64] {
      let (x, weight, cotangent) = item.tensors(dtype)
      let y = implementation.products.convolution(x, weight, g)
      #expect(y.shape == g.outputShape)
      #expect(y.largestError(from: NaiveProducts.convolution(x.values, weight.values, g)) <= tolerance(g.taps, dtype))
      let input = implementation.products.convolutionInputGradient(cotangent, weight, g)
      #expect(input.shape == g.inputShape)
      #expect(
        input.largestError(from: NaiveProducts.inputGradient(cotangent.values, weight.values, g))
          <= tolerance(g.outputChannels * g.kernel.height * g.kernel.width, dtype))
      let gradient = implementation.products.convolutionWeightGradient(cotangent, x, g)
      #expect(gradient.shape == g.weightShape)
      #expect(
        gradient.largestError(from: NaiveProducts.weightGradient(cotangent.values, x.values, g))
          <= tolerance(g.batch * g.outputPixels, dtype))
    }
  }

  static let extents = [
    (1, 1, 1), (1, 64, 7), (64, 1, 300), (3, 130, 257), (13, 17, 19), (8, 32, 256), (6, 16, 512),
    (33, 31, 1), (128, 2, 5), (2, 128, 600), (70, 150, 33), (530, 40, 3),
  ]

  @Test(arguments: Implementation.all, extents)
  func `a matrix product is what its definition says, however its operands lie`(
    _ implementation: Implementation, _ extents: (rows: Int, columns: Int, depth: Int)
  ) {
    let (rows, columns, depth) = extents
    for dtype in [DType.float32, .float64] {
      for (transposingA, transposingB) in [(false, false), (false, true), (true, false), (true, true)] {
        var random = RandomNumbers(seed: UInt64(rows * columns * depth))
        let a = random.tensor(transposingA ? [depth, rows] : [rows, depth], dtype)
        let b = random.tensor(transposingB ? [columns, depth] : [depth, columns], dtype)
        let product = implementation.products.matrixProduct(
          a, transposingA: transposingA, b, transposingB: transposingB)
        #expect(product.shape == [rows, columns])
        let expected = NaiveProducts.matrixProduct(
          a.values, b.values, rows: rows, columns: columns, depth: depth, transposingA: transposingA,
          transposingB: transposingB)
        #expect(product.largestError(from: expected) <= tolerance(depth, dtype))
      }
    }
  }

  @Test func `a product over nothing is zero`() {
    for implementation in Implementation.all {
      let product = implementation.products.matrixProduct(
        .zeros([3, 0], dtype: .float32), transposingA: false, .zeros([0, 2], dtype: .float32), transposingB: false)
      #expect(product.values == [0, 0, 0, 0, 0, 0])
    }
  }
}
