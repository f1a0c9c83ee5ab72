//: ## A network that reads ten classes
//: Inception v3 has 24 million weights, which nobody may ship with a book and few machines load without a download.
//: What a score needs is only a network that knows what pictures show. So we train one of our own: six convolutions of
//: 3×3, two of them with stride 2, each followed by batch normalization and ReLU; the mean over the places that are
//: left; and a linear layer with ten outputs. Its 128 means are the **features**, its ten outputs the **logits**, and
//: both play the parts that Inception's play in published scores.

import Autograd
import NeuralNets
import Tensors
import TorchRandom

/// Photographs [N, 3, 32, 32] in [−1, 1] → logits [N, 10].
package final class Classifier: Layer {
  package static let featureCount = 128
  let convolutions: Sequential
  let readout: Linear

  package init(random: TorchGenerator) {
    func convolution(_ inputs: Int, _ outputs: Int, stride: Int = 1) -> [any Layer] {
      [
        Conv2d(inputs, outputs, kernel: 3, stride: stride, padding: 1, bias: false, random: random),
        BatchNorm2d(outputs), ReLU(),
      ]
    }
    convolutions = Sequential(
      convolution(3, 32)  // [N,  32, 32, 32]
        + convolution(32, 64, stride: 2)  // [N,  64, 16, 16]
        + convolution(64, 64)  // [N,  64, 16, 16]
        + convolution(64, 64)  // [N,  64, 16, 16]
        + convolution(64, 128, stride: 2)  // [N, 128,  8,  8]
        + convolution(128, 128))  // [N, 128,  8,  8]
    readout = Linear(Self.featureCount, 10, random: random)
  }

  /// What it sees in pictures, [N, 128], before it decides.
  package func features(of pictures: Tensor) -> Tensor { convolutions(pictures).averagedOverPlanes() }

  /// Its decision, [N, 10], from features.
  package func logits(of features: Tensor) -> Tensor { readout(features) }

  package func callAsFunction(_ pictures: Tensor) -> Tensor { logits(of: features(of: pictures)) }
  package var children: [any Layer] { [convolutions, readout] }
  package var state: [StateEntry] { convolutions.state.prefixed("convolutions") + readout.state.prefixed("readout") }
}
