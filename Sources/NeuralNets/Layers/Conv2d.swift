import Autograd
import Tensors
import TorchRandom

/// A convolution of [N, in, H, W] to [N, out, H', W'], H' = ⌊(H + 2·padding − kernel)/stride⌋ + 1.
///
/// Weights are drawn as PyTorch's constructor draws them: weight, then bias, both uniform within ±1/√fan-in.
package final class Conv2d: ActivatingLayer {
  package let weight: Parameter
  package let bias: Parameter?
  package let stride: ConvolutionGeometry.Pair
  package let padding: ConvolutionGeometry.Pair

  package convenience init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, bias: Bool = true,
    random: TorchGenerator
  ) {
    self.init(
      inputs, outputs, kernel: .init(kernel), stride: .init(stride), padding: .init(padding), bias: bias, random: random
    )
  }

  /// The same with a kernel, strides and padding that differ between the axes, such as a kernel of 1×7.
  package init(
    _ inputs: Int, _ outputs: Int, kernel: ConvolutionGeometry.Pair, stride: ConvolutionGeometry.Pair,
    padding: ConvolutionGeometry.Pair, bias: Bool = true, random: TorchGenerator
  ) {
    let shape = [outputs, inputs, kernel.height, kernel.width]
    weight = Parameter(random.defaultWeight(shape))
    self.bias = bias ? Parameter(random.defaultBias(outputs, weightShape: shape)) : nil
    self.stride = stride
    self.padding = padding
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    self(x, weight: weight.value)
  }

  func callAsFunction(_ x: Tensor, activation: ChannelActivation) -> Tensor? {
    Trace.keepsLayersApart ? nil : self(x, weight: weight.value, activation: activation)
  }

  /// The layer with another weight in the place of its own, for layers that work their weight out from the stored one,
  /// and with an activation in the bias's pass.
  package func callAsFunction(_ x: Tensor, weight: Tensor, activation: ChannelActivation? = nil) -> Tensor {
    let fused = Trace.keepsLayersApart ? nil : activation
    let output = convolution(x, weight, bias: bias?.value, stride: stride, padding: padding, activation: fused)
    Trace.layer(self.weight.layerPath, output)
    switch Trace.keepsLayersApart ? activation : nil {
    case .relu: return output.relu()
    case .leakyReLU(let slope): return output.leakyReLU(slope: slope)
    case nil: return output
    }
  }

  package var state: [StateEntry] { weightAndBias(weight, bias) }
}

/// `weight`, then `bias` if there is one.
func weightAndBias(_ weight: Parameter, _ bias: Parameter?) -> [StateEntry] {
  [StateEntry("weight", .parameter(weight))] + (bias.map { [StateEntry("bias", .parameter($0))] } ?? [])
}
