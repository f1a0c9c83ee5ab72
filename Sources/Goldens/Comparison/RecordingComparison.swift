/// Two runs of a chapter beside each other: what both recorded, what differs, what only one of them has.
package struct RecordingComparison: Sendable {
  /// An entry of the first as expected, of the second as found: `identical` where every bit is the same, else `wrong`;
  /// `orphan` where only the first has it, `missing` where only the second does.
  package let entries: [EntryResult]

  package init(_ first: Recording, _ second: Recording) {
    let others = Dictionary(second.entries.map { ($0.name, $0) }) { first, _ in first }
    let known = Set(first.entries.map(\.name))
    entries =
      first.entries.map { Self.result($0, others[$0.name]) }
      + second.entries.filter { !known.contains($0.name) }.map { Self.result(nil, $0) }
  }

  private static func result(_ first: RecordedEntry?, _ second: RecordedEntry?) -> EntryResult {
    let shown = second ?? first
    func result(_ verdict: Verdict, _ note: String, _ mismatch: Mismatch? = nil) -> EntryResult {
      EntryResult(
        name: shown?.name ?? "", precision: nil, kind: shown?.value.kind.rawValue ?? "", verdict: verdict,
        tolerance: .exact, source: shown?.source, note: note, mismatch: mismatch, expected: first?.value,
        found: second?.value)
    }
    guard let first, let second else {
      return first == nil
        ? result(.missing, "only the second run has it") : result(.orphan, "only the first run has it")
    }
    let comparison = ValueComparison(
      name: first.name, expected: first.value, found: second.value, tolerance: .exact, precision: nil)
    if comparison.hasEqualBits { return result(.identical, "") }
    switch comparison.outcome() {
    case .inside: return result(.identical, "")
    case .outside(let mismatch):
      var mismatch = mismatch
      if let report = comparison.driftReport(), first.value.shape == second.value.shape {
        mismatch = report
        mismatch.reason = "the two differ"
      }
      return result(.wrong, "", mismatch)
    }
  }
}
