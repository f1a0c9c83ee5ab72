//: ## First weights
//: Constructing a layer draws its default weights. The document then draws again: Xavier's normal distribution for
//: every convolution, with variance $2/(\text{fan-in} + \text{fan-out})$, and $\mathcal N(1, 0.02^2)$ for the scale of
//: every batch normalization. The first draws are thrown away, but they have moved the random stream: leave them out
//: and every following number of the run is another one.
//:
//: The bias of the discriminator's last layer is not touched and keeps its default, uniform in
//: $\pm 1/\sqrt{\text{fan-in}}$.

import NeuralNets
import Tensors
import TorchRandom

/// Draws a network's weights anew. Source: document 1, `weights_init`; the order is that of PyTorch's `Module.apply`.
package func initializeWeights(of network: any Layer, random: TorchGenerator) {
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
