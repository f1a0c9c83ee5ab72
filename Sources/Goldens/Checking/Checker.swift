import TensorFiles
import Tensors

/// Holds what a run recorded against a golden set.
package struct Checker {
  package let goldens: GoldenSet
  /// Only entries whose name matches are looked at.
  package let pattern: Glob?
  private let advice: Advice

  package init(goldens: GoldenSet, pattern: Glob? = nil, advice: Advice = .ofChapter) {
    self.goldens = goldens
    self.pattern = pattern
    self.advice = advice
  }

  /// What a report says is to be done about an entry without a golden.
  package struct Advice: Sendable {
    package let missing: String
    package let unblessed: String

    package static var ofChapter: Advice {
      Advice(
        missing: "add it to the reference program and run \(BookCommand.quoted("reference"))",
        unblessed: "run \(BookCommand.quoted("bless"))")
    }
  }

  /// The verdicts on every entry that is recorded or expected, in the order of recording, orphans last.
  ///
  /// Fails closed: a recording that is empty or belongs to another chapter is a failure, as is a pattern that nothing
  /// matches.
  package func check(_ recording: Recording) -> PrecisionResult {
    let precision = recording.precision
    var result = PrecisionResult(chapter: goldens.manifest.chapter, precision: precision)
    guard recording.chapter == goldens.manifest.chapter else {
      result.failure = "the recording is of \(recording.chapter), expected \(goldens.manifest.chapter)"
      return result
    }
    guard !recording.entries.isEmpty || !recording.log.isEmpty else {
      result.failure = "the run recorded nothing"
      return result
    }
    let reference = goldens.reference[precision] ?? [:]
    var seen: Set<String> = []
    for entry in recording.entries where matches(entry.name) {
      guard seen.insert(entry.name).inserted else {
        result.failure = "\(entry.name) was recorded twice"
        continue
      }
      result.entries.append(verdict(on: entry, expected: reference[entry.name], precision))
    }
    for name in reference.keys.sorted() where !seen.contains(name) && matches(name) {
      result.entries.append(
        EntryResult(
          name: name, precision: precision, kind: reference[name]?.kind.rawValue ?? "", verdict: .orphan,
          note: "the golden set holds it, the run did not record it", expected: reference[name]))
    }
    if matches("log"), let verdict = verdict(onLog: recording) { result.entries.append(verdict) }
    if result.entries.isEmpty { result.failure = "no entry matches \(pattern.map { "\"\($0.text)\"" } ?? "")" }
    return result
  }

  private func matches(_ name: String) -> Bool { pattern?.matches(name) ?? true }

  private func verdict(on entry: RecordedEntry, expected: GoldenValue?, _ precision: DType) -> EntryResult {
    func result(_ verdict: Verdict, _ note: String, _ mismatch: Mismatch? = nil) -> EntryResult {
      EntryResult(
        name: entry.name, precision: precision, kind: entry.value.kind.rawValue, verdict: verdict,
        tolerance: entry.tolerance, source: entry.source, note: note, mismatch: mismatch, expected: expected,
        found: entry.value)
    }
    guard let expected else {
      return result(
        .missing,
        "the golden set does not hold it: \(advice.missing)")
    }
    let comparison = ValueComparison(
      name: entry.name, expected: expected, found: entry.value, tolerance: entry.tolerance, precision: precision)
    switch comparison.outcome() {
    case .outside(let mismatch): return result(.wrong, mismatch.reason, mismatch)
    case .inside:
      let verdict = blessing(entry.name, digest: entry.value.digest, precision)
      // Nobody should take a verdict on some elements for one on all.
      let extent = result(verdict.0, "").sampled.map {
        """
        \($0.compared) of \($0.of) elements were compared with the reference, and the mean, deviation and extremes \
        of all
        """
      }
      return result(
        verdict.0, [verdict.1, extent ?? ""].filter { !$0.isEmpty }.joined(separator: "; "),
        verdict.0 == .drifted && !comparison.hasEqualBits ? comparison.driftReport() : nil)
    }
  }

  private func verdict(onLog recording: Recording) -> EntryResult? {
    let expected = goldens.log[recording.precision] ?? []
    let source = recording.log.first?.source
    func result(_ verdict: Verdict, _ note: String, _ mismatch: Mismatch? = nil) -> EntryResult {
      EntryResult(
        name: "log", precision: recording.precision, kind: "log", verdict: verdict,
        tolerance: recording.log.first?.tolerance,
        source: mismatch?.lines.first?.source ?? source, note: note, mismatch: mismatch,
        digest: recording.log.isEmpty ? nil : recording.logDigest)
    }
    switch (expected.isEmpty, recording.log.isEmpty) {
    case (true, true): return nil
    case (true, false):
      return result(.missing, "the golden set holds no log, the run wrote \(recording.log.count) lines")
    case (false, true): return result(.orphan, "the golden set holds \(expected.count) log lines, the run wrote none")
    case (false, false): break
    }
    if let mismatch = LogComparison.mismatch(expected: expected, found: recording.log) {
      return result(.wrong, mismatch.reason, mismatch)
    }
    let verdict = blessing("log", digest: recording.logDigest, recording.precision)
    return result(verdict.0, verdict.1)
  }

  /// Whether bits inside the tolerance are those that were blessed.
  private func blessing(_ name: String, digest: String?, _ precision: DType) -> (Verdict, String) {
    guard let blessed = goldens.manifest.digests[precision]?[name] else {
      return (.drifted, "no digest was blessed yet: \(advice.unblessed)")
    }
    return blessed == digest ? (.identical, "") : (.drifted, "inside the tolerance, but not the blessed bits")
  }
}
