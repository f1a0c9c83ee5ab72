import Files
import TensorFiles

/// A chapter as GitHub shows Markdown, with the pictures beside it.
struct MarkdownWriter {
  let chapter: WovenChapter
  private let appendix: GoldenAppendix
  /// The pictures, by their names in the folder beside the page.
  private(set) var pictures: [(name: String, bytes: [UInt8])] = []
  private var parts: [String] = []

  init(_ chapter: WovenChapter) {
    self.chapter = chapter
    appendix = GoldenAppendix(chapter)
    write()
  }

  var text: String { parts.joined(separator: "\n\n") + "\n" }

  private mutating func write() {
    for cell in chapter.cells {
      switch cell {
      case .prose(_, let prose): parts.append(Self.github(prose.markdown))
      case .code(let path, let block, let segments): write(path, block, segments)
      case .fold(let title?): parts.append("<details>\n<summary>\(MarkupText.escaped(title))</summary>")
      case .fold(nil): parts.append("</details>")
      }
    }
    writeAppendix()
  }

  private mutating func write(_ path: String, _ block: CodeBlock, _ segments: [WovenChapter.Segment]) {
    let lines = block.shownLines
    if let first = lines.first, let last = lines.last {
      parts.append(Escaping.fenced(block.source, "swift"))
      let entries = Array(Set(segments.flatMap(\.entries))).sorted()
      let marks = entries.isEmpty ? "" : " · [\(appendix.signs(entries))](#\(GoldenAppendix.anchor))"
      parts.append("<sub>\(Escaping.markdown(path)), lines \(first.number)–\(last.number)\(marks)</sub>")
    }
    for output in segments.flatMap(\.outputs) { write(output) }
  }

  private mutating func write(_ output: WovenChapter.Output) {
    switch output {
    case .text(let lines):
      parts.append(Escaping.fenced(Abridged(lines.map(MarkupText.printable)).text.joined(separator: "\n"), "text"))
    case .picture(let picture, let caption, let description):
      let name = fileName(picture)
      pictures.append((name, picture.bytes))
      parts.append("![\(Escaping.markdown(description))](\(chapter.name)/\(name))")
      if !caption.isEmpty { parts.append("*\(Escaping.markdown(caption))*") }
    case .table(let headings, let rows, let caption):
      parts.append(Self.table(headings, rows))
      if !caption.isEmpty { parts.append("*\(Escaping.markdown(caption))*") }
    }
  }

  /// Without folders, and without what a link would have to escape.
  private func fileName(_ picture: RunPicture) -> String {
    let base = Escaping.slug(picture.path)
    var name = base
    var count = 2
    while pictures.contains(where: { $0.name == name }) {
      name = "\(count)-\(base)"
      count += 1
    }
    return name
  }

  static func table(_ headings: [String], _ rows: [[String]]) -> String {
    func row(_ cells: [String]) -> String { "| " + cells.map(Escaping.markdown).joined(separator: " | ") + " |" }
    let rule = "|" + headings.map { _ in " --- |" }.joined()
    return ([row(headings), rule] + rows.map(row)).joined(separator: "\n")
  }

  private mutating func writeAppendix() {
    parts.append("## \(GoldenAppendix.heading)")
    if let caveat = chapter.verdicts.caveat { parts.append(Escaping.markdown(caveat)) }
    parts.append(appendix.legend.map { "- \($0.sign) *\($0.name)*: \($0.meaning)" }.joined(separator: "\n"))
    let rows = chapter.verdicts.entries.map { entry in
      [
        entry.mark.sign, entry.name, "\(entry.kind) \(entry.shape)", entry.tolerance, entry.worst, entry.note,
        entry.sources.map { GoldenAppendix.place(of: $0) }.joined(separator: " "),
      ]
    }
    parts.append(Self.table(["", "entry", "kind", "tolerance", "worst difference", "note", "recorded at"], rows))
    parts += appendix.provenance.map(Escaping.markdown)
    parts.append("<sub>\(Escaping.markdown(appendix.run))</sub>")
    parts.removeAll(where: \.isEmpty)
  }

  // MARK: - Mathematics

  /// The same Markdown with its mathematics as GitHub reads it.
  ///
  /// GitHub looks at a formula as Markdown first unless it stands in a ```` ```math ```` block or between `` $` `` and
  /// `` `$ ``. Formulas without anything that Markdown would take for its own stay as they are.
  static func github(_ markdown: String) -> String {
    guard let pieces = try? ProseScanner.pieces(of: markdown) else { return markdown }
    var out = ""
    var wasDisplay = false
    for piece in pieces {
      switch piece {
      case .text(let text):
        out += wasDisplay && !text.hasPrefix("\n") ? "\n" + text.drop { $0 == " " } : text
      case .code(let code): out += code
      case .inlineMathematics(let formula):
        let isPlain = formula.unicodeScalars.allSatisfy { !"_*\\<>|`~&[]{}".unicodeScalars.contains($0) }
        out += isPlain ? "$\(formula)$" : "$`\(formula)`$"
      case .displayMathematics(let formula):
        let trimmed = formula.drop(while: \.isWhitespace)
        let separator = out.isEmpty || out.hasSuffix("\n\n") ? "" : out.hasSuffix("\n") ? "\n" : "\n\n"
        out += "\(separator)```math\n\(trimmed)\n```"
        wasDisplay = true
        continue
      }
      wasDisplay = false
    }
    return out
  }
}
