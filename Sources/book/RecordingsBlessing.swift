import ArgumentParser
import Goldens
import Literate
import TensorFiles

/// `book bless --recording`: makes golden sets of recordings, once somebody has looked at what they hold.
struct RecordingsBlessing {
  let recordings: String
  let goldens: String
  let names: [String]
  let pattern: Glob?
  /// Whether `--yes` is said also to values that take the place of others.
  let replaces: Bool
  let allowsNonfinite: Bool
  let asks: Bool
  let confirms: (String) -> Bool

  private var style: TextStyle { GoldenOptions.style() }

  func run() throws {
    let folder = try RecordingFolder(recordings)
    let check = try RecordingCheck(folder, goldens: goldens, names: names, pattern: pattern)
    let results = try check.results()
    let sources = RecordingChecking.sources(of: folder, goldens: goldens)
    if let absent = names.first(where: { !folder.names.contains($0) }) {
      throw CatalogError("\(absent) was not recorded in \(recordings)")
    }
    var refused = false
    for name in folder.names where names.isEmpty || names.contains(name) {
      refused = try bless(RecordingBlessing(name, check: check, results: results), sources) || refused
    }
    if refused { throw ExitCode.doesNotHold }
  }

  /// Returns whether anything was refused.
  private func bless(_ blessing: RecordingBlessing, _ sources: SourcePaths) throws -> Bool {
    let name = blessing.name
    guard blessing.changeCount > 0 else {
      say("\(name): nothing to change")
      return false
    }
    show(blessing, sources)
    if !allowsNonfinite, !blessing.nonfinite.isEmpty {
      say(
        style.bad("\(name): refused, for values are NaN or infinite (\(blessing.nonfinite.joined(separator: "; ")))")
          + "; --nonfinite blesses such values, too")
      return true
    }
    let overwritten = blessing.replaced.count + blessing.removed.count
    if !asks, overwritten > 0, !replaces {
      say(
        style.bad("\(name): refused, for \(overwritten) goldens would be lost")
          + "; find out why they do not hold, then answer without --yes, or give --replace beside it")
      return true
    }
    guard confirms("bless \(question(blessing))?") else {
      say("\(name): nothing changed")
      throw ExitCode.couldNotRun
    }
    try blessing.write(command: "book bless --recording")
    say("\(name): \(blessing.changeCount) blessed, in \(blessing.folder)")
    return false
  }

  private func question(_ blessing: RecordingBlessing) -> String {
    let parts = [
      (blessing.added.count, "new"), (blessing.replaced.count, "in place of others"), (blessing.removed.count, "to go"),
      (blessing.drifted.count, "of which only the digest changes"),
    ]
    return "\(blessing.name): " + parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }

  private func show(_ blessing: RecordingBlessing, _ sources: SourcePaths) {
    say(style.bold(blessing.name) + (blessing.old == nil ? ": there is no golden yet" : ""))
    for entry in blessing.added { say("  new     \(EntrySummary.text(entry))") }
    for entry in blessing.removed { say("  gone    \(entry.name) \(entry.precision?.rawValue ?? "")") }
    for entry in blessing.drifted {
      say("  digest  \(entry.name) \(entry.precision?.rawValue ?? ""): \(entry.note)")
    }
    let wrong = blessing.results.map { result in
      PrecisionResult(
        chapter: result.chapter, precision: result.precision, entries: result.entries.filter { $0.verdict == .wrong })
    }.filter { !$0.entries.isEmpty }
    if wrong.isEmpty { return }
    say(TextReport(wrong, exact: false, style: style, sources: sources).text.trimmingLineEnd)
  }

  private func say(_ text: String) { Terminal.shared.printLine(text) }
}

/// A recorded value in a line, for somebody who is to say whether it is right.
enum EntrySummary {
  static func text(_ entry: EntryResult) -> String {
    let place = entry.precision.map { " \($0.rawValue)" } ?? ""
    guard let value = entry.found else { return "\(entry.name)\(place), \(entry.tolerance.map { "\($0)" } ?? "")" }
    var text = "\(entry.name)\(place): \(value.kind.rawValue) of \(value.elementType.name) \(value.shape)"
    if let tolerance = entry.tolerance { text += ", \(tolerance)" }
    switch value.keeping {
    case .hash: text += "; digest \(value.digest?.prefix(12) ?? "")…"
    case .sample:
      guard let moments = value.moments else { break }
      text += "; mean \(short(moments.mean)), std \(short(moments.standardDeviation)), "
      text += "min \(short(moments.minimum)), max \(short(moments.maximum))"
    case .whole: text += "; " + (value.elements?.words(limit: 5) ?? []).joined(separator: " ")
    }
    return text
  }

  private static func short(_ value: Double) -> String { NumberText.short(value) }
}
