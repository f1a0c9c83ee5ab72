import Files
import Foundation
import Goldens

/// A chapter as HTML: the body of a page and its table of contents.
///
/// Pandoc sees prose and code. What a run made never passes through it: a comment keeps its place, so that nothing in
/// an output can be taken for Markdown.
struct HTMLWriter {
  private let chapter: WovenChapter
  private let appendix: GoldenAppendix
  private var markdown: [String] = []
  private var fragments: [String] = []
  private var listings = 0
  private var hasTitle = false
  private var marks: [LineKey: [Int]] = [:]
  private var places: [PlaceKey: String] = [:]

  /// A line of a listing on the page.
  private struct LineKey: Hashable {
    let listing: Int
    let line: Int
  }

  /// A line that recorded an entry.
  private struct PlaceKey: Hashable {
    let entry: Int
    let line: Int
  }

  init(_ chapter: WovenChapter) {
    self.chapter = chapter
    appendix = GoldenAppendix(chapter)
    for cell in chapter.cells {
      switch cell {
      case .prose(_, let prose): markdown.append(heading(Mathematics.readable(prose.markdown)))
      case .code(let path, let block, let segments): add(path, block, segments)
      case .fold(let title?):
        keep("<details class=\"fold\"><summary>\(MarkupText.escaped(title))</summary>")
      case .fold(nil): keep("</details>")
      }
    }
    markdown.append("## \(GoldenAppendix.heading) {#\(GoldenAppendix.anchor)}")
    let places = places
    keep(appendix.html { entry, line in places[PlaceKey(entry: entry, line: line)] })
  }

  /// Throws `WeavingError` where pandoc is missing or fails.
  func document() throws -> Pandoc.Document {
    let document: Pandoc.Document
    do { document = try Pandoc.html(markdown.joined(separator: "\n\n"), name: chapter.name) } catch let error
      as Pandoc.UnreadableMathematics
    { throw located(error) }
    return Pandoc.Document(contents: document.contents, body: finished(Mathematics.finished(document.body)))
  }

  /// Where in the sources the formula stands.
  private func located(_ error: Pandoc.UnreadableMathematics) -> any Error {
    func place(in prose: ProseBlock, _ path: String) -> WeavingError? {
      let markdown = Mathematics.readable(prose.markdown)
      guard let range = markdown.range(of: error.formula) else { return nil }
      let line = prose.lines.lowerBound + markdown[..<range.lowerBound].count { $0 == "\n" }
      return WeavingError(path, line: line, error.description)
    }
    for cell in chapter.cells {
      switch cell {
      case .prose(let path, let prose): if let found = place(in: prose, path) { return found }
      case .code(let path, let block, _):
        for note in block.segments.compactMap(\.note) {
          if let found = place(in: note, "chapters/\(chapter.name)/\(path)") { return found }
        }
      case .fold: break
      }
    }
    return WeavingError(chapter.name, error.description)
  }

  // MARK: - What pandoc reads

  /// Keeps HTML out of pandoc's sight.
  private mutating func keep(_ html: String) {
    markdown.append("```{=html}\n<!--fragment \(fragments.count)-->\n```")
    fragments.append(html)
  }

  /// Without the title, which stands above the page; other first-level headings begin a part of it.
  private mutating func heading(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var isFenced = false
    for index in lines.indices {
      if lines[index].hasPrefix("```") || lines[index].hasPrefix("~~~") { isFenced.toggle() }
      guard !isFenced, lines[index].hasPrefix("# ") else { continue }
      lines[index] = hasTitle ? "#\(lines[index]) {.part}" : ""
      hasTitle = true
    }
    return lines.joined(separator: "\n")
  }

  private mutating func add(_ path: String, _ block: CodeBlock, _ segments: [WovenChapter.Segment]) {
    // A file that begins with prose behind its imports: a box around nothing but them would only stand in the way.
    let isEmpty = segments.allSatisfy { segment in
      segment.code.note == nil && segment.outputs.isEmpty
        && segment.code.lines.allSatisfy { $0.text.isEmpty || Self.isImport($0) }
    }
    if isEmpty { return }
    let lines = block.shownLines
    if let first = lines.first, let last = lines.last {
      let range = first.number == last.number ? "line \(first.number)" : "lines \(first.number)–\(last.number)"
      keep(
        "<section class=\"listing\" aria-label=\"\(MarkupText.escaped("\(path), \(range)"))\"><div class=\"where\">"
          + "\(MarkupText.escaped(path))<span>\(first.number)–\(last.number)</span></div>")
    } else {
      keep("<section class=\"listing\" aria-label=\"\(MarkupText.escaped(path))\">")
    }
    for segment in segments {
      if let note = segment.code.note {
        keep("<div class=\"aside\">")
        markdown.append(Mathematics.readable(note.markdown))
        keep("</div>")
      }
      var code = segment.code.lines[...]
      let imports = code.prefix(while: Self.isImport)
      if !imports.isEmpty {
        let names = imports.map { $0.text.dropFirst(7) }.joined(separator: ", ")
        keep("<details class=\"imports\"><summary>import \(MarkupText.escaped(names))</summary>")
        listing(Array(imports), segment)
        keep("</details>")
        code = code.dropFirst(imports.count).drop { $0.text.isEmpty }
      }
      for run in Self.consecutive(code) {
        for piece in Machinery.pieces(of: run) {
          if piece.isFolded {
            keep("<details class=\"machinery\"><summary>\(summary(of: piece.lines, segment))</summary>")
          }
          listing(piece.lines, segment)
          if piece.isFolded { keep("</details>") }
        }
      }
      for output in segment.outputs {
        var mark = ""
        if case .text = output, segment.holdsLog { mark = logMark }
        keep(HTMLFragments.output(output, mark: mark))
      }
    }
    keep("</section>")
  }

