import Files
import Foundation
import TensorFiles
import Tensors

/// What blessing one recording, in all its precisions, would change in its golden set.
///
/// What drifted inside the tolerance changes only the digest: the reference stays what it was, or it would wander off
/// in small steps. What is new, gone, or outside the tolerance changes the reference itself.
package struct RecordingBlessing: Sendable {
  package let name: String
  /// The folder of the golden set.
  package let folder: String
  /// The set that is there, `nil` for the first golden.
  package let old: GoldenSet?
  package let results: [PrecisionResult]
  private let recordings: [OutsideRecording]
  private let pattern: Glob?

  /// Throws `FileError` where the set that is there is damaged, `CatalogError` where it is a reference program's.
  ///
  /// `results` are those of the check.
  package init(_ name: String, check: RecordingCheck, results: [PrecisionResult]) throws {
    self.name = name
    folder = check.path(of: name)
    pattern = check.pattern
    recordings = check.selected.filter { $0.recording.chapter == name }
    if FileSystem.isLink(folder) { throw FileSystem.linkRefused(folder) }
    old =
      FileSystem.kind(of: GoldenSet.manifestPath(folder)) == nil ? nil : try GoldenSet(readingFrom: folder)
    if let old, old.manifest.profile != RecordingCheck.profile {
      throw CatalogError(
        "\(folder) was made by a reference program and not from a recording: change that program, or bless digests "
          + "with "
          + BookCommand.quoted("bless \(name)"))
    }
    // A precision that is not recorded keeps its goldens.
    let recorded = Set(recordings.map(\.recording.precision))
    self.results = results.filter { $0.chapter == name && $0.precision.map(recorded.contains) ?? false }
    if let failure = self.results.compactMap(\.failure).first { throw CatalogError("\(name): \(failure)") }
  }

  /// Entries whose values would take the place of others that they do not agree with.
  package var replaced: [EntryResult] { entries(.wrong) }
  /// Entries that the golden set holds and nobody recorded, which would go.
  package var removed: [EntryResult] { entries(.orphan) }
  package var added: [EntryResult] { entries(.missing) }
  /// Entries of which only the digest would change.
  package var drifted: [EntryResult] { entries(.drifted) }

  private func entries(_ verdict: Verdict) -> [EntryResult] {
    results.flatMap { $0.entries.filter { $0.verdict == verdict } }
  }

  package var changeCount: Int { replaced.count + removed.count + added.count + drifted.count }

  /// New values that are NaN or infinite, as "loss: 3 of 50": a run that went wrong must not become a golden by
  /// oversight.
  package var nonfinite: [String] {
    (added + replaced).compactMap { entry in
      if entry.name == "log" { return nonfiniteLines(entry.precision) }
      guard let value = entry.found, let elements = value.elements, elements.elementType.isFloatingPoint else {
        return nil
      }
      let count = elements.values.count { !$0.isFinite }
      if count > 0 { return "\(entry.name): \(count) of \(elements.count)" }
      // What is outside of a sample shows in the moments of all.
      let isOutside = value.moments.map { !$0.values.allSatisfy(\.isFinite) } ?? false
      return isOutside ? "\(entry.name): some of \(value.count), outside of its sample" : nil
    }
  }

  private func nonfiniteLines(_ precision: DType?) -> String? {
    let lines = recordings.map(\.recording).filter { $0.precision == precision }.flatMap { $0.log.map(\.text) }
    let count = lines.count { line in
      line.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "." }
        .contains { ["nan", "inf", "infinity"].contains($0.lowercased()) }
    }
    return count == 0 ? nil : "log: \(count) of \(lines.count) lines"
  }

  /// Writes the set, as a whole or not at all.
  package func write(command: String) throws {
    var writer = GoldenSetWriter(chapter: name)
    writer.profile = RecordingCheck.profile
    if let old { keep(old, in: &writer) }
    for recording in recordings.map(\.recording) { add(recording, to: &writer) }
    var provenance = JSONObject()
    for (key, version) in recordings.flatMap({ $0.madeBy.sorted { $0.key < $1.key } }) {
      provenance[key] = .string(version)
    }
    // Where only digests change, the reference is still its first maker's.
    if case .object(let before)? = old?.manifest.origin, added.isEmpty && replaced.isEmpty { provenance = before }
    writer.provenance = provenance
    writer.blessed = Provenance.ofThisBuild(command: command)
    try GoldenSetFolder.replace(folder) { try writer.write(to: $0) }
  }

  private func keep(_ old: GoldenSet, in writer: inout GoldenSetWriter) {
    writer.digests = old.manifest.digests
    writer.log = old.log
    for (precision, named) in old.reference {
      writer.values[precision] = named.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
    for entry in removed {
      guard let precision = entry.precision else { continue }
      writer.digests[precision]?[entry.name] = nil
      if entry.name == "log" { writer.log[precision] = nil }
      writer.values[precision]?.removeAll { $0.name == entry.name }
    }
  }

  private func add(_ recording: Recording, to writer: inout GoldenSetWriter) {
    let precision = recording.precision
    let found = results.first { $0.precision == precision }?.entries ?? []
    let verdicts = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
    for (name, entry) in verdicts {
      guard let digest = entry.digest, entry.verdict != .orphan else { continue }
      writer.digests[precision, default: [:]][name] = digest
    }
    let changed = Set(found.filter { $0.verdict == .missing || $0.verdict == .wrong }.map(\.name))
    for entry in recording.entries where changed.contains(entry.name) {
      writer.values[precision, default: []].removeAll { $0.name == entry.name }
      writer.values[precision, default: []].append((entry.name, entry.value.asReference))
    }
    if changed.contains("log") { writer.log[precision] = recording.log.map(\.text) }
    writer.values[precision]?.sort { $0.name < $1.name }
  }
}

extension GoldenValue {
  /// As a reference keeps it: the digest of what is there whole is its own business, beside those that were blessed.
  fileprivate var asReference: GoldenValue {
    GoldenValue(
      kind: kind, elementType: elementType, shape: shape, keeping: keeping, elements: elements, moments: moments,
      digest: keeping == .whole ? nil : digest)
  }
}
