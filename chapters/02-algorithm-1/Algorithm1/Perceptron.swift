//: ## Two perceptrons
//: Linear layers with ReLU between them. $D$ ends in its logit; the logistic function belongs to the loss.
//:
//: **Dropout** multiplies each hidden unit by 0 or by $1/\text{keep}$, at random and anew for every sample, so that
//: $D$ cannot lean on any one unit. The factor keeps the mean. A unit is kept where a uniform draw is below `keep`.

import Autograd
import NeuralNets
import Tensors
import TorchRandom

/// Linear layers [N, widths[0]] → … → [N, widths.last], with ReLU between them.
package final class Perceptron: Layer {
  private let layers: [Linear]
  /// Which share of the hidden units dropout keeps; 1 is no dropout.
  private let keep: Double

  package init(_ widths: [Int], keep: Double = 1, random: TorchGenerator) {
    layers = zip(widths, widths.dropFirst()).map { Linear($0, $1, random: random) }
    self.keep = keep
  }

  /// The network as it is used: without dropout.
  package func callAsFunction(_ x: Tensor) -> Tensor { forward(x) { $0 } }

  /// The network as it is trained: every hidden layer behind a mask of its own.
  package func callAsFunction(_ x: Tensor, dropout random: TorchGenerator) -> Tensor {
    keep == 1 ? self(x) : forward(x) { $0 * mask($0, random) }
  }

  private func forward(_ x: Tensor, behind dropout: (Tensor) -> Tensor) -> Tensor {
    layers.dropLast().reduce(x) { dropout($1($0).relu()) }.passed(to: layers[layers.count - 1])
  }

  /// 1/keep with probability keep, else 0.
  private func mask(_ hidden: Tensor, _ random: TorchGenerator) -> Tensor {
    let draws = random.uniform(hidden.shape).values
    return Tensor(draws.map { $0 < keep ? 1 / keep : 0 }, shape: hidden.shape).converted(to: hidden.dtype)
  }

  package var children: [any Layer] { layers }
  package var state: [StateEntry] { layers.enumerated().flatMap { $1.state.prefixed(String($0)) } }
}

extension Tensor {
  fileprivate func passed(to layer: Linear) -> Tensor { layer(self) }
}
