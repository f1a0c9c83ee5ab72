import Autograd
import NeuralNets
import Tensors
import TorchRandom

//: ## Equalized learning rate
//: He initialization draws a weight from $\mathcal N(0, 2/n)$, where $n$ is the fan-in, the number of inputs that feed
//: one output, so that signals keep their size from layer to layer. ProGAN draws every weight from $\mathcal N(0, 1)$
//: instead and multiplies by $s = \sqrt{2/n}$ each time the layer is used:
//:
//: $$y = \operatorname{conv}(s\,x, W) + b = \operatorname{conv}(x, s\,W) + b, \qquad s = \sqrt{\text{gain}/n}.$$
//:
//: At the start both networks compute the same. The difference is in training: Adam moves every *stored* weight by
//: about the learning rate, whatever the gradient's size. If the stored weights of all layers have size 1, all layers
//: change by the same share. The bias is drawn as zero and not scaled.
//:
//: The document scales the input. A convolution is linear, so we scale the weight, which is the smaller tensor (and is
//: how the paper writes it); the results agree but for the last bit.

/// A convolution with stored weights of size 1, scaled at run time: conv(x, W·√(gain/fan-in)) + bias.
///
/// Shapes as `Conv2d`'s. The state is called `conv.weight` and `conv.bias`. Constructing it draws what PyTorch draws:
/// the default weight and bias of Conv2d, thrown away, then the weight from N(0, 1).
///
/// Source: document 2, `WSConv2d`; Karras et al. 2018, section 4.1.
package final class WSConv2d: Layer {
  package let conv: Conv2d
  /// √(gain/fan-in).
  package let scale: Double

  package init(
    _ inputs: Int, _ outputs: Int, kernel: Int = 3, padding: Int = 1, gain: Double = 2, random: TorchGenerator
  ) {
    conv = Conv2d(inputs, outputs, kernel: kernel, padding: padding, random: random)
    scale = (gain / Double(inputs * kernel * kernel)).squareRoot()
    conv.weight.value = random.normal(conv.weight.shape)
    conv.bias?.value = .zeros([outputs], dtype: .float32)
  }

  package func callAsFunction(_ x: Tensor) -> Tensor { self(x, activation: nil) }

  /// The layer followed by an activation, in one pass over memory.
  func callAsFunction(_ x: Tensor, activation: ChannelActivation?) -> Tensor {
    conv(x, weight: conv.weight.value * scale, activation: activation)
  }

  package var children: [any Layer] { [conv] }
  package var state: [StateEntry] { conv.state.prefixed("conv") }
}
