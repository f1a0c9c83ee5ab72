import Files
import TensorFiles

/// Tolerances by name, from a file of lines: a glob, then "ATOL RTOL", "ulp N" or "exact". The first line that matches
/// decides.
///
///     # names          atol   rtol
///     *.weight         1e-6   1e-5
///     running_*        exact
///     *                ulp 2
package struct ToleranceTable: Sendable {
  package struct Rule: Sendable, Equatable {
    package let names: Glob
    package let tolerance: Tolerance
  }

  package let rules: [Rule]

  private static let byteLimit = 1 << 20

  /// Throws `FileError` naming the line for one that is none of these, and for a file without any.
  package init(contentsOf path: String) throws {
    try self.init(text: FileSystem.read(path, limit: Self.byteLimit), file: path)
  }

  package init(text bytes: [UInt8], file: String) throws {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileError(file, .notUTF8, expected: "UTF-8", found: "other bytes")
    }
    var rules: [Rule] = []
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = line.split { $0 == " " || $0 == "\t" }
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      guard let rule = Self.rule(words) else {
        throw FileError(
          file, .badValue, at: "line \(number + 1)",
          expected: "a glob and \"ATOL RTOL\" (finite, not negative), \"ulp N\" or \"exact\"",
          found: "\"\(line.prefix(80))\"")
      }
      rules.append(rule)
    }
    guard !rules.isEmpty else {
      throw FileError(file, .badValue, expected: "at least one line with a glob and its tolerance", found: "none")
    }
    self.rules = rules
  }

  /// A name may hold blanks, so what is before the tolerance is the glob.
  private static func rule(_ words: [Substring]) -> Rule? {
    func rule(droppingLast count: Int, _ tolerance: Tolerance) -> Rule? {
      let names = words.dropLast(count).joined(separator: " ")
      return names.isEmpty || !tolerance.isValid ? nil : Rule(names: Glob(names), tolerance: tolerance)
    }
    guard let last = words.last else { return nil }
    if last == "exact" { return rule(droppingLast: 1, .exact) }
    guard words.count >= 3 else { return nil }
    let before = words[words.count - 2]
    if before == "ulp" { return UInt64(last).flatMap { rule(droppingLast: 2, .ulps($0)) } }
    guard let atol = Double(before), let rtol = Double(last) else { return nil }
    return rule(droppingLast: 2, .within(atol: atol, rtol: rtol))
  }

  /// `nil` for a name that no line is for.
  package func tolerance(for name: String) -> Tolerance? { rules.first { $0.names.matches(name) }?.tolerance }
}
