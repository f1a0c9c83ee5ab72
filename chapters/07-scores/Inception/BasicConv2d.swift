import Autograd
import NeuralNets
import Tensors
import TorchRandom

//: ### The brick
//: Every convolution of the network is followed by batch normalization and a ReLU, and has no bias, because the
//: normalization has one. A network that scores pictures is no longer trained, so the normalization uses the statistics
//: that training left behind. With those it is an affine map per channel, and a convolution followed by such a map is
//: again a convolution:
//:
//: $$\gamma\,\frac{W \star x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta = (s\,W) \star x + (\beta - s\,\mu),
//: \qquad s = \frac{\gamma}{\sqrt{\sigma^2 + \varepsilon}}.$$
//:
//: So the weights are scaled instead of the maps: once a batch, however many pictures are in it.

/// Convolution, batch normalization (ε = 1e-3, the running statistics) and ReLU: [N, in, H, W] → [N, out, H', W'].
///
/// Always in evaluation mode. Source: torchvision, `BasicConv2d`.
package final class BasicConv2d: Layer {
  package let conv: Conv2d
  package let bn: BatchNorm2d

  package init(
    _ inputs: Int, _ outputs: Int, kernel: ConvolutionGeometry.Pair, stride: ConvolutionGeometry.Pair = 1,
    padding: ConvolutionGeometry.Pair = 0, random: TorchGenerator
  ) {
    conv = Conv2d(
      inputs, outputs, kernel: kernel, stride: stride, padding: padding, bias: false, random: random)
    bn = BatchNorm2d(outputs, epsilon: 1e-3)
    bn.isTraining = false
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    let scale = bn.weight.value / (bn.runningVariance.value + bn.epsilon).squareRoot()  // [out]
    let shift = bn.bias.value - bn.runningMean.value * scale  // [out]
    let weight = conv.weight.value * scale.reshaped([-1, 1, 1, 1])  // [out, in, kH, kW]
    return convolution(
      x, weight, bias: shift, stride: conv.stride, padding: conv.padding, activation: .relu)  // [N, out, H', W']
  }

  package var children: [any Layer] { [conv, bn] }
  package var state: [StateEntry] { conv.state.prefixed("conv") + bn.state.prefixed("bn") }
}

//: A 7×7 kernel costs 49 multiplications an output. A row of 7 followed by a column of 7 sees the same pixels for 14.
//: Szegedy and colleagues found that this factorization works well on maps of 12 to 20 pixels, so the middle blocks are
//: made of it.

extension BasicConv2d {
  /// A kernel of 1×`taps` that keeps the size.
  static func row(_ inputs: Int, _ outputs: Int, taps: Int, random: TorchGenerator) -> BasicConv2d {
    BasicConv2d(
      inputs, outputs, kernel: .init(height: 1, width: taps), padding: .init(height: 0, width: taps / 2), random: random
    )
  }

  /// A kernel of `taps`×1 that keeps the size.
  static func column(_ inputs: Int, _ outputs: Int, taps: Int, random: TorchGenerator) -> BasicConv2d {
    BasicConv2d(
      inputs, outputs, kernel: .init(height: taps, width: 1), padding: .init(height: taps / 2, width: 0), random: random
    )
  }
}
