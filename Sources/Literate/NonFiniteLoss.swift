import Tensors

/// Ends the run where a loss is no number any more, unless the user asked for such runs to go on: nothing that follows
/// would mean anything.
///
/// Every training loop of a chapter calls this for what it has just computed; `iteration` counts from 1.
///
/// - Throws: `NonFiniteLoss`.
package func requireFinite(_ loss: Double, _ name: String = "loss", at iteration: Int) throws {
  guard !loss.isFinite, !ChapterRun.allowsNonFinite else { return }
  throw NonFiniteLoss(name: name, value: loss, iteration: iteration)
}

/// The same for several, of which the first that is none is named.
package func requireFinite(_ losses: [(name: String, value: Double)], at iteration: Int) throws {
  for loss in losses { try requireFinite(loss.value, loss.name, at: iteration) }
}

/// A loss that is NaN or infinite.
package struct NonFiniteLoss: Error, Equatable, CustomStringConvertible {
  package let name: String
  package let value: Double
  /// Counted from 1.
  package let iteration: Int

  package var description: String {
    "iteration \(iteration): expected a finite \(name), found \(value); the checkpoint of before, if there is one, "
      + "stays as it is, and --allow-non-finite goes on regardless"
  }
}
