import Autograd
import NeuralNets
import Tensors

//: ## Pixel norm
//: ProGAN has no batch normalization. In the generator, the feature vector of every single pixel is brought to length
//: $\sqrt C$ instead:
//:
//: $$b_{x,y} = \frac{a_{x,y}}{\sqrt{\frac1C \sum_c (a^c_{x,y})^2 + 10^{-8}}}$$
//:
//: It has no parameters, no running statistics and no training mode, and it does not couple the images of a batch. Its
//: task is to stop magnitudes from escalating when generator and critic outbid each other.
//:
//: In tensor operations the formula is one line, `written` below. As such it walks through a large tensor once to
//: square, once to add and once to divide, and its gradient does so nine times more. The layer calls a function of the
//: engine instead that does everything for a few hundred pixels while they are in the processor's cache: the same
//: operations in the same order, so the same bits, in less time. A test holds the layer against `written`.

/// a/√(mean over channels of a² + 1e-8), at every pixel of [N, C, H, W]. Source: document 2, `PixelNorm`.
package final class PixelNorm: Layer {
  package static let epsilon = 1e-8

  package init() {}

  package func callAsFunction(_ a: Tensor) -> Tensor {
    pixelNorm(a, epsilon: Self.epsilon)  // [N, C, H, W]
  }

  /// The formula as it is written.
  package static func written(_ a: Tensor) -> Tensor {
    a / (a.squared().mean(axes: [1], keepingAxes: true) + epsilon).squareRoot()  // [N, C, H, W] / [N, 1, H, W]
  }
}
