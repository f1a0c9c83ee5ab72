import TensorFiles
import Tensors

/// Compares two tensor files, name by name: for anyone who regression-tests numerics, book or no book.
package struct FileDiff {
  package let tolerance: Tolerance
  package var pattern: Glob?
  /// Those of names that need another; the rest have `tolerance`.
  package var tolerances: ToleranceTable?

  package init(tolerance: Tolerance, pattern: Glob? = nil) {
    self.tolerance = tolerance
    self.pattern = pattern
  }

  /// The verdicts on every tensor of both files, in the order of `expected`, those only in `found` last.
  ///
  /// Files without a tensor in common, or without any, do not pass for equal.
  package func compare(expected: TensorFile, found: TensorFile) -> PrecisionResult {
    var result = PrecisionResult(chapter: "\(expected.path) → \(found.path)", precision: nil)
    result.comparesFiles = true
    for entry in expected.entries where matches(entry.name) {
      result.entries.append(compare(entry, found[entry.name], found.path))
    }
    for entry in found.entries where matches(entry.name) && expected[entry.name] == nil {
      result.entries.append(
        EntryResult(
          name: entry.name, precision: nil, kind: EntryKind.tensor.rawValue, verdict: .missing,
          note: "only in \(found.path)"))
    }
    if result.entries.isEmpty {
      result.failure = pattern.map { "no tensor matches \"\($0.text)\"" } ?? "there is no tensor in either"
    }
    return result
  }

  private func matches(_ name: String) -> Bool { pattern?.matches(name) ?? true }

  private func compare(_ entry: TensorFile.Entry, _ other: TensorFile.Entry?, _ path: String) -> EntryResult {
    let tolerance = tolerances?.tolerance(for: entry.name) ?? tolerance
    func result(_ verdict: Verdict, _ note: String, _ mismatch: Mismatch? = nil) -> EntryResult {
      EntryResult(
        name: entry.name, precision: nil, kind: EntryKind.tensor.rawValue, verdict: verdict, tolerance: tolerance,
        note: note,
        mismatch: mismatch)
    }
    guard let other else { return result(.orphan, "not in \(path)") }
    func whole(_ entry: TensorFile.Entry) -> GoldenValue {
      // Digests would only cost time here: equal bits are seen by comparing them.
      GoldenValue(
        kind: .tensor, elementType: entry.elementType, shape: entry.shape, keeping: .whole, elements: entry,
        moments: nil,
        digest: nil)
    }
    let comparison = ValueComparison(
      name: entry.name, expected: whole(entry), found: whole(other), tolerance: tolerance, precision: nil)
    switch comparison.outcome() {
    case .outside(let mismatch): return result(.wrong, mismatch.reason, mismatch)
    case .inside:
      if entry.bytes.elementsEqual(other.bytes) { return result(.identical, "") }
      return result(.drifted, "inside the tolerance", comparison.driftReport())
    }
  }
}
