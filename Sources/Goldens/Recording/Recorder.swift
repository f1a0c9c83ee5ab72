import Synchronization
import TensorFiles
import Tensors

/// Collects what a chapter's run records, in order, reduced to what a golden set keeps.
///
/// Nothing is written until `write(to:)`, so a run that crashes leaves no recording. A name used twice, a bad name and
/// a tolerance that cannot be met do not stop the run where they happen; `write(to:)` throws and names them all.
package final class Recorder: Sendable {
  package let chapter: String
  package let precision: DType

  private struct State {
    var entries: [RecordedEntry] = []
    var names: Set<String> = []
    var log: [RecordedLine] = []
    var problems: [String] = []
  }

  private let state = Mutex(State())

  package init(chapter: String, precision: DType) {
    self.chapter = chapter
    self.precision = precision
  }

  /// Records a tensor; `keeping: .hash` where every bit is fixed (random draws, data), `.whole` to keep a large one
  /// whole.
  package func record(
    _ name: String, _ tensor: Tensor, _ tolerance: Tolerance, keeping: Keeping? = nil, at source: SourceLocation
  ) {
    add(name, .tensor, tolerance, source, keeping) { try TensorFile.Entry(name: name, tensor: tensor) }
  }

  /// Records one number a step.
  package func record(_ name: String, series: [Double], _ tolerance: Tolerance, at source: SourceLocation) {
    add(name, .series, tolerance, source, .whole) {
      try TensorFile.Entry(name: name, values: series, shape: [series.count])
    }
  }

  /// Records one number.
  package func record(_ name: String, scalar: Double, _ tolerance: Tolerance, at source: SourceLocation) {
    add(name, .scalar, tolerance, source, .whole) { try TensorFile.Entry(name: name, values: [scalar], shape: []) }
  }

  /// Records a picture: `pixels` are rows of interleaved 8-bit channels.
  package func record(
    _ name: String, pixels: [UInt8], height: Int, width: Int, channels: Int, _ tolerance: Tolerance,
    at source: SourceLocation
  ) {
    add(name, .image, tolerance, source, .whole) {
      try TensorFile.Entry(name: name, elementType: .uint8, shape: [height, width, channels], bytes: pixels[...])
    }
  }

  /// Records a line of the log: text compared exactly, numbers within the tolerance, whole numbers exactly.
  package func record(log line: String, _ tolerance: Tolerance, at source: SourceLocation) {
    state.withLock { state in
      if line.contains(where: \.isNewline) { state.problems.append("\(source): a log line holds a line break") }
      if !tolerance.isValid { state.problems.append("\(source): the log line's tolerance is \(tolerance)") }
      state.log.append(RecordedLine(text: line, tolerance: tolerance, source: source))
    }
  }

  private func add(
    _ name: String, _ kind: EntryKind, _ tolerance: Tolerance, _ source: SourceLocation, _ keeping: Keeping?,
    _ entry: () throws -> TensorFile.Entry
  ) {
    // Reduced outside the lock: hashing a large tensor takes a while.
    let value = Result { try GoldenValue(kind, entry(), name: name, keeping: keeping) }
    state.withLock { state in
      if let problem = RecordedEntry.problem(withName: name) { state.problems.append("\(source): \(problem)") }
      if !tolerance.isValid { state.problems.append("\(source): the tolerance of \(name) is \(tolerance)") }
      if !state.names.insert(name).inserted { state.problems.append("\(source): \(name) was recorded before") }
      switch value {
      case .success(let value):
        state.entries.append(RecordedEntry(name: name, value: value, tolerance: tolerance, source: source))
      case .failure(let error): state.problems.append("\(source): \(error)")
      }
    }
  }

  /// What has been recorded. Throws `RecordingError` where something was recorded wrongly.
  ///
  /// Everything, or what came after a mark.
  package func recording(since mark: Mark? = nil) throws -> Recording {
    let state = state.withLock { $0 }
    guard state.problems.isEmpty else { throw RecordingError(problems: state.problems) }
    return Recording(
      chapter: chapter, precision: precision, entries: Array(state.entries.dropFirst(mark?.entries ?? 0)),
      log: Array(state.log.dropFirst(mark?.lines ?? 0)))
  }

  /// A point in the recording, to tell later what came after it.
  package struct Mark: Sendable {
    fileprivate let entries: Int
    fileprivate let lines: Int
  }

  package var mark: Mark { state.withLock { Mark(entries: $0.entries.count, lines: $0.log.count) } }

  /// Appends what an interrupted run had recorded.
  package func resume(from recording: Recording) {
    state.withLock { state in
      for entry in recording.entries where !state.names.insert(entry.name).inserted {
        state.problems.append("\(entry.source): \(entry.name) was recorded before the interruption and again after it")
      }
      state.entries += recording.entries
      state.log += recording.log
    }
  }

  /// Records whole numbers of which every bit is fixed, such as an order drawn at random: only their digest is kept.
  package func record(_ name: String, integers: [Int], at source: SourceLocation) {
    add(name, .tensor, .exact, source, .hash) {
      try TensorFile.Entry(
        name: name, elementType: .int64, shape: [integers.count],
        bytes: integers.map(Int64.init).withUnsafeBytes { Array($0) }[...])
    }
  }

  /// Writes `recorded-<precision>.safetensors` and `.json` into the folder, each whole or not at all; returns what the
  /// latter holds.
  @discardableResult
  package func write(to folder: String) throws -> [UInt8] { try recording().write(to: folder) }
}

/// Calls of `record(…)` that contradict each other or the rules.
package struct RecordingError: Error, CustomStringConvertible {
  package let problems: [String]
  package var description: String { "wrongly recorded: " + problems.joined(separator: "; ") }
}
