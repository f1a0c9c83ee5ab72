/// Code that records, shows and plots what the lesson has computed: a page folds it, as it folds imports.
///
/// A statement is such code where it begins with a call of `record`, `show`, `say` or `claim`, or makes a plot; a loop
/// or a condition where all of its statements are; a private function where its name says that it does nothing else
/// (`recordDraws`, `showCurves`).
package enum Machinery {
  /// Consecutive lines of a listing, folded or not.
  package struct Piece: Equatable {
    package var lines: [CodeLine]
    package let isFolded: Bool
  }

  /// Fewer lines are no relief: they stay.
  static let shortestFold = 3

  /// Cuts lines that follow each other into pieces that are shown and pieces that are folded.
  package static func pieces(of lines: [CodeLine]) -> [Piece] {
    joined(cut(lines[...]))
  }

  private static func cut(_ lines: ArraySlice<CodeLine>) -> [Piece] {
    var pieces: [Piece] = []
    for statement in statements(lines) {
      if isMachinery(statement) {
        pieces.append(Piece(lines: Array(statement), isFolded: true))
      } else if let open = statement.firstIndex(where: { $0.text.hasSuffix("{") || $0.text.hasSuffix(" in") }),
        open + 1 < statement.endIndex
      {
        // The lesson's own functions, loops and closures stay, and what stands in them is looked at.
        let end = statement.lastIndex { !$0.text.isEmpty } ?? open
        pieces.append(Piece(lines: Array(statement[...open]), isFolded: false))
        if open + 1 < end { pieces += cut(statement[(open + 1)..<end]) }
        pieces.append(Piece(lines: Array(statement[max(end, open + 1)...]), isFolded: false))
      } else {
        pieces.append(Piece(lines: Array(statement), isFolded: false))
      }
    }
    return pieces
  }

  /// What a fold is called: the calls in it, each once, in their order.
  package static func title(of lines: [CodeLine]) -> String {
    var names: [String] = []
    for line in lines {
      let words = line.text.drop { $0 == " " }
      let name = function(words) ?? call(words)
      if let name, !names.contains(name) { names.append(name) }
    }
    return "\(names.joined(separator: ", ")) (\(lines.count) lines)"
  }

  /// Neighbors of one kind made one piece; then folds that are too short are shown, and joined with their neighbors.
  private static func joined(_ pieces: [Piece]) -> [Piece] {
    func merged(_ pieces: [Piece]) -> [Piece] {
      pieces.reduce(into: []) { result, piece in
        if result.last?.isFolded == piece.isFolded {
          result[result.count - 1].lines += piece.lines
        } else {
          result.append(piece)
        }
      }
    }
    return merged(
      merged(pieces).map { piece in
        Piece(
          lines: piece.lines,
          isFolded: piece.isFolded && piece.lines.count { !$0.text.isEmpty } >= shortestFold)
      })
  }

  // MARK: - Statements

  /// Lines cut where all brackets are closed. A comment belongs to what stands under it, a blank line to what stands
  /// over it.
  private static func statements(_ lines: ArraySlice<CodeLine>) -> [ArraySlice<CodeLine>] {
    var statements: [ArraySlice<CodeLine>] = []
    var start = lines.startIndex
    var depth = 0
    var scanner = BracketScanner()
    for index in lines.indices {
      let text = lines[index].text
      if text.isEmpty && depth == 0 && start == index && !statements.isEmpty {
        let last = statements.count - 1
        statements[last] = lines[statements[last].startIndex...index]
        start = index + 1
        continue
      }
      depth = max(0, depth + scanner.change(in: text))
      let isComment = text.drop { $0 == " " }.hasPrefix("//")
      let goesOn = index + 1 < lines.endIndex && continues(lines[index + 1].text, statement: lines[start].text)
      if depth == 0 && !isComment && !goesOn {
        statements.append(lines[start...index])
        start = index + 1
      }
    }
    if start < lines.endIndex { statements.append(lines[start...]) }
    return statements
  }

  /// Whether a line goes on with the statement above it: it is indented more, or it is an `else`.
  private static func continues(_ line: String, statement: String) -> Bool {
    guard !line.isEmpty else { return false }
    let indentation = line.prefix { $0 == " " }.count
    return indentation > statement.prefix { $0 == " " }.count || line.drop { $0 == " " }.hasPrefix("} else")
  }

  private static func isMachinery(_ statement: ArraySlice<CodeLine>) -> Bool {
    let code = statement.drop { $0.text.isEmpty || $0.text.drop { $0 == " " }.hasPrefix("//") }
    guard let head = code.first?.text.drop(while: { $0 == " " }) else { return false }
    let next = code.dropFirst().first?.text.drop { $0 == " " } ?? ""
    if function(head) != nil || call(head + (head.hasSuffix("(") || head.hasSuffix("=") ? next : "")) != nil {
      return true
    }
    guard head.hasPrefix("for ") || head.hasPrefix("if "), head.hasSuffix("{") else { return false }
    let body = code.dropFirst().reversed().drop { $0.text.isEmpty || $0.text.drop { $0 == " " } == "}" }.reversed()
    let inner = statements(Array(body)[...])
    return !inner.isEmpty && inner.allSatisfy(isMachinery)
  }

  /// The name of a function of the file's own that only records or shows; what other files call may compute as well.
  private static func function(_ head: Substring) -> String? {
    head.prefixMatch(of: /(private |fileprivate )func ((record|show|plot)[A-Z]\w*)/).map { String($0.2) }
  }

  /// The name of what is called where that records, shows or plots.
  private static func call(_ head: Substring) -> String? {
    if let match = head.prefixMatch(of: /(try )?(record|show|say|claim)\(/) { return String(match.2) }
    return head.prefixMatch(of: /(let \w+ = ?|\w+\.append\()?(try )?((Line|Panel|Scatter)Plot)\(/).map {
      String($0.3)
    }
  }
}

/// Counts brackets that code opens and closes, not those in texts and comments.
private struct BracketScanner {
  private var isInText = false

  /// How much deeper a line ends than it begins.
  mutating func change(in line: String) -> Int {
    var change = 0
    var isEscaped = false
    var previous: Character = " "
    for character in line {
      if isEscaped {
        isEscaped = false
        continue
      }
      switch character {
      case "\\" where isInText: isEscaped = true
      case "\"": isInText.toggle()
      case _ where isInText: break
      case "/" where previous == "/": return change
      case "(", "[", "{": change += 1
      case ")", "]", "}": change -= 1
      default: break
      }
      previous = character
    }
    return change
  }
}
