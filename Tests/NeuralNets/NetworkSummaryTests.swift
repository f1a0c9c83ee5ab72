import Autograd
import NeuralNets
import Tensors
import Testing
import TorchRandom

@Suite struct NetworkSummaryTests {
  /// Two ways from the first convolution to the sum, one of them longer; a third convolution that nobody calls.
  private final class Forked: Module {
    let layers: [Conv2d]

    init() {
      let random = TorchGenerator(seed: 1)
      layers = [(3, 4), (4, 5), (5, 5), (4, 5), (7, 7)].map { Conv2d($0.0, $0.1, kernel: 1, random: random) }
    }

    func run(_ x: Tensor) -> [(name: String, value: Tensor)] {
      let first = layers[0](x)
      let left = layers[1](first)
      let longer = layers[2](left)
      let right = layers[3](first)
      return [("first", first), ("left", left), ("longer", longer), ("right", right), ("sum", longer + right)]
    }

    var children: [any Layer] { layers }
    var state: [StateEntry] { layers.enumerated().flatMap { $1.state.prefixed("\($0)") } }
  }

  @Test func `a sequential is walked layer by layer`() {
    let random = TorchGenerator(seed: 1)
    let network = Sequential([
      Conv2d(3, 4, kernel: 3, random: random), BatchNorm2d(4), LeakyReLU(0.2),
      ConvTranspose2d(4, 2, kernel: 4, stride: 2, padding: 1, bias: false, random: random), Tanh(),
    ])
    let summary = NetworkSummary(of: network, input: .zeros([2, 3, 8, 8], dtype: .float32))
    #expect(
      summary.stages.map(\.name) == [
        "input", "Conv2d(3 → 4, kernel 3, stride 1, padding 0)", "BatchNorm2d(4)", "LeakyReLU(0.2)",
        "ConvTranspose2d(4 → 2, kernel 4, stride 2, padding 1, no bias)", "Tanh",
      ])
    #expect(summary.stages.map(\.shape[1]) == [3, 4, 4, 4, 2, 2])
    #expect(summary.stages.map(\.shape[3]) == [8, 6, 6, 6, 12, 12])
    #expect(summary.stages.map(\.parameters) == [0, 112, 8, 0, 128, 0])
    #expect(summary.parameters == 248)
    #expect(summary.rows.last == ["in all", "", "248"])
  }

  @Test func `walking a network moves no running statistic and leaves its mode`() throws {
    let layer = BatchNorm2d(2)
    let before = layer.runningMean.value.values
    _ = NetworkSummary(of: Sequential([layer]), input: .ones([4, 2, 3, 3], dtype: .float32))
    #expect(layer.runningMean.value.values == before)
    #expect(layer.isTraining)
  }

  @Test func `edges and parameters are read off the graph`() {
    let network = Forked()
    let input = Tensor.ones([1, 3, 2, 2], dtype: .float32)
    let summary = NetworkSummary(of: network, input: input, stages: network.run(input))
    #expect(summary.stages.map(\.inputs) == [[], [0], [1], [2], [1], [3, 4]])
    #expect(summary.stages.map(\.parameters) == [0, 16, 25, 30, 25, 0])
    #expect(summary.unusedParameters == 56)
  }

  @Test func `a part holds what lies between two stages`() {
    let network = Forked()
    let input = Tensor.ones([1, 3, 2, 2], dtype: .float32)
    let part = NetworkSummary(of: network, input: input, stages: network.run(input)).part(from: "first", to: "longer")
    #expect(part.stages.map(\.name) == ["first", "left", "longer"])
    #expect(part.stages.map(\.inputs) == [[], [0], [1]])
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (951_808, "951,808"), (-1_234_567, "-1,234,567")])
  func `counts are read in groups of three`(count: Int, text: String) { #expect(grouped(count) == text) }
}
