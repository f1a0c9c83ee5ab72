import Kernels
import TensorFiles
import Tensors

/// Times the convolutions of a training iteration one by one. Which these are, an iteration itself has told
/// (`ConvolutionTally`): nothing here knows a network.
package struct ProductBenchmarks {
  /// Stands before the names of the entries.
  package let family: String
  package let calls: [ConvolutionTally.Calls]

  /// Reads the `convolutions` that a chapter has written with its timings.
  package init(family: String, _ timings: JSONCursor) throws {
    self.family = family
    calls = try timings.member("convolutions").items().map { item in
      func numbers(_ key: String, _ count: Int) throws -> [Int] {
        let numbers = try item.member(key).items().map { try $0.int() }
        guard numbers.count == count, numbers.allSatisfy({ (0...1 << 20).contains($0) }) else {
          throw item.error(.badValue, expected: "\(count) extents as \(key)", found: "\(numbers)")
        }
        return numbers
      }
      let name = try item.member("pass").string()
      guard let pass = ConvolutionPass(rawValue: name) else {
        throw item.error(.badValue, expected: "a pass of a convolution", found: name)
      }
      let (stride, padding) = (try numbers("stride", 2), try numbers("padding", 2))
      return ConvolutionTally.Calls(
        pass: pass,
        geometry: ConvolutionGeometry(
          input: try numbers("input", 4), weight: try numbers("weight", 4),
          stride: .init(height: stride[0], width: stride[1]), padding: .init(height: padding[0], width: padding[1])),
        count: try item.member("count").int())
    }
  }

  /// Such as `dcgan/64x64x32x32-to-128-4x4-s2-p1/forward`.
  package func name(_ calls: ConvolutionTally.Calls) -> String {
    let g = calls.geometry
    func pair(_ pair: ConvolutionGeometry.Pair) -> String {
      pair.height == pair.width ? "\(pair.height)" : "\(pair.height)x\(pair.width)"
    }
    let input = g.inputShape.map(String.init).joined(separator: "x")
    let pass =
      switch calls.pass {
      case .forward: "forward"
      case .inputGradient: "input-gradient"
      case .weightGradient: "weight-gradient"
      }
    return "\(family)/\(input)-to-\(g.outputChannels)-\(g.kernel.height)x\(g.kernel.width)-s\(pair(g.stride))"
      + "-p\(pair(g.padding))/\(pass)"
  }

  package func measure(rounds: Int, matching isWanted: (String) -> Bool) -> [BenchmarkEntry] {
    calls.compactMap { calls in
      let name = name(calls)
      guard isWanted(name) else { return nil }
      let geometry = calls.geometry
      return BenchmarkEntry(
        name: name, milliseconds: Self.milliseconds(calls.pass, geometry, rounds: rounds),
        gmac: Double(geometry.multiplications) * 1e-9)
    }
  }

  private static func milliseconds(_ pass: ConvolutionPass, _ geometry: ConvolutionGeometry, rounds: Int) -> Double {
    let x = Measurement.pattern(geometry.inputShape)
    let y = Measurement.pattern(geometry.outputShape)
    let products = Primitive.products
    // Every call meets new weights: what a convolution prepares of them stays with them, and is part of its time.
    let weights = (0...max(1, rounds)).map { _ in Measurement.pattern(geometry.weightShape) }
    var number = 0
    return Measurement.median(rounds: rounds) {
      let weight = weights[number % weights.count]
      number += 1
      switch pass {
      case .forward: _ = products.convolution(x, weight, geometry)
      case .inputGradient: _ = products.convolutionInputGradient(y, weight, geometry)
      case .weightGradient: _ = products.convolutionWeightGradient(y, x, geometry)
      }
    }
  }

  /// The convolutions of one iteration together, from their entries; `nil` where one is missing.
  package func total(_ entries: [BenchmarkEntry]) -> BenchmarkEntry? {
    var milliseconds = 0.0
    var gmac = 0.0
    for calls in calls {
      let name = name(calls)
      guard let entry = entries.first(where: { $0.name == name }) else { return nil }
      milliseconds += Double(calls.count) * entry.milliseconds
      gmac += Double(calls.count) * (entry.gmac ?? 0)
    }
    return BenchmarkEntry(name: "\(family)/convolutions", milliseconds: milliseconds, gmac: gmac)
  }

  package static var instructionSet: String { InstructionSet.current.rawValue }
}
