import Autograd
import Benchmarks
import Classifier
import Inception
import NeuralNets
import Tensors
import TorchRandom

/// Times the networks that score pictures, in evaluation mode with weights drawn from a seed: time does not depend on
/// what they are.
enum ScoringBenchmarks {
  private struct Network {
    let name: String
    let input: [Int]
    let make: () -> (Tensor) -> Void
  }

  private static var all: [Network] {
    [
      Network(name: "score/inception-32", input: [32, 3, 299, 299]) {
        let network = Inception3(random: TorchGenerator(seed: 0))
        return { _ = network($0) }
      },
      Network(name: "score/classifier-250", input: [250, 3, 32, 32]) {
        let network = Classifier(random: TorchGenerator(seed: 0))
        network.setTraining(false)
        return { _ = network($0) }
      },
    ]
  }

  static func measure(rounds: Int, matching isWanted: (String) -> Bool) -> [BenchmarkEntry] {
    all.filter { isWanted($0.name) }.map { network in
      let run = network.make()
      let pictures = Measurement.pattern(network.input)
      let counted = CountingBackend.multiplications
      withoutRecording { run(pictures) }
      let multiplications = CountingBackend.multiplications - counted
      let milliseconds = Measurement.median(rounds: rounds) { withoutRecording { run(pictures) } }
      return BenchmarkEntry(name: network.name, milliseconds: milliseconds, gmac: Double(multiplications) * 1e-9)
    }
  }
}
