import Goldens
import TensorFiles
import Tensors

/// What the checker says of everything a run recorded, entry by entry and line by line.
package struct ChapterVerdicts: Sendable {
  /// What a page says of an entry.
  package enum Mark: String, Sendable, CaseIterable {
    case identical, drifted, wrong, missing, orphan
    /// It was not compared: the run is not the one that the goldens hold.
    case unchecked
  }

  package struct Entry: Sendable {
    package let name: String
    package let kind: String
    package let shape: String
    package let tolerance: String
    package let mark: Mark
    /// The largest |found − expected|, where both are at hand.
    package let worst: String
    package let note: String
    package let sources: [SourceLocation]
  }

  /// In the order of recording, orphans last.
  package let entries: [Entry]
  /// Why there are no verdicts, or not all.
  package let caveat: String?
  package let goldens: GoldenSet?

  /// Compares `recording` with the golden set, which is `nil` where the chapter has none. With a `caveat` nothing is
  /// compared.
  package init(journal: RunJournal, recording: Recording, goldens: GoldenSet?, caveat: String? = nil) {
    self.goldens = goldens
    let caveat =
      caveat ?? goldens.map { journal.reasonNotToCompare(with: $0.manifest) }
      ?? "There are no goldens of this chapter yet."
    guard let goldens, caveat == nil else {
      self.caveat = caveat
      entries = Self.unchecked(recording)
      return
    }
    let result = Checker(goldens: goldens).check(recording)
    self.caveat = result.failure
    let lineSources = recording.log.map(\.source).reduce(into: [SourceLocation]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    entries = result.entries.map { entry in
      let isLog = entry.name == "log"
      var (mark, note) = (Mark(rawValue: entry.verdict.rawValue) ?? .wrong, entry.note)
      if isLog, let shorter = Self.verdictOnShorterLog(journal, recording, goldens) { (mark, note) = shorter }
      return Entry(
        name: entry.name, kind: entry.kind,
        shape: isLog ? "\(recording.log.count) lines" : Self.shape(entry.found ?? entry.expected),
        tolerance: isLog ? Self.tolerance(recording) : entry.tolerance.map(Self.words) ?? "", mark: mark,
        worst: Self.worst(entry), note: note,
        sources: isLog ? lineSources : entry.source.map { [$0] } ?? [])
    }
  }

  private static func unchecked(_ recording: Recording) -> [Entry] {
    recording.entries.map {
      Entry(
        name: $0.name, kind: $0.value.kind.rawValue, shape: shape($0.value), tolerance: words($0.tolerance),
        mark: .unchecked, worst: "", note: "", sources: [$0.source])
    }
  }

  /// The log of a run that printed fewer decimals than the goldens hold, compared as far as it was printed; `nil` where
  /// it did not.
  private static func verdictOnShorterLog(_ journal: RunJournal, _ recording: Recording, _ goldens: GoldenSet)
    -> (Mark, String)?
  {
    let decimals = goldens.manifest.decimals(recording.precision)
    guard journal.decimals < decimals, !recording.log.isEmpty else { return nil }
    let halfUnit = 0.5 * (0..<journal.decimals).reduce(1.0) { unit, _ in unit / 10 }
    let expected = goldens.log[recording.precision] ?? []
    guard expected.count == recording.log.count else { return nil }
    for (number, (reference, line)) in zip(expected, recording.log).enumerated() {
      var tolerance = line.tolerance
      if case .within(let atol, let rtol) = tolerance { tolerance = .within(atol: atol + halfUnit, rtol: rtol) }
      if let reason = LogComparison.difference(reference, line.text, tolerance) {
        return (.wrong, "line \(number + 1): \(reason)")
      }
    }
    return (
      .drifted,
      "printed with \(journal.decimals) decimals, the goldens hold \(decimals): inside the tolerance as far as printed"
    )
  }

  // MARK: - Words

  private static func words(_ tolerance: Tolerance) -> String {
    guard case .within(let atol, let rtol) = tolerance else { return tolerance.description }
    return "atol \(NumberText.short(atol)), rtol \(NumberText.short(rtol))"
  }

  private static func tolerance(_ recording: Recording) -> String {
    guard let first = recording.log.first?.tolerance else { return "" }
    return recording.log.allSatisfy { $0.tolerance == first } ? words(first) : "by line"
  }

  private static func shape(_ value: GoldenValue?) -> String {
    guard let value else { return "" }
    return value.shape.isEmpty ? value.elementType.name : "\(value.elementType.name) \(value.shape)"
  }

  private static func worst(_ entry: EntryResult) -> String {
    if let worst = entry.mismatch?.worstAbsolute { return NumberText.short(worst.absolute) }
    guard let expected = entry.expected, let found = entry.found else { return "" }
    if expected.keeping == .hash || found.keeping == .hash {
      return expected.digest != nil && expected.digest == found.digest ? "0" : ""
    }
    guard expected.shape == found.shape,
      let left = expected.keeping == found.keeping ? expected : try? expected.reducedToSample(name: entry.name),
      let right = expected.keeping == found.keeping ? found : try? found.reducedToSample(name: entry.name),
      let a = left.elements?.values, let b = right.elements?.values, a.count == b.count
    else { return "" }
    let differences = zip(a, b).map { $0 == $1 || $0.isNaN && $1.isNaN ? 0 : abs($0 - $1) }
    return NumberText.short(differences.contains(where: \.isNaN) ? .nan : differences.max() ?? 0)
  }
}

extension ChapterVerdicts {
  /// How many entries have each mark, the best first, those that none has left out.
  package var counts: [(mark: Mark, count: Int)] {
    Mark.allCases.map { mark in (mark, entries.count { $0.mark == mark }) }.filter { $0.1 > 0 }
  }

  /// "131 identical, 1 drifted".
  package var summary: String {
    counts.isEmpty ? "nothing recorded" : counts.map { "\($0.count) \($0.mark.rawValue)" }.joined(separator: ", ")
  }
}

extension ChapterVerdicts.Mark {
  /// The sign beside a number.
  package var sign: String {
    switch self {
    case .identical: "✓"
    case .drifted: "≈"
    case .wrong: "✗"
    case .missing: "○"
    case .orphan: "–"
    case .unchecked: "·"
    }
  }

  package var meaning: String {
    switch self {
    case .identical: "inside the tolerance of PyTorch’s value, and bit for bit what was blessed"
    case .drifted: "inside the tolerance of PyTorch’s value, but with other bits than were blessed"
    case .wrong: "differs from PyTorch’s run of the unchanged chapter by more than the tolerance"
    case .missing: "recorded, but the goldens do not hold it"
    case .orphan: "the goldens hold it, but the run did not record it"
    case .unchecked: "recorded, but not compared"
    }
  }

  /// How bad it is: a line with several entries shows the worst of them.
  package var badness: Int {
    switch self {
    case .identical: 0
    case .drifted: 1
    case .unchecked: 2
    case .missing: 3
    case .orphan: 4
    case .wrong: 5
    }
  }
}
