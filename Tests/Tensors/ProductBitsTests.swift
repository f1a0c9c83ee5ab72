import Kernels
import Tensors
import Testing

/// The numeric contract of the products, and that their accuracy was not the price.
@Suite struct ProductBitsTests {
  private func bits(_ tensor: Tensor) -> [UInt8] { tensor.withBytes { Array($0) } }

  private func results(_ implementation: Implementation, _ item: ConvolutionCase, _ dtype: DType) -> [[UInt8]] {
    let (x, weight, cotangent) = item.tensors(dtype)
    let products = implementation.products
    return [
      bits(products.convolution(x, weight, item.geometry)),
      bits(products.convolutionInputGradient(cotangent, weight, item.geometry)),
      bits(products.convolutionWeightGradient(cotangent, x, item.geometry)),
    ]
  }

  private static let larger: [ConvolutionCase] = [
    ConvolutionCase([16, 64, 8, 8], [128, 64, 4, 4], stride: (2, 2), padding: (1, 1)),
    ConvolutionCase([8, 3, 64, 64], [64, 3, 4, 4], stride: (2, 2), padding: (1, 1)),
    ConvolutionCase([1, 32, 128, 128], [32, 32, 3, 3], padding: (1, 1)),
    ConvolutionCase([8, 128, 8, 8], [128, 128, 3, 3], padding: (1, 1)),
    ConvolutionCase([4, 128, 16, 16], [256, 128, 4, 4], stride: (2, 2), padding: (1, 1)),
    ConvolutionCase([2, 64, 64, 64], [32, 64, 3, 3], padding: (1, 1)),
  ]

  @Test(arguments: ConvolutionCase.chosen + ConvolutionCase.winograd + ConvolutionCase.random + larger)
  func `convolutions have the same bits for every instruction set and any number of threads`(_ item: ConvolutionCase) {
    for dtype in [DType.float32, .float64] {
      var expected: [[UInt8]]?
      // Some of the small ones are a single part.
      onAnyNumberOfThreads(isShared: item.geometry.multiplications >= 1 << 20) { threads in
        for implementation in Implementation.own {
          let found = results(implementation, item, dtype)
          // Compared before it is expected: describing how large arrays differ takes minutes.
          let isSame = expected == nil || expected == found
          #expect(isSame, "\(implementation), \(threads) threads")
          expected = expected ?? found
        }
      }
    }
  }

  @Test(arguments: [(1, 1, 1), (3, 1000, 700), (1000, 3, 700), (130, 257, 513), (700, 300, 40), (64, 64, 1024)])
  func `matrix products have the same bits for every instruction set and any number of threads`(
    _ extents: (rows: Int, columns: Int, depth: Int)
  ) {
    var random = RandomNumbers(seed: 3)
    let a = random.tensor([extents.rows, extents.depth], .float32)
    let b = random.tensor([extents.columns, extents.depth], .float32)
    var expected: [UInt8]?
    onAnyNumberOfThreads(isShared: extents.rows * extents.columns * extents.depth >= 1 << 20) { threads in
      for implementation in Implementation.own {
        let found = bits(implementation.products.matrixProduct(a, transposingA: false, b, transposingB: true))
        let isSame = expected == nil || expected == found
        #expect(isSame, "\(implementation), \(threads) threads")
        expected = expected ?? found
      }
    }
  }

  /// The convolutions of the two documents that carry their work, at the documents' batch sizes.
  private static let documents: [ConvolutionCase] =
    [
      (64, 32, 128), (128, 16, 256), (64, 16, 128), (128, 8, 256), (32, 16, 64), (64, 8, 128), (128, 4, 256),
    ].map { channels, side, results in
      ConvolutionCase(
        [64, channels, side, side], [results, channels, 4, 4], stride: (2, 2), padding: (1, 1))
    }
    + [(128, 4, 128), (128, 8, 128), (64, 16, 128), (16, 32, 128), (8, 64, 64), (4, 128, 32)].map {
      batch, side, channels in
      ConvolutionCase([batch, channels, side, side], [channels, channels, 3, 3], padding: (1, 1))
    }

  /// Against float64, over layers deep enough for rounding to build up. The two paths add in different orders, so
  /// single outputs differ either way; the root of the mean square does not. OpenBLAS's rounding is that of the kernels
  /// it chooses for the processor: those for Haswell stand for it. (With those that it takes for a processor it
  /// does not know, Prescott's, its error was as little as 0.72 of ours.)
  @Test(
    .enabled(if: openBLASCore == "Haswell", "OpenBLAS took other kernels; scripts/run-tests sets OPENBLAS_CORETYPE"),
    arguments: larger + documents)
  func `the error against float64 is no larger than that of im2col and OpenBLAS`(_ item: ConvolutionCase) {
    let (x, weight, cotangent) = item.tensors(.float32)
    let (x64, weight64, cotangent64) = (
      x.converted(to: .float64), weight.converted(to: .float64), cotangent.converted(to: .float64)
    )
    let own = ProductImplementation.own.backend
    let textbook = ProductImplementation.openblas.backend
    let g = item.geometry
    func compare(_ name: String, _ product: (any ProductBackend, Bool) -> Tensor) {
      let expected = product(textbook, true).values
      let ownError = product(own, false).rootMeanSquareError(from: expected)
      let textbookError = product(textbook, false).rootMeanSquareError(from: expected)
      #expect(ownError <= textbookError * 1.01, "\(name): \(ownError) against \(textbookError)")
    }
    compare("forward") { $1 ? $0.convolution(x64, weight64, g) : $0.convolution(x, weight, g) }
    compare("input gradient") {
      $1 ? $0.convolutionInputGradient(cotangent64, weight64, g) : $0.convolutionInputGradient(cotangent, weight, g)
    }
    compare("weight gradient") {
      $1 ? $0.convolutionWeightGradient(cotangent64, x64, g) : $0.convolutionWeightGradient(cotangent, x, g)
    }
  }

  @Test func `the kernels in use are those of this processor's best instruction set unless BOOK_ISA says otherwise`() {
    #expect(InstructionSet.current.isAvailable)
  }
}
