import Kernels
import Tensors

/// Times products: single layers, a whole iteration's convolutions, and what the machine can do at most.
package enum ProductBenchmarks {
  package static let passes = ["forward", "input-gradient", "weight-gradient"]

  /// The three passes of one layer; a transposed convolution's forward pass is its geometry's input gradient.
  package static func measure(_ layer: BenchmarkLayer, rounds: Int, matching isWanted: (String) -> Bool)
    -> [BenchmarkEntry]
  {
    let geometry = layer.geometry
    let x = Measurement.pattern(geometry.inputShape)
    let y = Measurement.pattern(geometry.outputShape)
    let products = Primitive.products
    let along = { _ = products.convolution(x, $0, geometry) }
    let against = { _ = products.convolutionInputGradient(y, $0, geometry) }
    let bodies: [(_ weight: Tensor) -> Void] = [
      layer.isTransposed ? against : along, layer.isTransposed ? along : against,
      { _ in _ = products.convolutionWeightGradient(y, x, geometry) },
    ]
    return zip(passes, bodies).compactMap { pass, body in
      let name = "\(layer.name)/\(pass)"
      guard isWanted(name) else { return nil }
      // Every call meets new weights: what a convolution prepares of them stays with them, and is part of its time.
      let weights = (0...max(1, rounds)).map { _ in Measurement.pattern(geometry.weightShape) }
      var calls = 0
      let milliseconds = Measurement.median(rounds: rounds) {
        body(weights[calls % weights.count])
        calls += 1
      }
      return BenchmarkEntry(
        name: name, milliseconds: milliseconds, gmac: Double(geometry.multiplications) * 1e-9)
    }
  }

  /// How often one DCGAN iteration runs each pass of each layer.
  ///
  /// G: forward on the noise and on the fixed noise, weight gradients, input gradients but of the first layer. D: forward on
  /// 64×64 real pictures and twice on fakes; weight gradients and input gradients (but of the first layer) in its own step;
  /// in G's step input gradients alone, down to the pictures.
  package static func dcganPasses(_ layer: BenchmarkLayer) -> [String: Int] {
    let isFirst = layer.name.hasSuffix("-1")
    if layer.name.contains("generator") {
      return ["forward": 2, "input-gradient": isFirst ? 0 : 1, "weight-gradient": 1]
    }
    if layer.name.contains("discriminator64") {
      return ["forward": 1, "input-gradient": isFirst ? 0 : 1, "weight-gradient": 1]
    }
    return ["forward": 2, "input-gradient": isFirst ? 1 : 2, "weight-gradient": 1]
  }

  /// The convolutions of one DCGAN iteration together, from the entries of its layers.
  package static func dcganConvolutions(_ entries: [BenchmarkEntry]) -> BenchmarkEntry? {
    var milliseconds = 0.0
    var gmac = 0.0
    for layer in BenchmarkLayer.dcgan {
      for (pass, count) in dcganPasses(layer) where count > 0 {
        guard let entry = entries.first(where: { $0.name == "\(layer.name)/\(pass)" }) else { return nil }
        milliseconds += Double(count) * entry.milliseconds
        gmac += Double(count) * (entry.gmac ?? 0)
      }
    }
    return BenchmarkEntry(name: "dcgan/convolutions", milliseconds: milliseconds, gmac: gmac)
  }

  package static var instructionSet: String { Kernels.instructionSet }
}
