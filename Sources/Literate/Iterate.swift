/// Runs iterations `first` to `total` − 1 under a progress bar, until the run is asked to stop, and returns what `body`
/// made of each.
///
/// What `body` returns is kept, so a loop that needs only its last state returns nothing. `place` says where the run
/// was stopped, "iteration 12 of the bell" where it is left out; `save` writes a checkpoint then and returns its path.
/// Without `save` a request that comes during the last iteration is answered here, too, and a later one ends the
/// program at once; with it, that is for whoever saves the end of the run. Throws `ChapterInterrupted`, and what `body`
/// and `save` throw.
@discardableResult
package func iterate<Value>(
  _ name: String, from first: Int = 0, _ total: Int, place: ((Int) -> String)? = nil,
  saving save: (() throws -> String?)? = nil, _ body: (Int) throws -> Value
) throws -> [Value] {
  let progress = ProgressBar(name, total: total, startingAt: first)
  defer { progress.finish() }
  func stop(at iteration: Int) throws -> ChapterInterrupted {
    let checkpoint = try save?()
    return ChapterInterrupted(at: place?(iteration) ?? "iteration \(iteration) of the \(name)", checkpoint: checkpoint)
  }
  var values: [Value] = []
  for iteration in first..<max(first, total) {
    if Agreed.stopIsRequested { throw try stop(at: iteration) }
    values.append(try body(iteration))
    progress.advance(to: iteration + 1)
  }
  if save == nil, Agreed.endPolling() { throw try stop(at: max(first, total)) }
  return values
}

/// Ends a run that was asked to stop where there is nothing to save.
package func stopIfAsked(at place: @autoclosure () -> String) throws {
  if Agreed.stopIsRequested { throw ChapterInterrupted(at: place(), checkpoint: nil) }
}

/// Ends a run that was asked to stop during its last iteration, whose end is saved in `checkpoint`. A later request
/// ends the program at once.
package func stopIfAsked(atTheEndOf name: String, checkpoint: String) throws {
  if Agreed.endPolling() { throw ChapterInterrupted(at: "the end of \(name)", checkpoint: checkpoint) }
}
