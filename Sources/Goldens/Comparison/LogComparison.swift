/// Compares log lines: text exactly, whole numbers digit by digit, other numbers within the line's tolerance. Where the
/// tolerance is exact, numbers are told apart that are equal and not written the same: 0 and -0, 5 and +5.
package enum LogComparison {
  /// A piece of a line.
  enum Token: Equatable {
    case text(Substring)
    /// A number, and whether it is written as a whole number ("782"), which then must be equal.
    case number(Double, isWhole: Bool, Substring)
  }

  /// What differs between the reference's log and ours, `nil` where every line holds.
  package static func mismatch(expected: [String], found: [RecordedLine]) -> Mismatch? {
    var differences: [LineDifference] = []
    for index in 0..<max(expected.count, found.count) {
      let reference = index < expected.count ? expected[index] : nil
      let line = index < found.count ? found[index] : nil
      let reason: String?
      switch (reference, line) {
      case (let reference?, let line?): reason = difference(reference, line.text, line.tolerance)
      case (_?, nil): reason = "the line is missing"
      default: reason = "the reference has no such line"
      }
      if let reason {
        differences.append(
          LineDifference(
            number: index + 1, expected: reference, found: line?.text, reason: reason,
            source: line?.source ?? found.last?.source))
      }
    }
    guard let first = differences.first else { return nil }
    var mismatch = Mismatch("line \(first.number): \(first.reason)")
    mismatch.compared = max(expected.count, found.count)
    mismatch.failing = differences.count
    mismatch.shape = [mismatch.compared]
    mismatch.lines = differences
    return mismatch
  }

  /// What is wrong with a line, `nil` where it holds.
  package static func difference(_ expected: String, _ found: String, _ tolerance: Tolerance) -> String? {
    if expected == found && expected.utf8.elementsEqual(found.utf8) { return nil }
    let left = tokens(expected)
    let right = tokens(found)
    for (number, pair) in zip(left, right).enumerated() {
      switch pair {
      case (.text(let a), .text(let b)):
        if a.utf8.elementsEqual(b.utf8) { continue }
        return "expected the text \"\(a)\", found \"\(b)\""
      case (.number(let a, let aIsWhole, let aText), .number(let b, let bIsWhole, let bText)):
        if aText.utf8.elementsEqual(bText.utf8) { continue }
        if aIsWhole && bIsWhole {
          if tolerance != .exact && WrittenNumber(aText) == WrittenNumber(bText) { continue }
          return "expected \(aText), found \(bText), and whole numbers are compared digit by digit"
        }
        if aIsWhole != bIsWhole || !holds(a, aText, b, bText, tolerance) {
          return "expected \(aText), found \(bText) (off by \(NumberText.short(abs(b - a))), allowed \(tolerance))"
        }
      default: return "expected \(words(left[number])), found \(words(right[number]))"
      }
    }
    if left.count == right.count { return nil }
    return left.count > right.count
      ? "expected \(words(left[right.count])), found the end of the line"
      : "expected the end of the line, found \(words(right[left.count]))"
  }

  /// Numbers too large or too small for float64 are compared as they are written: their values are all infinity or
  /// zero.
  private static func holds(
    _ expected: Double, _ expectedText: Substring, _ found: Double, _ foundText: Substring, _ tolerance: Tolerance
  ) -> Bool {
    let (left, right) = (WrittenNumber(expectedText), WrittenNumber(foundText))
    if let left, let right {
      if expected.isInfinite || found.isInfinite { return left == right }
      if tolerance == .exact && (expected == 0 || found == 0) && !(left.isZero && right.isZero) { return left == right }
    }
    if expected.isNaN || found.isNaN { return expected.isNaN && found.isNaN }
    if expected.isInfinite || found.isInfinite { return expected == found }
    switch tolerance {
    case .within(let atol, let rtol):
      // 1.0064 − 1.0063 is a hair more than 0.0001 in binary; a millionth of the tolerance is not a difference in
      // print.
      return abs(found - expected) <= (atol + rtol * abs(expected)) * (1 + 1e-6)
    case .ulps(let limit): return (ULPDistance.between(expected, found) ?? .max) <= limit
    case .exact: return expected.bitPattern == found.bitPattern
    }
  }

  private static func words(_ token: Token) -> String {
    switch token {
    case .text(let text): "the text \"\(text)\""
    case .number(_, _, let text): "the number \(text)"
    }
  }

  /// Cuts a line into numbers and the text between them. A sign belongs to a number unless it follows a letter, a digit
  /// or a bracket that closes; "nan" and "inf" are numbers where they stand as words.
  static func tokens(_ line: String) -> [Token] {
    var scanner = LineScanner(line)
    return scanner.tokens()
  }
}

private struct LineScanner {
  private let line: String
  private var position: String.UTF8View.Index
  private var textStart: String.UTF8View.Index
  private var found: [LogComparison.Token] = []

  init(_ line: String) {
    self.line = line
    position = line.utf8.startIndex
    textStart = position
  }

  mutating func tokens() -> [LogComparison.Token] {
    while position < line.utf8.endIndex {
      if let end = endOfNumber(), let value = Double(line[position..<end]) {
        endText()
        let text = line[position..<end]
        let isWhole = text.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        found.append(.number(value, isWhole: isWhole, text))
        position = end
        textStart = end
      } else {
        line.utf8.formIndex(after: &position)
      }
    }
    endText()
    return found
  }

  private mutating func endText() {
    if textStart < position { found.append(.text(line[textStart..<position])) }
  }

  private func byte(_ index: String.UTF8View.Index) -> UInt8? { index < line.utf8.endIndex ? line.utf8[index] : nil }

  private func after(_ index: String.UTF8View.Index) -> String.UTF8View.Index { line.utf8.index(after: index) }

  private func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }

  private func isWordByte(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
      || byte >= 0x80
  }

  /// Where the number that begins here ends; `nil` where none does.
  private func endOfNumber() -> String.UTF8View.Index? {
    let previous = position > line.utf8.startIndex ? byte(line.utf8.index(before: position)) : nil
    // A digit inside a word ("conv2d", "v3") is part of the word.
    if isWordByte(previous) && textStart != position { return nil }
    var end = position
    if let sign = byte(end), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      if isWordByte(previous) || previous == UInt8(ascii: ")") || previous == UInt8(ascii: "]") { return nil }
      end = after(end)
    }
    if let word = endOfWord(end) { return word }
    let wholeStart = end
    while isDigit(byte(end)) { end = after(end) }
    let hasWhole = end != wholeStart
    if byte(end) == UInt8(ascii: "."), isDigit(byte(after(end))) {
      end = after(end)
      while isDigit(byte(end)) { end = after(end) }
    } else if !hasWhole {
      return nil
    }
    if let e = byte(end), e == UInt8(ascii: "e") || e == UInt8(ascii: "E") {
      var exponent = after(end)
      if let sign = byte(exponent), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        exponent = after(exponent)
      }
      if isDigit(byte(exponent)) {
        end = exponent
        while isDigit(byte(end)) { end = after(end) }
      }
    }
    return end
  }

  private func endOfWord(_ start: String.UTF8View.Index) -> String.UTF8View.Index? {
    for word in ["nan", "inf"] where line.utf8[start...].starts(with: word.utf8) {
      let end = line.utf8.index(start, offsetBy: 3)
      if !isWordByte(byte(end)) { return end }
    }
    return nil
  }
}
