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
