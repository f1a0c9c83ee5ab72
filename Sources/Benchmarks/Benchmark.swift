import Tensors

/// Something whose time is taken.
package struct Benchmark: Sendable {
  /// `dcgan/<layer>/<forward|input-gradient|weight-gradient>`, `progan/…`.
  package let name: String
  /// Multiplications of one call, in units of 10⁹.
  package let gmac: Double
  /// Makes the inputs; what it returns is the call to be timed.
  package let prepare: @Sendable () -> () -> Void

  package init(name: String, gmac: Double, prepare: @escaping @Sendable () -> () -> Void) {
    self.name = name
    self.gmac = gmac
    self.prepare = prepare
  }
}

extension Benchmark {
  /// Every layer of both documents in all three directions, on the implementation in use.
  package static var layers: [Benchmark] { (BenchmarkLayer.dcgan + BenchmarkLayer.progan).flatMap(passes) }

  private static func passes(_ layer: BenchmarkLayer) -> [Benchmark] {
    let g = layer.geometry
    let gmac = Double(g.multiplications) * 1e-9
    // What a transposed convolution calls forward is its geometry's input gradient, and the other way round.
    let along = layer.isTransposed ? "input-gradient" : "forward"
    let back = layer.isTransposed ? "forward" : "input-gradient"
    return [
      Benchmark(name: "\(layer.name)/\(along)", gmac: gmac) {
        let (x, weight) = (pattern(g.inputShape), pattern(g.weightShape))
        return { _ = Primitive.products.convolution(x, weight, g) }
      },
      Benchmark(name: "\(layer.name)/\(back)", gmac: gmac) {
        let (cotangent, weight) = (pattern(g.outputShape), pattern(g.weightShape))
        return { _ = Primitive.products.convolutionInputGradient(cotangent, weight, g) }
      },
      Benchmark(name: "\(layer.name)/weight-gradient", gmac: gmac) {
        let (cotangent, x) = (pattern(g.outputShape), pattern(g.inputShape))
        return { _ = Primitive.products.convolutionWeightGradient(cotangent, x, g) }
      },
    ]
  }

  /// Numbers between −1 and 1; which ones has no influence on the time.
  private static func pattern(_ shape: [Int]) -> Tensor {
    Tensor(shape: shape, of: Float.self) { elements in
      var state: UInt32 = 1
      for index in elements.indices {
        state = state &* 1_664_525 &+ 1_013_904_223
        elements.initializeElement(at: index, to: Float(state >> 8) / 8_388_608 - 1)
      }
    }
  }
}
