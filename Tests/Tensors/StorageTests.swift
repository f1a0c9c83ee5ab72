import Tensors
import Testing

/// What is prepared of a tensor's contents stays with them.
@Suite struct StorageTests {
  private func haveSameBits(_ a: Tensor, _ b: Tensor) -> Bool {
    a.withBytes { Array($0) } == b.withBytes { Array($0) }
  }

  @Test func `what is derived from a storage is made once for everybody whom it suffices`() {
    let storage = Storage(byteCount: 4)
    var made = 0
    func derive(atLeast least: Int) -> Int {
      storage.derive {
        $0 >= least
      } make: {
        made += 1
        return least
      }
    }
    #expect(derive(atLeast: 2) == 2)
    #expect(derive(atLeast: 1) == 2)
    #expect(made == 1)
    #expect(derive(atLeast: 3) == 3)
    #expect(derive(atLeast: 3) == 3)
    #expect(made == 2)
    // Another kind of value is another matter.
    #expect(storage.derive(where: { (_: String) in true }, make: { "own" }) == "own")
  }

  @Test func `what is derived from a storage is gone with it`() {
    final class Witness: Sendable {}
    weak var witness: Witness?
    do {
      let storage = Storage(byteCount: 4)
      witness = storage.derive(where: { _ in true }, make: { Witness() })
      #expect(witness != nil)
    }
    #expect(witness == nil)
  }

  /// Weights that large pictures were convolved with serve small ones, and both directions have their own; chapter 3's
  /// discriminator.
  @Test(arguments: [DType.float32, .float64])
  func `weights that other products have prepared give the bits of fresh ones`(_ dtype: DType) {
    var random = RandomNumbers(seed: 21)
    let shape = [96, 40, 4, 4]
    let values = random.tensor(shape, dtype)
    func fresh() -> Tensor {
      Tensor(values.values, shape: shape).converted(to: dtype)
    }
    let products = ProductImplementation.own.backend
    let used = fresh()
    for size in [32, 8, 16, 32, 8] {
      let g = ConvolutionGeometry(input: [2, 40, size, size], weight: shape, stride: 2, padding: 1)
      let x = random.tensor(g.inputShape, dtype)
      #expect(haveSameBits(products.convolution(x, used, g), products.convolution(x, fresh(), g)), "\(size)")
      let cotangent = random.tensor(g.outputShape, dtype)
      let gradient = products.convolutionInputGradient(cotangent, used, g)
      #expect(haveSameBits(gradient, products.convolutionInputGradient(cotangent, fresh(), g)), "\(size)")
    }
  }
}
