//: ## The discriminator
//: The mirror image: three convolutions with stride 2 halve the picture, and a last one with kernel 4 and no padding
//: reads out the score. It is the only layer with a bias.
//:
//: What the last layer makes of a picture depends on the picture's size, and this will matter. A 32×32 picture arrives
//: there as 4×4, so the kernel fits once and the score is a single number. A 64×64 picture arrives as 8×8, where the
//: kernel fits 5×5 times: the score is a *map* of 25 numbers.
//:
//: The document ends the network with a Sigmoid. `endsInSigmoid` is the switch between its version and the repaired
//: one.

import NeuralNets
import Tensors
import TorchRandom

/// Images [N, 3, S, S] → scores [N, 1, S/8 − 3, S/8 − 3]. Source: document 1, `model.py`.
package final class Discriminator: Layer {
  package let network: Sequential

  package init(endsInSigmoid: Bool, random: TorchGenerator) {
    func halving(_ inputs: Int, _ outputs: Int) -> Conv2d {
      Conv2d(inputs, outputs, kernel: 4, stride: 2, padding: 1, bias: false, random: random)
    }
    let layers: [any Layer] = [
      halving(3, 64), LeakyReLU(0.2),  // [N,  64, S/2, S/2]; the first layer has no batch normalization
      halving(64, 128), BatchNorm2d(128), LeakyReLU(0.2),  // [N, 128, S/4, S/4]
      halving(128, 256), BatchNorm2d(256), LeakyReLU(0.2),  // [N, 256, S/8, S/8]
      Conv2d(256, 1, kernel: 4, random: random),  // [N, 1, S/8 − 3, S/8 − 3]
    ]
    network = Sequential(layers + (endsInSigmoid ? [Sigmoid()] : []))
  }

  package func callAsFunction(_ images: Tensor) -> Tensor { network(images) }
  package var children: [any Layer] { [network] }
  package var state: [StateEntry] { network.state.prefixed("GAN_Discriminator") }
}
