import Files
import TensorFiles
import Tensors

/// Compares two tensor files, name by name: for anyone who regression-tests numerics, book or no book.
package struct FileDiff {
  package let tolerance: Tolerance
  package var pattern: Glob?
  /// Those of names that need another; the rest have `tolerance`.
  package var tolerances: ToleranceTable?
  /// What is taken off the names of both files before they are compared, as wrappers of networks put it there.
  package var prefixes: [String] = []

  package init(tolerance: Tolerance, pattern: Glob? = nil, prefixes: [String] = []) {
    self.tolerance = tolerance
    self.pattern = pattern
    self.prefixes = prefixes
  }

  /// The verdicts on every tensor of both files, in the order of `expected`, those only in `found` last.
  ///
  /// Files without a tensor in common, or without any, do not pass for equal. What could not be read is named; an array
  /// that is not the same byte for byte is a difference all the same. Throws `FileError` where names without their
  /// prefixes are no longer distinct.
  package func compare(expected: TensorFile, found: TensorFile) throws -> PrecisionResult {
    let expected = try expected.strippingNames(of: prefixes)
    let found = try found.strippingNames(of: prefixes)
    var result = PrecisionResult(chapter: "\(expected.path) → \(found.path)", precision: nil)
    result.comparesFiles = true
    for entry in expected.entries where matches(entry.name) {
      result.entries.append(compare(entry, found[entry.name], found))
    }
    for entry in found.entries where matches(entry.name) && expected[entry.name] == nil {
      result.entries.append(
        EntryResult(
          name: entry.name, precision: nil, kind: EntryKind.tensor.rawValue, verdict: .missing,
          note: Self.absence(of: entry.name, in: expected) ?? "only in \(found.path)"))
    }
    if let hint = PrefixHint(expected.entries.map(\.name), found.entries.map(\.name)) {
      result.notes.append(hint.text(expected.path, found.path))
    }
    compareUnread(expected, found, &result)
    if result.entries.isEmpty {
      result.failure = pattern.map { "no tensor matches \"\($0.text)\"" } ?? "there is no tensor in either"
    }
    return result
  }

  private func matches(_ name: String) -> Bool { pattern?.matches(name) ?? true }

  /// Why a file that names the tensor does not have it.
  private static func absence(of name: String, in file: TensorFile) -> String? {
    file.unread.first { ExactText($0.name) == ExactText(name) }.map {
      "in \(file.path) it is \($0.what), which is not read"
    }
  }

  private func compareUnread(_ expected: TensorFile, _ found: TensorFile, _ result: inout PrecisionResult) {
    let others = Dictionary(found.unread.map { (ExactText($0.name), $0) }) { first, _ in first }
    var both: Set<ExactText> = []
    // What is broken does not hold, whatever stands on the other side; where that is a tensor, it has been said.
    for (damaged, other) in expected.unread.map({ ($0, found) }) + found.unread.map({ ($0, expected) })
    where damaged.isDamaged && matches(damaged.name) && other[damaged.name] == nil
      && both.insert(ExactText(damaged.name)).inserted
    {
      result.entries.append(
        EntryResult(
          name: damaged.name, precision: nil, kind: EntryKind.tensor.rawValue, verdict: .wrong,
          note: "cannot be read: \(damaged.what)"))
    }
    for left in expected.unread where matches(left.name) && !left.isDamaged && !both.contains(ExactText(left.name)) {
      guard let right = others[ExactText(left.name)] else {
        result.notes.append("not compared: \(left.name), \(left.what), in \(expected.path)")
        continue
      }
      both.insert(ExactText(left.name))
      guard let bytes = left.bytes, let otherBytes = right.bytes else {
        result.notes.append("not compared: \(left.name), \(left.what), in both files")
        continue
      }
      if bytes.elementsEqual(otherBytes) {
        result.notes.append("not read: \(left.name), \(left.what), the same bytes in both files")
      } else {
        result.entries.append(
          EntryResult(
            name: left.name, precision: nil, kind: EntryKind.tensor.rawValue, verdict: .wrong,
            note: "\(left.what), which is not read, and its bytes differ"))
      }
    }
    for right in found.unread where matches(right.name) && !right.isDamaged && !both.contains(ExactText(right.name)) {
      result.notes.append("not compared: \(right.name), \(right.what), in \(found.path)")
    }
  }

  private func compare(_ entry: TensorFile.Entry, _ other: TensorFile.Entry?, _ file: TensorFile) -> EntryResult {
    let tolerance = tolerances?.tolerance(for: entry.name) ?? tolerance
    func result(_ verdict: Verdict, _ note: String, _ mismatch: Mismatch? = nil) -> EntryResult {
      EntryResult(
        name: entry.name, precision: nil, kind: EntryKind.tensor.rawValue, verdict: verdict, tolerance: tolerance,
        note: note,
        mismatch: mismatch)
    }
    guard let other else { return result(.orphan, Self.absence(of: entry.name, in: file) ?? "not in \(file.path)") }
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
