import Files
import Goldens

/// "The documents, piece by piece": every code block and claim of both documents with the line and the golden entry of
/// the book that reproduces it.
///
/// It is Markdown in which a reference stands between double brackets:
/// `[[03-dcgan-cifar10/DCGAN/Discriminator.swift: Sigmoid()]]` means the one line of that file of `chapters/` that
/// holds the text, `[[03-dcgan-cifar10 # gradient/G]]` an entry of that chapter's goldens, with `*` for any characters.
/// A reference to what is not there is an error: the page cannot outlive what it speaks of.
package struct DocumentsAppendix: Sendable {
  package static let name = "the-documents"
  package static let path = "chapters/the-documents.md"
  /// The beginning of a paragraph that says what the book does in the place of a piece.
  static let instead = "**Instead.**"

  package enum Reference: Sendable, Equatable {
    /// `path` is the file's within its chapter.
    case line(chapter: String, path: String, number: Int)
    /// `first` is the first entry of that name or pattern.
    case entry(chapter: String, pattern: String, first: String)
  }

  enum Part: Sendable, Equatable {
    case text(String)
    case reference(Reference)
  }

  package let title: String
  let parts: [Part]

  /// Whether the checkout has one.
  package static func isThere(in repository: String) -> Bool { FileSystem.kind(of: "\(repository)/\(path)") == .file }

  /// Reads the appendix and looks every reference up.
  ///
  /// Throws `WeavingError` with the line of a reference to nothing or to several lines, and of a piece that refers to
  /// nothing without saying what the book does instead; `FileError` for files that cannot be read.
  package init(repository: String) throws {
    let bytes = try FileSystem.read("\(repository)/\(Self.path)", limit: 4 << 20)
    guard let markdown = String(validating: bytes, as: UTF8.self) else {
      throw WeavingError(Self.path, "it is not UTF-8")
    }
    guard let title = WovenChapter.title(of: markdown) else {
      throw WeavingError(Self.path, line: 1, "it has no title")
    }
    self.title = title
    var targets = Targets(repository: repository)
    var parts: [Part] = []
    var piece: (line: Int, isCovered: Bool)?
    func endPiece() throws {
      guard let piece, !piece.isCovered else { return }
      throw WeavingError(
        Self.path, line: piece.line, "the piece refers to no line and to no entry",
        remedy: "add a reference, or a paragraph \(Self.instead) with what the book does and why")
    }
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let number = index + 1
      if line.hasPrefix("#") { try endPiece() }
      if line.hasPrefix("#") { piece = line.hasPrefix("### ") ? (number, false) : nil }
      if line.hasPrefix(Self.instead) { piece?.isCovered = true }
      var rest = line[...]
      while let match = rest.firstMatch(of: /\[\[(.+?)\]\]/) {
        parts.append(.text(String(rest[..<match.range.lowerBound])))
        parts.append(.reference(try targets.reference(String(match.1), line: number)))
        piece?.isCovered = true
        rest = rest[match.range.upperBound...]
      }
      parts.append(.text(rest + "\n"))
    }
    try endPiece()
    self.parts = parts
  }

  package var references: [Reference] {
    parts.compactMap { if case .reference(let reference) = $0 { reference } else { nil } }
  }

  /// The appendix without its title; `address` is where a reference leads, where it leads anywhere.
  func markdown(address: (Reference) -> String?) -> String {
    let text = parts.map { part in
      switch part {
      case .text(let text): return text
      case .reference(let reference):
        let label = reference.label
        return address(reference).map { "[\(label)](\($0))" } ?? label
      }
    }.joined()
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().joined(separator: "\n")
  }
}

extension DocumentsAppendix.Reference {
  package var chapter: String {
    switch self {
    case .line(let chapter, _, _), .entry(let chapter, _, _): chapter
    }
  }

