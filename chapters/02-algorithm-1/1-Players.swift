//: # Algorithm 1
//:
//: *Networks in the place of tables: a bell is learned, eight modes are found or lost, and what $k$ has to do with it.*
//:
//: Chapter 1 played the game with tables: one number an atom, the best $D$ in every round. Real players are networks.
//: They see samples instead of distributions, take noisy steps instead of climbing to the top, and share their weights
//: between all places. The GAN document sets the scene in two sentences: *$G$ and $D$ are multilayer perceptrons*, and
//: the whole system *is trained with back-propagation and dropout, and sampled by forward propagation alone*; no Markov
//: chain, no unrolled inference.
//:
//: This chapter trains such players by **Algorithm 1** of the paper, on data whose distribution is known: a bell on a
//: line, and eight bells on a circle. Known data turn opinions about samples into numbers: how far is $p_g$ from
//: $p_\text{data}$, how many of the eight has $G$ found, how many of its samples are any good.
//:
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
final class Perceptron: Layer {
  private let layers: [Linear]
  /// Which share of the hidden units dropout keeps; 1 is no dropout.
  private let keep: Double

  init(_ widths: [Int], keep: Double = 1, random: TorchGenerator) {
    layers = zip(widths, widths.dropFirst()).map { Linear($0, $1, random: random) }
    self.keep = keep
  }

  /// The network as it is used: without dropout.
  func callAsFunction(_ x: Tensor) -> Tensor { forward(x) { $0 } }

  /// The network as it is trained: every hidden layer behind a mask of its own.
  func callAsFunction(_ x: Tensor, dropout random: TorchGenerator) -> Tensor {
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

  var children: [any Layer] { layers }
  var state: [StateEntry] { layers.enumerated().flatMap { $1.state.prefixed(String($0)) } }
}

extension Tensor {
  fileprivate func passed(to layer: Linear) -> Tensor { layer(self) }
}
