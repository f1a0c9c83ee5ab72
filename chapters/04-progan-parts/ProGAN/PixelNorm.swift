import Autograd
import NeuralNets
import Tensors

//: ## Pixel norm
//: ProGAN has no batch normalization. In the generator, the feature vector of every single pixel is brought to length
//: $\sqrt C$ instead:
//:
//: $$b_{x,y} = \frac{a_{x,y}}{\sqrt{\frac1C \sum_c (a^c_{x,y})^2 + 10^{-8}}}$$
//:
//: It has no parameters, no running statistics and no training mode, and it does not couple the images of a batch. Its task is to
//: stop magnitudes from escalating when generator and critic outbid each other.

/// a/√(mean over channels of a² + 1e-8), at every pixel of [N, C, H, W]. Source: document 2, `PixelNorm`.
package final class PixelNorm: Layer {
  package static let epsilon = 1e-8

  package init() {}

  package func callAsFunction(_ a: Tensor) -> Tensor {
    a / (a.squared().mean(axes: [1], keepingAxes: true) + Self.epsilon).squareRoot()  // [N, C, H, W] / [N, 1, H, W]
  }
}
