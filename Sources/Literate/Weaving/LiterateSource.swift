/// One file of literate Swift, cut into prose and code.
///
/// - `//: text` at the beginning of a line is prose, indented it is a note on the code below it;
/// - `//-` at the beginning of a line ends a block of code;
/// - `//src` behind a line of code hides the line, `//src begin` and `//src end` hide what stands between them;
/// - a line of prose `{{weave NAME}}` weaves another file of the chapter, or all of a folder, in at this place;
/// - a line of prose `{{fold TITLE}}` folds what follows away under a title, up to the next one, to `{{unfold}}` or to
///   the end of the file.
///
/// Everything else is code.
package struct LiterateSource: Sendable {
  /// Within the chapter's folder.
  package let path: String
  package let blocks: [SourceBlock]
  package let lineCount: Int

  /// Throws `WeavingError` with `shownPath` and the line of a marker that is not one.
  package init(parsing text: String, path: String, shownPath: String) throws {
    var parser = LiterateParser(shownPath: shownPath)
    // By bytes: to Swift "\r\n" is one character, and no "\n".
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      String(Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line))
    }
    for (index, line) in lines.enumerated() { try parser.read(line, number: index + 1) }
    self.path = path
    blocks = try parser.finish()
    lineCount = lines.last == "" ? lines.count - 1 : lines.count
  }

  /// The name a file has in `#fileID`, behind the module.
  package var name: String { String(path.split(separator: "/").last ?? "") }
}

private struct LiterateParser {
  let shownPath: String
  private var blocks: [SourceBlock] = []
  private var prose: [(number: Int, text: String)] = []
  private var note: [(number: Int, text: String)] = []
  private var noteLines: [CodeLine] = []
  private var segments = [CodeSegment()]
  private var hidingSince: Int?
  private var isInString = false
  private var isInFold = false

  init(shownPath: String) { self.shownPath = shownPath }

  private func error(_ line: Int, _ problem: String) -> WeavingError { WeavingError(shownPath, line: line, problem) }

  mutating func read(_ line: String, number: Int) throws {
    if isInString { return code(line, number) }
    let trimmed = line.drop { $0 == " " || $0 == "\t" }
    if try readHiding(trimmed, number) { return }
    if hidingSince != nil {
      if !trimmed.isEmpty { segments[segments.count - 1].hidden.insert(number) }
      return
    }
    let isIndented = trimmed.startIndex != line.startIndex
    if trimmed.hasPrefix("//:") {
      let text = trimmed.dropFirst(3)
      guard text.isEmpty || text.hasPrefix(" ") else {
        throw error(number, "a blank is missing behind //: in \"\(trimmed.prefix(40))\"")
      }
      if isIndented { return note(line, String(text.dropFirst()), number) }
      try endNote()
      endCode()
      prose.append((number, String(text.dropFirst())))
    } else if trimmed.hasPrefix("//-") {
      guard trimmed.dropFirst(3).allSatisfy(\.isWhitespace) else {
        throw error(number, "//- splits a block of code and stands alone, found \"\(trimmed.prefix(40))\"")
      }
      guard !isIndented else { throw error(number, "//- must stand at the beginning of its line") }
      try endBlocks()
    } else {
      try endProse()
      if !trimmed.isEmpty { try endNote() }
      code(line, number)
    }
  }

  /// Whether the line was one about hiding.
  private mutating func readHiding(_ trimmed: Substring, _ number: Int) throws -> Bool {
    guard trimmed.hasPrefix("//src") else { return false }
    switch (trimmed.split(separator: " ").joined(separator: " "), hidingSince) {
    case ("//src begin", nil):
      try endProse()
      hidingSince = number
    case ("//src begin", let since?): throw error(number, "//src begin inside the one of line \(since)")
    case ("//src end", nil): throw error(number, "//src end without a //src begin")
    case ("//src end", _): hidingSince = nil
    default:
      throw error(
        number, "expected //src begin, //src end, or //src behind a line of code, found \"\(trimmed.prefix(40))\"")
    }
    return true
  }

