import Files

/// What the metadata of a checkpoint says beside its run's identity.
package enum CheckpointNote {
  /// Iterations done.
  package static let iteration = "iteration"
  /// There where a whole run of the quick profile has left it: it costs a minute or two to make again.
  package static let isQuick = "quick-run-complete"
}

/// A checkpoint that a run finds in its output folder: it is gone on from, replaced, or in the way.
package enum EarlierCheckpoint {
  /// Throws where the run must not begin. Called before anything is read, computed or removed.
  ///
  /// - Parameters:
  ///   - identity: What is known of the run without its data.
  ///   - isResumed: Whether the run goes on from the checkpoint; it must be one of a run like this.
  ///   - isOverwritten: Whether the user wants it replaced.
  ///   - remade: How far a run goes that may replace what it makes again itself, to the bit.
  /// - Throws: `CheckpointInTheWay` for one that is neither to be gone on from nor to be replaced; `FileError` and
  ///   `ForeignCheckpoint` where it cannot be gone on from.
  package static func check(
    _ path: String, identity: [String: String], isResumed: Bool, isOverwritten: Bool, remade: Int?
  ) throws {
    // A link that leads nowhere is no checkpoint, but somebody has put it there to be one.
    if FileSystem.kind(of: path) == nil && FileSystem.isLink(path) {
      throw FileError(
        path, .cannotOpen, expected: "a checkpoint, or nothing", found: "a link to nothing, or in a circle",
        remedy: "remove it, or choose another --out")
    }
    guard FileSystem.kind(of: path) != nil, !isOverwritten else { return }
    if isResumed {
      _ = try Checkpoint(readingFrom: path, identity: identity)
      return
    }
    let options = (try? Checkpoint(readingFrom: path, identity: [:]))?.options ?? [:]
    if options[CheckpointNote.isQuick] != nil { return }
    let iteration = options[CheckpointNote.iteration].flatMap { Int($0) }
    if let remade, let iteration, iteration <= remade, identity.allSatisfy({ options[$0.key] == $0.value }) { return }
    throw CheckpointInTheWay(file: path, iteration: iteration)
  }
}

/// A checkpoint that a run would replace without having been told to.
package struct CheckpointInTheWay: Error, Equatable, CustomStringConvertible {
  package let file: String
  package let iteration: Int?

  package var description: String {
    "\(file): a checkpoint is there\(iteration.map { ", of iteration \($0)" } ?? "") already; go on from it with "
      + "--resume, replace it with --overwrite, or choose another --out"
  }
}