  private var logMark: String {
    chapter.verdicts.entries.firstIndex { $0.name == "log" }.map { appendix.markHTML([$0]) } ?? ""
  }

  private mutating func listing(_ lines: [CodeLine], _ segment: WovenChapter.Segment) {
    guard let first = lines.first else { return }
    listings += 1
    let text = lines.map(\.text).joined(separator: "\n")
    markdown.append(Escaping.fenced(text, " {#c\(listings) .swift .numberLines startFrom=\"\(first.number)\"}"))
    for line in lines {
      guard let entries = segment.marks[line.number] else { continue }
      marks[LineKey(listing: listings, line: line.number)] = entries
      for entry in entries { places[PlaceKey(entry: entry, line: line.number)] = "c\(listings)-\(line.number)" }
    }
  }

  /// What a fold holds, with the marks of what is recorded in it.
  private func summary(of lines: [CodeLine], _ segment: WovenChapter.Segment) -> String {
    let entries = lines.flatMap { segment.marks[$0.number] ?? [] }
    return MarkupText.escaped(Machinery.title(of: lines)) + appendix.markHTML(entries)
  }

  private static func isImport(_ line: CodeLine) -> Bool { line.text.hasPrefix("import ") }

  /// Runs of lines with nothing hidden between them.
  private static func consecutive(_ lines: ArraySlice<CodeLine>) -> [[CodeLine]] {
    var runs: [[CodeLine]] = []
    for line in lines {
      if let last = runs.last?.last, last.number + 1 == line.number {
        runs[runs.count - 1].append(line)
      } else {
        runs.append([line])
      }
    }
    return runs
  }

  // MARK: - What pandoc wrote

  /// The body with outputs and marks in their places.
  private func finished(_ body: String) -> String {
    body.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      if line.hasPrefix("<!--fragment "), let number = Int(line.dropFirst(13).prefix { $0.isNumber }) {
        return fragments[number]
      }
      guard let start = line.range(of: "<span id=\"c"), line[start.upperBound...].first?.isNumber == true else {
        return Self.focusable(Self.unbroken(line))
      }
      return Self.focusable(finishedLine(line, from: start.lowerBound))
    }.joined(separator: "\n")
  }

  /// A line of code: its number becomes an attribute, its marks stand behind it.
  private func finishedLine(_ line: Substring, from start: String.Index) -> String {
    guard let match = line[start...].prefixMatch(of: /<span id="c(\d+)-(\d+)"><a href="#c[0-9-]+"[^>]*><\/a>/),
      let listing = Int(match.1), let number = Int(match.2)
    else { return String(line) }
    var text = String(line[match.range.upperBound...])
    if let entries = marks[LineKey(listing: listing, line: number)] {
      let end =
        text.range(of: "</span></code>", options: .backwards)?.lowerBound
        ?? text.range(of: "</span>", options: .backwards)?.lowerBound ?? text.endIndex
      text.insert(contentsOf: appendix.markHTML(entries), at: end)
    }
    return line[..<start] + "<span id=\"c\(listing)-\(number)\" class=\"line\" data-line=\"\(number)\">" + text
  }

  /// An option is not broken behind its hyphens.
  private static func unbroken(_ line: Substring) -> String {
    String(line).replacing(/<code>(--[a-z-]+)<\/code>/) { "<code class=\"option\">\($0.1)</code>" }
  }

  /// Code scrolls within the page; with the keyboard it can only where it can be reached.
  private static func focusable(_ line: String) -> String {
    guard line.hasPrefix("<div class=\"sourceCode\"") || line.hasPrefix("<pre") else { return line }
    return line.replacing("<pre", with: "<pre tabindex=\"0\"", maxReplacements: 1)
  }
}
