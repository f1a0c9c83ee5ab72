//: ## The generator
//: A transposed convolution with kernel 4, stride 2 and padding 1 doubles the height and the width:
//: $H = (h - 1)\cdot 2 - 2 + 4 = 2h$. Five of them take a latent vector of 64 numbers, seen as a picture of one pixel
//: with 64 channels, to 2, 4, 8, 16 and finally 32 pixels. Batch normalization and ReLU stand between them; $\tanh$ at
//: the end puts the pixels into $[-1, 1]$, where the data lives.

import NeuralNets
import Tensors
import TorchRandom

/// z [N, 64, 1, 1] → images [N, 3, 32, 32] in [−1, 1]. Source: document 1, `model.py`.
package final class Generator: Layer {
  package let network: Sequential

  package init(random: TorchGenerator) {
    func doubling(_ inputs: Int, _ outputs: Int) -> ConvTranspose2d {
      ConvTranspose2d(inputs, outputs, kernel: 4, stride: 2, padding: 1, bias: false, random: random)
    }
    network = Sequential([
      doubling(64, 256), BatchNorm2d(256), ReLU(),  // [N, 256,  2,  2]
      doubling(256, 128), BatchNorm2d(128), ReLU(),  // [N, 128,  4,  4]
      doubling(128, 64), BatchNorm2d(64), ReLU(),  // [N,  64,  8,  8]
      doubling(64, 32), BatchNorm2d(32), ReLU(),  // [N,  32, 16, 16]
      doubling(32, 3), Tanh(),  // [N,   3, 32, 32]
    ])
  }

  package func callAsFunction(_ noise: Tensor) -> Tensor { network(noise) }
  package var children: [any Layer] { [network] }
  package var state: [StateEntry] { network.state.prefixed("GAN_Generator") }
}
