/// Which lines of a Swift file are prose (`//: …`), and the hash of all others: what a change of prose leaves as it is.
///
/// Prose is a line that begins with `//:`, indented or not, and a line of nothing but blanks. Both only where code
/// could stand: inside a text over several lines or a comment `/* … */` every line is code. So are all other comments.
package struct LiterateLines: Sendable, Equatable {
  /// SHA-256 of the lines of code, each with a line break behind it.
  package let codeHash: String
  /// The lines that are not code, counted from 1, ascending.
  package let skipped: [ClosedRange<Int>]
  /// Whether a line of prose is among them, and not blank ones alone.
  package let hasProse: Bool

  package init(codeHash: String, skipped: [ClosedRange<Int>]) {
    (self.codeHash, self.skipped, hasProse) = (codeHash, skipped, true)
  }

  /// Reads a file. One that is not understood to its end (a text that is never closed) is code altogether.
  package init(of bytes: [UInt8]) {
    var hash = SHA256()
    var skipped: [ClosedRange<Int>] = []
    var hasProse = false
    var scanner = SwiftScanner()
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let kind = scanner.isInCode ? Self.kind(of: line) : .code
      scanner.read(line)
      switch kind {
      case .code: hash.update(data: Array(line) + [UInt8(ascii: "\n")])
      case .prose, .blank:
        hasProse = hasProse || kind == .prose
        let number = index + 1
        if let last = skipped.last, last.upperBound == number - 1 {
          skipped[skipped.count - 1] = last.lowerBound...number
        } else {
          skipped.append(number...number)
        }
      }
    }
    guard scanner.isInCode else {
      (codeHash, self.skipped, self.hasProse) = (SHA256.hexadecimal(SHA256.hash(data: bytes)), [], false)
      return
    }
    (codeHash, self.skipped, self.hasProse) = (SHA256.hexadecimal(hash.finalize()), skipped, hasProse)
  }

  private enum Kind { case code, prose, blank }

  private static func kind(of line: ArraySlice<UInt8>) -> Kind {
    let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
    let text = line.drop(while: isBlank)
    if text.isEmpty { return .blank }
    guard text.starts(with: Array("//:".utf8)) else { return .code }
    return text.dropFirst(3).first.map(isBlank) ?? true ? .prose : .code
  }
}

// MARK: - Where a line has gone

extension LiterateLines {
  /// Which line of code it is, counted from 0; `nil` for a line that is not code.
  package func codeIndex(ofLine number: Int) -> Int? {
    var before = 0
    for range in skipped {
      if range.contains(number) { return nil }
      if range.lowerBound > number { break }
      before += range.count
    }
    return number < 1 ? nil : number - 1 - before
  }

  /// The line on which the line of code with this index stands.
  package func line(ofCodeIndex index: Int) -> Int {
    var number = index + 1
    for range in skipped {
      if range.lowerBound > number { break }
      number += range.count
    }
    return number
  }
}

// MARK: - As text

extension LiterateLines {
  /// "1-14,20-20".
  package var ranges: String { skipped.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",") }

  /// Reads `ranges`; `nil` where they are none, or not ascending with code between them.
  package static func ranges(_ text: some StringProtocol) -> [ClosedRange<Int>]? {
    var found: [ClosedRange<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count == 2, let low = ends[0], let high = ends[1], low > (found.last?.upperBound ?? -1) + 1,
        low <= high,
        high <= 100_000_000
      else { return nil }
      found.append(low...high)
    }
    return found
  }
}

/// Follows Swift's texts and comments from line to line, as far as it takes to know where a line begins.
private struct SwiftScanner {
  private enum Context {
    case comment(depth: Int)
    case text(hashes: Int, isMultiline: Bool)
    /// Inside `\( … )` of a text, in so many parentheses more.
    case interpolation(depth: Int)
  }

  private var contexts: [Context] = []

  /// Whether the next line begins where code stands.
  var isInCode: Bool { contexts.isEmpty }

  private static let (quote, hash, slash, star) = (
    UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "/"), UInt8(ascii: "*")
  )

  mutating func read(_ line: ArraySlice<UInt8>) {
    var rest = line
    while !rest.isEmpty {
      switch contexts.last {
      case .comment(let depth)?: rest = readComment(rest, depth)
      case .text(let hashes, let isMultiline)?: rest = readText(rest, hashes, isMultiline)
      case .interpolation, nil: rest = readCode(rest)
      }
    }
    // A text on one line ends with it, whatever is missing; the compiler would not have taken it.
    if case .text(_, false)? = contexts.last { contexts.removeLast() }
  }

  private mutating func readComment(_ rest: ArraySlice<UInt8>, _ depth: Int) -> ArraySlice<UInt8> {
    if rest.starts(with: [Self.slash, Self.star]) {
      contexts[contexts.count - 1] = .comment(depth: depth + 1)
      return rest.dropFirst(2)
    }
    guard rest.starts(with: [Self.star, Self.slash]) else { return rest.dropFirst() }
    if depth == 1 { contexts.removeLast() } else { contexts[contexts.count - 1] = .comment(depth: depth - 1) }
    return rest.dropFirst(2)
  }

  private mutating func readText(_ rest: ArraySlice<UInt8>, _ hashes: Int, _ isMultiline: Bool) -> ArraySlice<UInt8> {
    let marks = [UInt8](repeating: Self.hash, count: hashes)
    if rest.starts(with: [UInt8(ascii: "\\")] + marks) {
      let behind = rest.dropFirst(1 + hashes)
      if behind.first == UInt8(ascii: "(") { contexts.append(.interpolation(depth: 0)) }
      return behind.dropFirst()
    }
    let end = [UInt8](repeating: Self.quote, count: isMultiline ? 3 : 1) + marks
    guard rest.starts(with: end) else { return rest.dropFirst() }
    contexts.removeLast()
    return rest.dropFirst(end.count)
  }

  private mutating func readCode(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    if rest.starts(with: [Self.slash, Self.slash]) { return [] }
    if rest.starts(with: [Self.slash, Self.star]) {
      contexts.append(.comment(depth: 1))
      return rest.dropFirst(2)
    }
    let hashes = rest.prefix { $0 == Self.hash }.count
    let behind = rest.dropFirst(hashes)
    if behind.first == Self.quote { return beginText(behind, hashes) }
    if hashes > 0 { return behind }
    if case .interpolation(let depth)? = contexts.last {
      if rest.first == UInt8(ascii: "(") { contexts[contexts.count - 1] = .interpolation(depth: depth + 1) }
      if rest.first == UInt8(ascii: ")") {
        if depth == 0 { contexts.removeLast() } else { contexts[contexts.count - 1] = .interpolation(depth: depth - 1) }
      }
    }
    return rest.dropFirst()
  }

  private mutating func beginText(_ rest: ArraySlice<UInt8>, _ hashes: Int) -> ArraySlice<UInt8> {
    let marks = [UInt8](repeating: Self.hash, count: hashes)
    let isTriple = rest.starts(with: [Self.quote, Self.quote, Self.quote])
    // As the compiler has it: #"""# is a text of one quotation mark.
    let endsHere = hashes > 0 && rest.dropFirst().indices.contains { rest[$0...].starts(with: [Self.quote] + marks) }
    let isMultiline = isTriple && !endsHere
    contexts.append(.text(hashes: hashes, isMultiline: isMultiline))
    return rest.dropFirst(isMultiline ? 3 : 1)
  }
}
