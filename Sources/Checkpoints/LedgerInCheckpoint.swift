import Goldens

/// A run that keeps a ledger saves it with its state, and goes on with both.
extension Checkpoint {
  /// Adds the ledger so far.
  package mutating func add(_ ledger: LedgerRecord) throws {
    let (index, log) = try ledger.current.contents(level: 3)
    try add(bytes: index, as: "ledger/index")
    try add(bytes: log, as: "ledger/log")
  }

  /// Has `ledger` go on behind the one that was added; `state` is the digest of the state that was restored.
  ///
  /// - Throws: `FileError` where there is none, or a damaged one; `ForeignLedger` and `LedgerDifference` where it is of
  ///   another run, or knows another state.
  package func restore(_ ledger: LedgerRecord, state: String) throws {
    try ledger.resume(index: bytes("ledger/index"), log: bytes("ledger/log"), path: file.path)
    try ledger.requireRestored(state: state)
  }
}
