import Autograd
import NeuralNets
import ProGAN
import Tensors
import Testing
import TorchRandom

@Suite struct `Convolutions of shared images` {
  struct Layer: Sendable, CustomStringConvertible {
    let inputs: Int
    let outputs: Int
    let size: Int
    let kernel: Int
    let stride: Int
    let padding: Int
    var description: String { "\(inputs) → \(outputs), \(size) px, \(kernel)×\(kernel), stride \(stride)" }
  }

  /// Every plan of a weight gradient: rows that are taps, pixels, squares of two and of three taps, a matrix product.
  static let layers = [
    Layer(inputs: 3, outputs: 16, size: 16, kernel: 4, stride: 2, padding: 1),
    Layer(inputs: 16, outputs: 32, size: 16, kernel: 4, stride: 2, padding: 1),
    Layer(inputs: 16, outputs: 16, size: 16, kernel: 3, stride: 1, padding: 1),
    Layer(inputs: 20, outputs: 17, size: 4, kernel: 3, stride: 1, padding: 1),
    Layer(inputs: 17, outputs: 3, size: 8, kernel: 1, stride: 1, padding: 0),
    Layer(inputs: 9, outputs: 5, size: 4, kernel: 4, stride: 1, padding: 0),
  ]

  @Test(arguments: layers) func `all gradients of a convolution are those of one process`(layer: Layer) {
    SharedCase.withGradients(
      "\(layer)", [true, false, false],
      {
        [
          [$0, layer.inputs, layer.size, layer.size], [layer.outputs, layer.inputs, layer.kernel, layer.kernel],
          [layer.outputs],
        ]
      }
    ) {
      convolution(
        $0[0], $0[1], bias: $0[2], stride: .init(layer.stride), padding: .init(layer.padding),
        activation: .leakyReLU(slope: 0.2))
    }.expectEqual(batches: [1, 3, 5, 8, 32])
  }

  @Test(arguments: layers) func `all gradients of a transposed convolution are those of one process`(layer: Layer) {
    let size = (layer.size + 2 * layer.padding - layer.kernel) / layer.stride + 1
    SharedCase.withGradients(
      "\(layer), transposed", [true, false],
      { [[$0, layer.outputs, size, size], [layer.outputs, layer.inputs, layer.kernel, layer.kernel]] }
    ) { transposedConvolution($0[0], $0[1], stride: .init(layer.stride), padding: .init(layer.padding)) }
    .expectEqual(batches: [1, 3, 5, 8, 32])
  }

  @Test func `the critic of chapter 4 under its penalty is that of one process`() {
    let shapes: @Sendable (Int) -> [[Int]] = { [[$0, 3, 8, 8], [$0, 3, 8, 8], [$0, 1, 1, 1]] }
    SharedCase("penalty", [true, true, false], shapes) { inputs in
      let critic = Discriminator(imageSize: 8, latents: 24, channels: 24, random: TorchGenerator(seed: 3))
      critic.convert(to: inputs[0].dtype)
      do {
        let penalty = try gradientPenalty(
          { try critic($0, alpha: 0.3, step: 1) }, real: inputs[0], fake: inputs[1], beta: inputs[2])
        let score = try critic(inputs[0], alpha: 0.3, step: 1)
        let loss = penalty * 10 - score.mean()
        return [loss] + gradients(of: loss, at: critic.parameters.values)
      } catch { return [] }
    }.expectEqual(batches: [2, 3, 4, 7])
  }
}
