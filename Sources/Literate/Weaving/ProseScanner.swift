/// Cuts Markdown into text, code and mathematics.
///
/// The three formats of the book read mathematics differently, and none of them says where a `$$` was left open.
/// Mathematics is what pandoc takes for it: `$` directly before and behind the formula, no empty line inside, `\$` for
/// a dollar sign.
struct ProseScanner {
  enum Piece: Equatable {
    case text(String)
    /// A code span or a fenced block, with its fences.
    case code(String)
    case inlineMathematics(String)
    case displayMathematics(String)
  }

  struct Problem: Error, Equatable {
    /// Counted from 0.
    let line: Int
    let message: String
  }

  private let characters: [Character]
  private var position = 0
  private var line = 0
  private var text = ""
  private var pieces: [Piece] = []

  /// Throws `Problem` for a fence, a `$$` or a `$` that is never closed.
  static func pieces(of markdown: String) throws(Problem) -> [Piece] {
    var scanner = ProseScanner(characters: Array(markdown))
    try scanner.scan()
    return scanner.pieces
  }

  private init(characters: [Character]) { self.characters = characters }

  private func character(_ index: Int) -> Character? { characters.indices.contains(index) ? characters[index] : nil }

  private mutating func scan() throws(Problem) {
    while let next = character(position) {
      let atLineStart = position == 0 || characters[position - 1] == "\n"
      if atLineStart, let fence = fence(at: position) {
        try takeFencedBlock(fence)
        continue
      }
      switch next {
      case "\\": take(min(2, characters.count - position))
      case "`": takeCodeSpan()
      case "$": try takeMathematics()
      default: take(1)
      }
    }
    endText()
  }

  private mutating func take(_ count: Int) {
    for character in characters[position..<position + count] {
      text.append(character)
      if character == "\n" { line += 1 }
    }
    position += count
  }

  private mutating func endText() {
    if !text.isEmpty { pieces.append(.text(text)) }
    text = ""
  }

  private mutating func finish(_ piece: Piece, at end: Int) {
    endText()
    line += characters[position..<end].count { $0 == "\n" }
    pieces.append(piece)
    position = end
  }

  // MARK: - Code

  /// The character and length of the fence that begins on the line at `start`; `nil` where none does.
  private func fence(at start: Int) -> (mark: Character, length: Int, end: Int)? {
    var index = start
    while character(index) == " " { index += 1 }
    guard let mark = character(index), mark == "`" || mark == "~" else { return nil }
    let first = index
    while character(index) == mark { index += 1 }
    guard index - first >= 3 else { return nil }
    return (mark, index - first, endOfLine(index))
  }

  private func endOfLine(_ start: Int) -> Int { characters[start...].firstIndex(of: "\n") ?? characters.count }

  private mutating func takeFencedBlock(_ opening: (mark: Character, length: Int, end: Int)) throws(Problem) {
    var start = opening.end + 1
    while start < characters.count {
      let end = endOfLine(start)
      if let closing = fence(at: start), closing.mark == opening.mark, closing.length >= opening.length {
        return finish(.code(String(characters[position..<end])), at: end)
      }
      start = end + 1
    }
    throw Problem(line: line, message: "the code fence is never closed")
  }

  private mutating func takeCodeSpan() {
    var length = 0
    while character(position + length) == "`" { length += 1 }
    var index = position + length
    while index < characters.count, !isParagraphEnd(index) {
      guard characters[index] == "`" else {
        index += 1
        continue
      }
      let first = index
      while character(index) == "`" { index += 1 }
      if index - first == length { return finish(.code(String(characters[position..<index])), at: index) }
    }
    take(length)
  }

  // MARK: - Mathematics

  private func isParagraphEnd(_ index: Int) -> Bool {
    guard characters[index] == "\n" else { return false }
    var next = index + 1
    while character(next) == " " { next += 1 }
    return next >= characters.count || characters[next] == "\n"
  }

  /// Whether every brace has its partner: pandoc takes anything else for text, silently.
  private static func isBalanced(_ formula: String) -> Bool {
    var depth = 0
    var isEscaped = false
    for character in formula {
      if !isEscaped {
        depth += character == "{" ? 1 : character == "}" ? -1 : 0
        if depth < 0 { return false }
      }
      isEscaped = !isEscaped && character == "\\"
    }
    return depth == 0
  }

  private mutating func takeMathematics() throws(Problem) {
    let isDisplay = character(position + 1) == "$"
    let start = position + (isDisplay ? 2 : 1)
    let mark = isDisplay ? "$$" : "$"
    let isOpen = isDisplay || character(start).map { !$0.isWhitespace } ?? false
    var index = start
    while isOpen, index < characters.count, !isParagraphEnd(index) {
      if characters[index] == "\\" {
        index += 2
      } else if characters[index] == "$", index > start, !isDisplay || character(index + 1) == "$" {
        let formula = String(characters[start..<index])
        guard Self.isBalanced(formula) else {
          throw Problem(line: line, message: "the braces of the formula \(mark)\(formula)\(mark) do not match")
        }
        if isDisplay { return finish(.displayMathematics(formula), at: index + 2) }
        if characters[index - 1].isWhitespace { break }
        return finish(.inlineMathematics(formula), at: index + 1)
      } else {
        index += 1
      }
    }
    let hint = isDisplay ? "" : "; write \\$ for a dollar sign"
    throw Problem(line: line, message: "the \(mark) is never closed in this paragraph\(hint)")
  }
}