  private mutating func code(_ line: String, _ number: Int) {
    let last = segments.count - 1
    let text = String(line.reversed().drop { $0.isWhitespace }.reversed())
    if text.hasSuffix(" //src"), !isInString {
      segments[last].hidden.insert(number)
    } else {
      segments[last].lines.append(CodeLine(number: number, text: text))
    }
    // A `//:` inside a text over several lines is part of the text.
    let isComment = !isInString && text.drop { $0 == " " }.hasPrefix("//")
    let quotes = text.split(separator: "\"\"\"", omittingEmptySubsequences: false).count - 1
    if !isComment && !quotes.isMultiple(of: 2) { isInString.toggle() }
  }

  // MARK: - Ends

  private mutating func note(_ line: String, _ text: String, _ number: Int) {
    note.append((number, text))
    noteLines.append(CodeLine(number: number, text: String(line.reversed().drop { $0.isWhitespace }.reversed())))
  }

  private mutating func endNote() throws {
    guard !note.isEmpty else { return }
    var segment = CodeSegment(note: try proseBlock(note))
    segment.noteLines = noteLines
    segments.append(segment)
    (note, noteLines) = ([], [])
  }

  private mutating func endProse() throws {
    guard !prose.isEmpty else { return }
    var part: [(number: Int, text: String)] = []
    for line in prose {
      if let match = line.text.wholeMatch(of: /\s*\{\{weave +(\S+)\}\}\s*/) {
        try endPart(&part)
        blocks.append(.inclusion(name: String(match.1), line: line.number))
      } else if let match = line.text.wholeMatch(of: /\s*\{\{fold +(\S.*?)\}\}\s*/) {
        try endPart(&part)
        endFold()
        blocks.append(.fold(title: String(match.1)))
        isInFold = true
      } else if line.text.wholeMatch(of: /\s*\{\{unfold\}\}\s*/) != nil {
        guard isInFold else { throw error(line.number, "{{unfold}} without a {{fold TITLE}}") }
        try endPart(&part)
        endFold()
      } else {
        part.append(line)
      }
    }
    try endPart(&part)
    prose = []
  }

  private mutating func endPart(_ part: inout [(number: Int, text: String)]) throws {
    let shown = part.drop { $0.text.isEmpty }
    if shown.contains(where: { !$0.text.isEmpty }) { blocks.append(.prose(try proseBlock(Array(shown)))) }
    part = []
  }

  private mutating func endFold() {
    if isInFold { blocks.append(.fold(title: nil)) }
    isInFold = false
  }

  private func proseBlock(_ lines: [(number: Int, text: String)]) throws -> ProseBlock {
    let markdown = lines.map(\.text).joined(separator: "\n")
    do throws(ProseScanner.Problem) {
      _ = try ProseScanner.pieces(of: markdown)
    } catch {
      throw self.error(lines[min(error.line, lines.count - 1)].number, error.message)
    }
    return ProseBlock(lines: lines[0].number...lines[lines.count - 1].number, markdown: markdown)
  }

  private mutating func endCode() {
    var shown = segments
    for index in shown.indices { shown[index].trimBlankLines() }
    shown = shown.filter { $0.note != nil || !$0.lines.isEmpty || !$0.hidden.isEmpty }
    if !shown.isEmpty { blocks.append(.code(CodeBlock(segments: shown))) }
    segments = [CodeSegment()]
  }

  private mutating func endBlocks() throws {
    try endProse()
    try endNote()
    endCode()
  }

  mutating func finish() throws -> [SourceBlock] {
    if let hidingSince { throw error(hidingSince, "//src begin is never ended by a //src end") }
    try endBlocks()
    endFold()
    return blocks
  }
}

extension CodeSegment {
  fileprivate mutating func trimBlankLines() {
    while lines.first?.text.isEmpty == true { lines.removeFirst() }
    while lines.last?.text.isEmpty == true { lines.removeLast() }
  }
}
