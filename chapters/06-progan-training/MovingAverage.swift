//: ## The average of the generator's weights
//: Each step of the generator answers the last critic, and the next step takes back a part of it: the weights sway
//: around a course. The paper draws its samples not from the weights of the last step but from their running average,
//:
//: $$\bar w \leftarrow d\,\bar w + (1 - d)\,w,$$
//:
//: after every step; with $d = 0.999$ about the last thousand steps count. In a run of a few thousand that is too long
//: a memory: a block that has just begun to fade in would be averaged with its first weights, pure noise, for as long
//: as it trains. So the average forgets faster whenever the networks have grown: $\min\bigl(d, 1 - 5/(t + 6)\bigr)$
//: after the $t$-th step at a resolution, which is a memory of about $t/5$ steps. Training itself never sees the
//: average. It is held beside the weights and exchanged with them for as long as a sample takes. The quick profile
//: averages; the full one does with `--ema 0.999`; and `--ema 0` samples, as the document does, from the weights as
//: they are.

import GANBook

/// An exponential moving average of parameters: ā ← k·ā + (1 − k)·p after every step, k = min(d, 1 − 5/(t + 6)) at the
/// t-th step since the networks last grew.
///
/// Source: Karras et al. 2018, section 6 ("we use an exponential running average … with decay 0.999"); the short memory
/// after growing is ours. The document has no average.
final class MovingAverage {
  private let parameters: [Parameter]
  private let decay: Double
  private(set) var values: [Tensor]

  init(of parameters: [Parameter], decay: Double) {
    (self.parameters, self.decay) = (parameters, decay)
    values = parameters.map { $0.value.detached }
  }

  /// Takes in the weights as they are after `steps` steps at this resolution.
  func update(after steps: Int) {
    let kept = min(decay, 1 - 5 / Double(steps + 6))
    withoutRecording {
      values = zip(values, parameters).map { $0 * kept + $1.value * (1 - kept) }
    }
  }

  /// Puts the averages in the parameters' place and keeps those; a second call undoes it.
  func exchange() {
    for index in parameters.indices {
      (values[index], parameters[index].value) = (parameters[index].value, values[index])
    }
  }

  /// Puts saved averages back; `path` names the checkpoint in errors.
  func restore(_ saved: [Tensor], _ path: String) throws {
    for (index, (tensor, parameter)) in zip(saved, parameters).enumerated()
    where tensor.shape != parameter.shape || tensor.dtype != parameter.value.dtype {
      throw ChapterError(
        """
        \(path): average \(index): expected \(parameter.value.dtype) \(parameter.shape), found \(tensor.dtype) \
        \(tensor.shape)
        """
      )
    }
    values = saved
  }
}
