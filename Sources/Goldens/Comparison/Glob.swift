/// A name pattern: `*` stands for any characters (none, and "/" too), `?` for one, everything else for itself.
package struct Glob: Sendable, Equatable {
  package let text: String
  /// Whether stars and question marks stand for themselves.
  private let isLiteral: Bool

  package init(_ text: String) { (self.text, isLiteral) = (text, false) }

  private init(literal text: String, _: Void) { (self.text, isLiteral) = (text, true) }

  /// The pattern that only `name` itself matches, whatever is in it.
  package static func exactly(_ name: String) -> Glob { Glob(literal: name, ()) }

  package func matches(_ name: String) -> Bool {
    // By code points: Swift's characters take "é" for equal to "e" with an accent behind it.
    let pattern = Array(text.unicodeScalars)
    let name = Array(name.unicodeScalars)
    if isLiteral { return pattern == name }
    var p = 0
    var n = 0
    var retry: (pattern: Int, name: Int)?  // after the last star: where to go on if what follows does not fit
    while n < name.count {
      if p < pattern.count, pattern[p] == "*" {
        retry = (p + 1, n)
        p += 1
      } else if p < pattern.count, pattern[p] == "?" || pattern[p] == name[n] {
        p += 1
        n += 1
      } else if let (afterStar, start) = retry {
        p = afterStar
        n = start + 1
        retry = (afterStar, n)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
