//: # DCGAN on CIFAR-10
//:
//: *A DCGAN as it really behaves, the last lines of its log derived, and what repairing it changes.*
//:
//: Chapters 1 and 2 play the game of generator and discriminator on distributions that fit on one line of paper. Here the
//: same game meets real pictures: 32×32 photographs of ten kinds of things. The networks become convolutional, as Radford,
//: Metz and Chintala proposed in 2016 (*DCGAN*), and the program becomes that of the GAN document, `model.py` and `train.py`.
//:
//: We first reproduce that program **as it really behaves**, down to the digits of its log. It contains at least four mistakes. Two
//: decide how the training goes, and the log's last lines are their fingerprint: the discriminator's score goes through a Sigmoid
//: twice, and real pictures are 64×64 where generated ones are 32×32. Then we repair these two and look again. Two others
//: leave the losses as they are and spoil what comes after: a picture is drawn in training mode at every iteration, which
//: changes what the generator would make in evaluation mode; and the score that the document reports at its end is one of
//: *all* the pictures in the output folder, grids of 64 included, and not of the generator's samples alone.
//:
//: ## The generator
//: A transposed convolution with kernel 4, stride 2 and padding 1 doubles the height and the width:
//: $H = (h - 1)\cdot 2 - 2 + 4 = 2h$. Five of them take a latent vector of 64 numbers, seen as a picture of one pixel with 64
//: channels, to 2, 4, 8, 16 and finally 32 pixels. Batch normalization and ReLU stand between them; $\tanh$ at the end puts
//: the pixels into $[-1, 1]$, where the data lives.

import Autograd
import NeuralNets
import Tensors
import TorchRandom

/// z [N, 64, 1, 1] → images [N, 3, 32, 32] in [−1, 1]. Source: document 1, `model.py`.
final class Generator: Layer {
  let network: Sequential

  init(random: TorchGenerator) {
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

  func callAsFunction(_ noise: Tensor) -> Tensor { network(noise) }
  var children: [any Layer] { [network] }
  var state: [StateEntry] { network.state.prefixed("GAN_Generator") }
}

//: ## The discriminator
//: The mirror image: three convolutions with stride 2 halve the picture, and a last one with kernel 4 and no padding reads
//: out the score. It is the only layer with a bias.
//:
//: What the last layer makes of a picture depends on the picture's size, and this will matter. A 32×32 picture arrives there
//: as 4×4, so the kernel fits once and the score is a single number. A 64×64 picture arrives as 8×8, where the kernel fits
//: 5×5 times: the score is a *map* of 25 numbers.
//:
//: The document ends the network with a Sigmoid. `endsInSigmoid` is the switch between its version and the repaired one.

/// Images [N, 3, S, S] → scores [N, 1, S/8 − 3, S/8 − 3]. Source: document 1, `model.py`.
final class Discriminator: Layer {
  let network: Sequential

  init(endsInSigmoid: Bool, random: TorchGenerator) {
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

  func callAsFunction(_ images: Tensor) -> Tensor { network(images) }
  var children: [any Layer] { [network] }
  var state: [StateEntry] { network.state.prefixed("GAN_Discriminator") }
}

//: {{weave Summaries.swift}}
//:
//: ## First weights
//: Constructing a layer draws its default weights. The document then draws again: Xavier's normal distribution for every
//: convolution, with variance $2/(\text{fan-in} + \text{fan-out})$, and $\mathcal N(1, 0.02^2)$ for the scale of every batch
//: normalization. The first draws are thrown away, but they have moved the random stream: leave them out and every
//: following number of the run is another one.
//:
//: The bias of the discriminator's last layer is not touched and keeps its default, uniform in $\pm 1/\sqrt{\text{fan-in}}$.

/// Draws a network's weights anew. Source: document 1, `weights_init`; the order is that of PyTorch's `Module.apply`.
func initializeWeights(of network: any Layer, random: TorchGenerator) {
  for layer in network.allLayers {
    switch layer {
    case let layer as ConvTranspose2d: layer.weight.value = random.xavierNormal(layer.weight.shape)
    case let layer as Conv2d: layer.weight.value = random.xavierNormal(layer.weight.shape)
    case let layer as BatchNorm2d:
      layer.weight.value = random.normal(layer.weight.shape, mean: 1, std: 0.02)
      layer.bias.value = .zeros(layer.bias.shape, dtype: .float32)
    default: break
    }
  }
}
