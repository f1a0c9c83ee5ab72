import Autograd
import Tensors
import TorchRandom

/// A transposed convolution of [N, in, h, w] to [N, out, H, W], H = (h − 1)·stride − 2·padding + kernel.
///
/// The weight is [in, out, k, k], and its "fan-in" in PyTorch's sense is out·k·k: the initializers see the stored
/// shape.
package final class ConvTranspose2d: Layer {
  package let weight: Parameter
  package let bias: Parameter?
  let stride: ConvolutionGeometry.Pair
  let padding: ConvolutionGeometry.Pair

  package init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, bias: Bool = true,
    random: TorchGenerator
  ) {
    let shape = [inputs, outputs, kernel, kernel]
    weight = Parameter(random.defaultWeight(shape))
    self.bias = bias ? Parameter(random.defaultBias(outputs, weightShape: shape)) : nil
    self.stride = .init(stride)
    self.padding = .init(padding)
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    let output = transposedConvolution(x, weight.value, bias: bias?.value, stride: stride, padding: padding)
    Trace.layer(weight.layerPath, output)
    return output
  }

  package var state: [StateEntry] { weightAndBias(weight, bias) }
}
