import Files

/// The ledger of a run that is going on: a chapter tells it every line and every epoch's end.
///
/// ```swift
/// try ledger.line("[1/50][0/782] Loss_D: 1.4032 …")
/// try ledger.epoch(1, state: checkpoint.digest)
/// ```
/// Where the run is held against a ledger that is there, the first line or epoch that differs ends it.
package final class LedgerRecord {
  package private(set) var ledger: Ledger
  private let expected: Ledger?
  private let program: BuildStamp
  private let threads: Int
  private let clock = ContinuousClock()
  private let begun: ContinuousClock.Instant
  /// Iterations that this process found done.
  private var start = 0

  /// `expected` is what the run is held against.
  ///
  /// - Throws: `LedgerDifference` where it is the ledger of a run with other settings.
  package init(_ ledger: Ledger, program: BuildStamp, threads: Int, expected: Ledger? = nil) throws {
    self.ledger = ledger
    self.program = program
    self.threads = threads
    self.expected = expected
    begun = clock.now
    if let difference = expected?.settingsDifference(from: ledger) { throw difference }
  }

  /// The line of an iteration.
  ///
  /// - Throws: `LedgerDifference` where the ledger that the run is held against has another one.
  package func line(_ text: String) throws {
    precondition(!text.contains(where: \.isNewline), "a line of a ledger holds a line break: \(text)")
    if let expected, expected.lines.dropFirst(ledger.lines.count).first != text {
      throw expected.lineDifference(ledger.lines.count, found: text)
    }
    ledger.lines.append(text)
  }

  /// The end of an epoch: `number` counts from 1, in every stage, and `state` is the digest of everything that the next
  /// iteration depends on.
  ///
  /// - Throws: `LedgerDifference` where the ledger that the run is held against says otherwise.
  package func epoch(_ number: Int, stage: String = "", state: String) throws {
    let start = ledger.epochs.last?.iteration ?? 0
    let epoch = Ledger.Epoch(
      stage: stage, number: number, iteration: ledger.lines.count,
      lines: Digest.of(lines: Array(ledger.lines[start...])), state: state)
    if let expected {
      let next = expected.epochs.dropFirst(ledger.epochs.count).first
      if let difference = expected.epochDifference(next, epoch, at: epoch.iteration) { throw difference }
    }
    ledger.epochs.append(epoch)
  }

  // MARK: - Interrupted runs

  /// The ledger so far, with what this process has made of it.
  package var current: Ledger {
    var current = ledger
    guard ledger.lines.count > start else { return current }
    let stretch = Ledger.Stretch(
      start: start, end: ledger.lines.count, program: program.digest,
      seconds: Int((clock.now - begun).components.seconds), threads: threads, processor: Provenance.processorName())
    current.stretches.append(stretch)
    current.programs[stretch.program] = program.text
    return current
  }

  /// Goes on behind the ledger that a checkpoint holds; `path` names the checkpoint in errors.
  ///
  /// - Throws: `FileError` for a damaged one, `LedgerDifference` where it is of a run with other settings, or not the
  ///   beginning of the ledger that this run is held against.
  package func resume(index: [UInt8], log: [UInt8], path: String) throws {
    let saved = try Ledger(index: index, path: "\(path), ledger", log: log, logPath: "\(path), log of the ledger")
    if let difference = ledger.settingsDifference(from: saved) {
      throw ForeignLedger(file: path, difference: difference)
    }
    if let difference = expected?.difference(from: saved, through: saved.lines.count) { throw difference }
    (ledger.lines, ledger.epochs) = (saved.lines, saved.epochs)
    (ledger.stretches, ledger.programs) = (saved.stretches, saved.programs)
    // A run that departed once has departed.
    ledger.departures = saved.departures + ledger.departures.filter { !saved.departures.contains($0) }
    start = saved.lines.count
  }

  /// Whether the state that was restored is the one the ledger knows, where it knows it: at an epoch's end.
  ///
  /// - Throws: `LedgerDifference` where it is not.
  package func requireRestored(state: String) throws {
    guard let last = ledger.epochs.last, last.iteration == ledger.lines.count, last.state != state else { return }
    throw LedgerDifference(
      chapter: ledger.chapter, act: ledger.act, place: "the checkpoint at \(last.name)",
      expected: "state \(last.state)",
      found: "state \(state)")
  }

  /// How the programs of earlier stretches differ from this one, in words; `nil` where they do not.
  package var otherPrograms: String? {
    let others = Set(ledger.stretches.map(\.program)).subtracting([program.digest])
    return others.isEmpty
      ? nil : "\(others.count) other program\(others.count == 1 ? "" : "s") made the first \(start) iterations"
  }
}

/// A checkpoint that holds the ledger of another run.
package struct ForeignLedger: Error, Sendable, Equatable, CustomStringConvertible {
  package let file: String
  package let difference: LedgerDifference

  package var description: String {
    "\(file): the checkpoint's ledger is of another run: \(difference.place) is \(difference.found) there and "
      + "\(difference.expected) here"
  }
}
