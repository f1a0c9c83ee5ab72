import KernelContract
import Tensors

/// Adam, in PyTorch's order of operations.
///
///     m ← β₁·m + (1 − β₁)·g,   v ← β₂·v + (1 − β₂)·g²
///     p ← p − lr·m̂/(√v̂ + ε),   m̂ = m/(1 − β₁ᵗ),   v̂ = v/(1 − β₂ᵗ)
///
/// Source: Kingma & Ba 2015, algorithm 1. Caveat: the first step is ±lr whatever the gradient's size, so a gradient
/// that is zero but for rounding noise moves its weight by a full step.
package final class Adam {
  private let parameters: [Parameter]
  /// lr of the steps to come; a schedule sets it before each.
  package var learningRate: Double
  private let betas: (Double, Double)
  private let epsilon: Double
  private(set) package var moments: [Moments]

  /// The memory of one parameter.
  package struct Moments {
    package fileprivate(set) var step = 0
    package fileprivate(set) var first: Tensor
    package fileprivate(set) var second: Tensor
  }

  package init(
    _ parameters: [Parameter], learningRate: Double, betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.betas = betas
    self.epsilon = epsilon
    moments = parameters.map { parameter in
      Moments(
        first: .zeros(parameter.shape, dtype: parameter.value.dtype),
        second: .zeros(parameter.shape, dtype: parameter.value.dtype))
    }
  }

  /// Moves every parameter by its gradient; `nil` leaves a parameter and its moments alone, as PyTorch does where no
  /// gradient arrived.
  package func step(_ gradients: [Tensor?]) {
    precondition(gradients.count == parameters.count, "\(gradients.count) gradients, \(parameters.count) parameters")
    for (index, gradient) in gradients.enumerated() {
      guard let gradient else { continue }
      let parameter = parameters[index]
      precondition(
        gradient.shape == parameter.shape && gradient.dtype == parameter.value.dtype,
        "a gradient \(gradient.dtype) \(gradient.shape) for a parameter \(parameter.value.dtype) \(parameter.shape)")
      moments[index].step += 1
      let update = Primitive.adamStep(
        parameter.value, gradient, first: moments[index].first, second: moments[index].second,
        learningRate: learningRate, firstDecay: betas.0, secondDecay: betas.1, epsilon: epsilon,
        step: moments[index].step)
      parameter.value = update.parameter
      moments[index].first = update.first
      moments[index].second = update.second
    }
  }

  /// Puts saved moments back, one per parameter.
  ///
  /// - Throws: `StateDictionaryError` if the count or a shape differs; nothing has changed then.
  package func load(_ saved: [(step: Int, first: Tensor, second: Tensor)]) throws {
    guard saved.count == parameters.count else {
      throw StateDictionaryError.shape(name: "moments", expected: [parameters.count], found: [saved.count])
    }
    for (index, entry) in saved.enumerated() {
      for tensor in [entry.first, entry.second] where tensor.shape != parameters[index].shape {
        throw StateDictionaryError.shape(
          name: "moments.\(index)", expected: parameters[index].shape, found: tensor.shape)
      }
    }
    moments = zip(saved, parameters).map { entry, parameter in
      Moments(
        step: entry.step, first: entry.first.converted(to: parameter.value.dtype),
        second: entry.second.converted(to: parameter.value.dtype))
    }
  }
}
