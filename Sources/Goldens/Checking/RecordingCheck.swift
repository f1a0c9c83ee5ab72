import Files
import TensorFiles
import Tensors

/// Holds recordings from anywhere against the golden sets of a folder: no chapter is run, and no Swift project is
/// needed.
package struct RecordingCheck: Sendable {
  package let recordings: RecordingFolder
  /// The folder of the golden sets; it need not be there yet.
  package let goldens: String
  /// Only these recordings, all for none.
  package let names: [String]
  package let pattern: Glob?

  /// The profile of golden sets that were blessed from recordings; those of reference programs have another.
  package static let profile = "recording"

  /// Throws `CatalogError` for a name that is neither recorded nor has a golden: a typo must not check less than was
  /// asked for.
  package init(_ recordings: RecordingFolder, goldens: String, names: [String] = [], pattern: Glob? = nil) throws {
    self.recordings = recordings
    self.goldens = goldens
    self.names = names
    self.pattern = pattern
    let known = Set(recordings.names).union(try Self.golden(in: goldens))
    if let unknown = names.first(where: { !known.contains($0) }) {
      throw CatalogError(
        "no recording \"\(unknown)\" in \(recordings.path); there are \(recordings.names.joined(separator: ", "))")
    }
  }

  /// The names of the golden sets in a folder; none where there is no folder.
  package static func golden(in folder: String) throws -> [String] {
    guard FileSystem.kind(of: folder) != nil else { return [] }
    return try FileSystem.list(folder).filter {
      !$0.hasPrefix(".") && FileSystem.kind(of: GoldenSet.manifestPath("\(folder)/\($0)")) == .file
    }
  }

  package func path(of name: String) -> String { "\(goldens)/\(name)" }

  /// The recordings that are looked at.
  package var selected: [OutsideRecording] {
    recordings.recordings.filter { names.isEmpty || names.contains($0.recording.chapter) }
  }

  /// A result for every recording, and a failing one for every golden set that nothing was recorded for.
  package func results() throws -> [PrecisionResult] {
    var results = selected.map(result(of:))
    guard let pattern else { return results + (try unrecorded()) }
    // A pattern is for some of the recordings, not for each.
    let matching = results.filter { !$0.entries.isEmpty || $0.failure != nil && !isUnmatched($0) }
    results = matching.isEmpty ? Array(results.prefix(1)) : matching
    if results.isEmpty {
      results = [
        PrecisionResult(chapter: recordings.path, precision: nil, failure: "no entry matches \"\(pattern.text)\"")
      ]
    }
    return results
  }

  private func isUnmatched(_ result: PrecisionResult) -> Bool { result.failure?.hasPrefix("no entry matches") == true }

  private func result(of outside: OutsideRecording) -> PrecisionResult {
    let recording = outside.recording
    let clock = ContinuousClock()
    let start = clock.now
    var result = verdicts(on: recording)
    result.compareSeconds = (clock.now - start).inSeconds
    return result
  }

  private var advice: Checker.Advice {
    let command = BookCommand.quoted("bless --recording \(recordings.path) --goldens \(goldens)")
    return Checker.Advice(missing: "look at it and run \(command)", unblessed: "run \(command)")
  }

  private func verdicts(on recording: Recording) -> PrecisionResult {
    let folder = path(of: recording.chapter)
    guard FileSystem.kind(of: GoldenSet.manifestPath(folder)) != nil else { return allMissing(recording) }
    do {
      return Checker(goldens: try GoldenSet(readingFrom: folder), pattern: pattern, advice: advice).check(recording)
    } catch {
      return PrecisionResult(chapter: recording.chapter, precision: recording.precision, failure: "\(error)")
    }
  }

  /// What is said of a recording that has no golden set yet.
  private func allMissing(_ recording: Recording) -> PrecisionResult {
    var result = PrecisionResult(chapter: recording.chapter, precision: recording.precision)
    let note = "there is no golden yet: \(advice.missing)"
    for entry in recording.entries where pattern?.matches(entry.name) ?? true {
      result.entries.append(
        EntryResult(
          name: entry.name, precision: recording.precision, kind: entry.value.kind.rawValue, verdict: .missing,
          tolerance: entry.tolerance, source: entry.source, note: note, found: entry.value))
    }
    if !recording.log.isEmpty, pattern?.matches("log") ?? true {
      result.entries.append(
        EntryResult(
          name: "log", precision: recording.precision, kind: "log", verdict: .missing,
          tolerance: recording.log.first?.tolerance, source: recording.log.first?.source, note: note,
          digest: recording.logDigest))
    }
    if result.entries.isEmpty {
      result.failure = pattern.map { "no entry matches \"\($0.text)\"" } ?? "the run recorded nothing"
    }
    return result
  }

  /// Golden sets, and precisions of them, that nothing was recorded for: a run that never came to its end must not pass
  /// for one that holds. Where the folder is one recording, the others are not its business.
  private func unrecorded() throws -> [PrecisionResult] {
    let recorded = recordings.recordings.map(\.recording)
    var results: [PrecisionResult] = []
    for name in try Self.golden(in: goldens) where names.isEmpty || names.contains(name) {
      if recordings.isOne, !recordings.names.contains(name) { continue }
      // A damaged set fails with the recording, if there is one.
      guard let manifest = try? Manifest(contentsOf: GoldenSet.manifestPath(path(of: name))) else {
        if !recordings.names.contains(name) {
          results.append(
            PrecisionResult(
              chapter: name, precision: nil, failure: "\(path(of: name)) is damaged, and was not recorded"))
        }
        continue
      }
      for precision in manifest.precisions
      where !recorded.contains(where: { $0.chapter == name && $0.precision == precision }) {
        results.append(
          PrecisionResult(
            chapter: name, precision: precision,
            failure: "there is a golden set, \(path(of: name)), but no recording of it in \(recordings.path)"))
      }
    }
    return results
  }
}
