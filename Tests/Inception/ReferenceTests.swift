import Autograd
import Files
import Inception
import NeuralNets
import Tensors
import TestSupport
import Testing
import TorchRandom

/// Both networks against PyTorch, with weights that both programs draw from a seed.
@Suite(.serialized) struct ReferenceTests {
  /// The largest difference, relative to the root mean square of what was expected; NaN fails every bound.
  private func relativeDifference(_ found: [Double], _ expected: Tensor) -> Double {
    let expected = expected.values
    guard found.count == expected.count else { return .infinity }
    let square = expected.reduce(0) { $0 + $1 * $1 } / Double(expected.count)
    let differences = zip(found, expected).map { abs($0 - $1) }
    return differences.contains { $0.isNaN } ? .nan : (differences.max() ?? .nan) / square.squareRoot()
  }

  /// Mean and population standard deviation of every picture's own elements.
  private func moments(_ x: Tensor) -> [Double] {
    let wide = x.converted(to: .float64).flattened(from: 1)
    let (mean, deviation) = (wide.mean(axes: [1]), wide.standardDeviation(axes: [1], unbiased: false))
    return zip(mean.values, deviation.values).flatMap { [$0, $1] }
  }

  @Test(arguments: InceptionVariant.allCases, DType.allCases)
  func `logits, features and every stage are PyTorch's`(_ variant: InceptionVariant, _ dtype: DType) throws {
    let reference = try Reference.shared.get()
    let drawn = Drawn(variant, seed: reference.description.seed)
    drawn.network.convert(to: dtype)
    let pictures = drawn.pictures.converted(to: dtype)
    try withoutRecording {
      var names: [String] = []
      var stages: [Double] = []
      var auxiliary: Tensor?
      let output = drawn.network(pictures) { name, x in
        names.append(name)
        stages += moments(x)
        if name == "Mixed_6e" { auxiliary = drawn.network.auxiliary.map { $0(x) } }
      }
      #expect(names == reference.description.stages)
      #expect(output.logits.dtype == dtype && output.logits.shape == [8, variant.classes])
      #expect(output.features.dtype == dtype && output.features.shape == [8, 2048])
      var found = [("logits", output.logits.values), ("features", output.features.values), ("stages", stages)]
      if let auxiliary { found.append(("auxiliary", auxiliary.values)) }
      #expect(found.count == (variant == .torchvision ? 4 : 3))
      for (name, values) in found {
        let difference = relativeDifference(values, try reference.tensor(name, variant))
        print("\(variant), \(dtype), \(name): relative difference \(difference)")
        #expect(difference <= (dtype == .float64 ? 1e-9 : 1e-4), "\(variant), \(dtype), \(name)")
      }
    }
  }

  @Test(arguments: InceptionVariant.allCases)
  func `state names and shapes are PyTorch's, in its order`(_ variant: InceptionVariant) throws {
    let network = Inception3(variant: variant, random: TorchGenerator(seed: 0))
    let found = network.state.map { Reference.Entry(name: $0.name, shape: $0.box?.shape ?? []) }
    let expected = try Reference.shared.get().state(variant)
    #expect(found.count == expected.count)
    for (found, expected) in zip(found, expected) { #expect(found == expected) }
  }

  @Test func `first weights are torchvision's bit for bit`() throws {
    let network = Inception3(random: TorchGenerator(seed: 0))
    let found = network.parameters.map { parameter in
      parameter.value.withBytes { String(SHA256.hexadecimal(SHA256.hash(data: $0)).prefix(8)) }
    }
    #expect(found == (try Reference.shared.get().description.initial))
  }

  /// Other layers sit between the pictures in memory and in the pool's parts: none may leak into another picture.
  @Test func `a picture's features do not depend on its batch or on the number of threads`() throws {
    let drawn = Drawn(.fid, seed: 3)
    let pictures = drawn.pictures.sliced(axis: 2, 0..<96).sliced(axis: 3, 0..<96)
    withoutRecording {
      let all = drawn.network(pictures.sliced(axis: 0, 0..<3)).features
      for threads in [1, 3] {
        ThreadPool.withThreads(threads, .dealt) { pool in
          #expect(drawn.network(pictures.sliced(axis: 0, 0..<3)).features.values == all.values, "\(threads) threads")
          #expect(pool.threadsThatComputed == (threads == 1 ? 0 : threads))
        }
      }
      let alone = drawn.network(pictures.sliced(axis: 0, 2..<3)).features
      #expect(zip(alone.values, all.values.suffix(2048)).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) })
    }
  }

  @Test func `pictures have a gradient, as in finite differences`() throws {
    let drawn = Drawn(.fid, seed: 4)
    drawn.network.convert(to: .float64)
    let pictures = drawn.pictures.sliced(axis: 0, 0..<1).sliced(axis: 2, 0..<75).sliced(axis: 3, 0..<75)
      .converted(to: .float64)
    let direction = TorchGenerator(seed: 5).normal(pictures.shape, dtype: .float64)
    let slope = (gradients(of: drawn.network(pictures).features.sum(), at: pictures) * direction).sum().item
    let step = 1e-6
    func value(_ sign: Double) -> Double {
      withoutRecording { drawn.network(pictures + direction * (sign * step)).features.sum().item }
    }
    let quotient = (value(1) - value(-1)) / (2 * step)
    print("slope \(slope), difference quotient \(quotient)")
    #expect(abs(slope - quotient) <= 1e-4 * abs(slope) && slope != 0)
  }
}
