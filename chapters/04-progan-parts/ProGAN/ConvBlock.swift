import NeuralNets
import Tensors
import TorchRandom

//: ## The building block
//: Both networks repeat one pattern: convolution, leaky ReLU, and the same again. The size of the picture stays, the
//: count of channels may change. In the generator each activation is followed by pixel norm, in the critic nothing is
//: normalized.

/// Twice: 3×3 convolution, leaky ReLU 0.2 and, in the generator, pixel norm. [N, in, H, W] → [N, out, H, W].
///
/// Source: document 2, `ConvBlock`.
package final class ConvBlock: Layer {
  package let conv1: WSConv2d
  package let conv2: WSConv2d
  private let norm: PixelNorm?

  package init(_ inputs: Int, _ outputs: Int, usesPixelNorm: Bool = true, random: TorchGenerator) {
    conv1 = WSConv2d(inputs, outputs, random: random)
    conv2 = WSConv2d(outputs, outputs, random: random)
    norm = usesPixelNorm ? PixelNorm() : nil
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    [conv1, conv2].reduce(x) { x, conv in
      let active = conv(x, activation: .leakyReLU(slope: 0.2))
      return norm?(active) ?? active
    }
  }

  package var children: [any Layer] { [conv1, conv2] }
  package var state: [StateEntry] { conv1.state.prefixed("conv1") + conv2.state.prefixed("conv2") }
}
