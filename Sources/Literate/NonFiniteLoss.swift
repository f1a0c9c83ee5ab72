import Tensors

extension ChapterRun {
  /// Ends the run where one of an iteration's losses is no number any more, unless the user asked for such runs to go on: nothing that
  /// follows would mean anything.
  ///
  /// - Throws: `NonFiniteLoss` naming the first.
  package func requireFinite(_ losses: [(name: String, value: Double)], at iteration: Int) throws {
    guard !options.allowNonFinite, let loss = losses.first(where: { !$0.value.isFinite }) else { return }
    throw NonFiniteLoss(name: loss.name, value: loss.value, iteration: iteration)
  }
}

/// A loss that is NaN or infinite.
package struct NonFiniteLoss: Error, CustomStringConvertible {
  package let name: String
  package let value: Double
  /// Counted from 1.
  package let iteration: Int

  package var description: String {
    "iteration \(iteration): expected a finite \(name), found \(value); the checkpoint of before, if there is one, stays as it is, and "
      + "--allow-non-finite goes on regardless"
  }
}