  fileprivate var label: String {
    let number = ChapterCatalog.number(of: chapter).map { "\($0)" } ?? chapter
    switch self {
    case .line(_, let path, let line): return "chapter \(number), `\(path.split(separator: "/").last ?? ""):\(line)`"
    case .entry(_, let pattern, _): return "golden `\(pattern)` of chapter \(number)"
    }
  }

  /// Where on a chapter's page it stands; `nil` where that does not show it.
  func anchor(in page: String) -> String? {
    switch self {
    case .entry(_, _, let first):
      let anchor = "golden-" + Escaping.slug(first)
      return page.contains("id=\"\(anchor)\"") ? anchor : nil
    case .line(_, let path, let line):
      var rest = page[...]
      let label = "<section class=\"listing\" aria-label=\"\(MarkupText.escaped(path)), line"
      while let start = rest.firstRange(of: label) {
        rest = rest[start.upperBound...]
        let listing = rest[..<(rest.firstRange(of: "</section>")?.lowerBound ?? rest.endIndex)]
        let end = "-\(line)\""
        guard let place = listing.firstRange(of: "\(end) class=\"line\"") else { continue }
        guard let begin = listing[..<place.lowerBound].lastIndex(of: "\"") else { continue }
        return String(listing[listing.index(after: begin)..<place.lowerBound]) + "-\(line)"
      }
      return nil
    }
  }
}

/// Looks references up, reading every file once.
private struct Targets {
  let repository: String
  private var sources: [String: [String]] = [:]
  private var entries: [String: [String]] = [:]

  init(repository: String) { self.repository = repository }

  mutating func reference(_ text: String, line: Int) throws -> DocumentsAppendix.Reference {
    func error(_ problem: String) -> WeavingError {
      WeavingError(DocumentsAppendix.path, line: line, "[[\(text)]]: \(problem)")
    }
    if let match = text.wholeMatch(of: /([^\/#: ]+) # (.+)/) {
      let (chapter, pattern) = (String(match.1), String(match.2))
      let glob = Glob(pattern)
      guard let first = try names(chapter).first(where: glob.matches) else {
        throw error("the goldens of \(chapter) hold no such entry")
      }
      return .entry(chapter: chapter, pattern: pattern, first: first)
    }
    guard let match = text.wholeMatch(of: /([^\/#: ]+)\/([^#: ]+\.swift): (.+)/) else {
      throw error("expected \"CHAPTER/FILE.swift: TEXT\" or \"CHAPTER # ENTRY\"")
    }
    let (chapter, path, wanted) = (String(match.1), String(match.2), String(match.3))
    guard FileSystem.kind(of: "\(repository)/chapters/\(chapter)/\(path)") == .file else {
      throw error("there is no file chapters/\(chapter)/\(path)")
    }
    let found = try lines("\(chapter)/\(path)").enumerated().filter { $0.element.contains(wanted) }
    guard let only = found.first else { throw error("no line of the file holds this text") }
    guard found.count == 1 else {
      throw error("lines \(found.map { "\($0.offset + 1)" }.joined(separator: ", ")) hold this text, expected one line")
    }
    return .line(chapter: chapter, path: path, number: only.offset + 1)
  }

  private mutating func lines(_ path: String) throws -> [String] {
    if let known = sources[path] { return known }
    let text = String(decoding: try FileSystem.read("\(repository)/chapters/\(path)", limit: 16 << 20), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    sources[path] = lines
    return lines
  }

  /// The names of a chapter's entries in order, and "log" where it has one.
  private mutating func names(_ chapter: String) throws -> [String] {
    if let known = entries[chapter] { return known }
    let folder = "\(repository)/goldens/\(chapter)"
    guard FileSystem.kind(of: GoldenSet.manifestPath(folder)) == .file else { return [] }
    let goldens = try GoldenSet(readingFrom: folder)
    let hasLog = goldens.log.values.contains { !$0.isEmpty }
    let names = Set(goldens.reference.values.flatMap(\.keys)).sorted() + (hasLog ? ["log"] : [])
    entries[chapter] = names
    return names
  }
}
