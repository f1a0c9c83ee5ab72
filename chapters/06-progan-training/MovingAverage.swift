//: ## The average of the generator's weights
//: Each step of the generator answers the last critic, and the next step takes back a part of it: the weights sway around a
//: course. The paper draws its samples not from the weights of the last step but from their running average,
//:
//: $$\bar w \leftarrow d\,\bar w + (1 - d)\,w,$$
//:
//: after every step; with $d = 0.999$ about the last thousand steps count. Training itself never sees the average. It is held
//: beside the weights and exchanged with them for as long as a sample takes. `--ema` turns it on; without it, as in the
//: document, samples come from the weights as they are.

import Autograd
import NeuralNets
import Tensors

/// An exponential moving average of parameters: ā ← d·ā + (1 − d)·p after every step.
///
/// Source: Karras et al. 2018, section 6 ("we use an exponential running average … with decay 0.999"). The document has none.
final class MovingAverage {
  private let parameters: [Parameter]
  private let decay: Double
  private(set) var values: [Tensor]

  init(of parameters: [Parameter], decay: Double) {
    (self.parameters, self.decay) = (parameters, decay)
    values = parameters.map { $0.value.detached }
  }

  func update() {
    withoutRecording {
      values = zip(values, parameters).map { $0 * decay + $1.value * (1 - decay) }
    }
  }

  /// Puts the averages in the parameters' place and keeps those; a second call undoes it.
  func exchange() {
    for index in parameters.indices {
      (values[index], parameters[index].value) = (parameters[index].value, values[index])
    }
  }

  func restore(_ saved: [Tensor]) { values = saved }
}
