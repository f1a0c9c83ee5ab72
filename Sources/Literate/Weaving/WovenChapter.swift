import Files
import Goldens
import TensorFiles
import Tensors

/// A chapter with the outputs of a run where its code made them: what the three formats are written from.
package struct WovenChapter: Sendable {
  package enum Output: Sendable, Equatable {
    case text([String])
    case picture(RunPicture, caption: String, description: String)
    case table(headings: [String], rows: [[String]], caption: String)
  }

  /// A segment of code, what it recorded by line, and what it put out.
  package struct Segment: Sendable {
    package let code: CodeSegment
    package var marks: [Int: [Int]] = [:]
    package var outputs: [Output] = []
    /// Whether some of its text is part of the recorded log.
    package var holdsLog = false
  }

  package enum Cell: Sendable {
    /// `path` is the file's as messages show it.
    case prose(path: String, ProseBlock)
    /// `path` is the file's within the chapter.
    case code(path: String, block: CodeBlock, segments: [Segment])
    /// What follows is folded away under its title, up to the next one without.
    case fold(title: String?)
  }

  package let name: String
  package let title: String
  /// What the book's index says of the chapter, in Markdown.
  package let abstract: String
  package let cells: [Cell]
  package let journal: RunJournal
  package let verdicts: ChapterVerdicts
  /// What the last check of the same sources found in the other precisions.
  package var otherPrecisions: [(precision: DType, verdicts: ChapterVerdicts)] = []

  /// Joins sources and run. `runFolder` holds `run.jsonl` and the pictures.
  ///
  /// Throws `WeavingError` for an output without a place, a picture that is not there.
  package init(sources: ChapterSources, journal: RunJournal, verdicts: ChapterVerdicts, runFolder: String) throws {
    name = sources.chapter
    self.journal = journal
    self.verdicts = verdicts
    var joining = OutputJoining(sources: sources)
    try joining.add(journal, runFolder: runFolder)
    try joining.add(verdicts)
    cells = joining.cells
    (title, abstract) = Self.opening(of: sources)
  }

  /// The picture that the book's index shows: the one that the chapter chose, else the last of its page.
  package var cover: (picture: RunPicture, description: String)? {
    let pictures = cells.flatMap { cell -> [(picture: RunPicture, description: String)] in
      guard case .code(_, _, let segments) = cell else { return [] }
      return segments.flatMap(\.outputs).compactMap { output in
        if case .picture(let picture, let caption, let description) = output {
          (picture, description.isEmpty ? caption : description)
        } else {
          nil
        }
      }
    }
    return pictures.first(where: \.picture.isCover) ?? pictures.last
  }

  /// The title and the first paragraph of a chapter, without the stars where all of it is emphasized: that is its
  /// standfirst.
  static func opening(of sources: ChapterSources) -> (title: String, abstract: String) {
    let prose = sources.blocks.compactMap { if case .prose(let prose) = $0.block { prose.markdown } else { nil } }
    return (
      prose.lazy.compactMap(Self.title).first ?? sources.chapter,
      prose.lazy.compactMap(Self.firstParagraph).first ?? ""
    )
  }

  /// The text of a first-level heading at the beginning.
  static func title(of markdown: String) -> String? {
    let line = markdown.prefix { $0 != "\n" }
    return line.hasPrefix("# ") ? String(line.dropFirst(2)) : nil
  }

  private static func firstParagraph(_ markdown: String) -> String? {
    let paragraphs = markdown.split(separator: "\n", omittingEmptySubsequences: false)
      .split { $0.allSatisfy(\.isWhitespace) }
    for paragraph in paragraphs {
      let text = paragraph.drop { $0.hasPrefix("#") }.joined(separator: "\n")
      guard !text.isEmpty else { continue }
      let inner = text.dropFirst().dropLast()
      let isStandfirst = text.count > 2 && text.hasPrefix("*") && text.hasSuffix("*") && !inner.contains("*")
      return isStandfirst ? String(inner) : text
    }
    return nil
  }
}

/// Finds the place of every output and every recorded entry.
private struct OutputJoining {
  private let sources: ChapterSources
  private(set) var cells: [WovenChapter.Cell] = []
  /// By file and line: the cell and the segment.
  private var places: [[Int: (cell: Int, segment: Int)]]
  private var pictures: [String: String] = [:]
  /// Where the cover was shown.
  private var cover: String?

  init(sources: ChapterSources) {
    self.sources = sources
    places = Array(repeating: [:], count: sources.files.count)
    for placed in sources.blocks {
      switch placed.block {
      case .prose(let prose): cells.append(.prose(path: sources.shownPath(placed.file), prose))
      case .code(let block):
        for (index, segment) in block.segments.enumerated() {
          for line in segment.lines where !line.text.isEmpty { places[placed.file][line.number] = (cells.count, index) }
          for number in segment.hidden { places[placed.file][number] = (cells.count, index) }
        }
        let segments = block.segments.map { WovenChapter.Segment(code: $0) }
        cells.append(.code(path: sources.files[placed.file].path, block: block, segments: segments))
      case .inclusion: break
      case .fold(let title): cells.append(.fold(title: title))
      }
    }
  }

  /// Where `origin` says "an output" or "the recorded weights".
  private func place(_ id: String, _ line: Int, _ origin: String, _ path: String, _ row: Int?) throws
    -> (file: Int, cell: Int, segment: Int)
  {
    let again = "run \(BookCommand.quoted("run \(sources.chapter)")) again"
    guard let file = sources.file(withID: id) else {
      throw WeavingError(
        path, line: row, "\(origin) comes from \(id):\(line), but \(sources.shownFolder) has no such file",
        remedy: again)
    }
    guard let found = places[file][line] else {
      let shown = sources.shownPath(file)
      let count = sources.files[file].lineCount
      throw WeavingError(
        shown, line: line,
        line > count
          ? "\(origin) comes from this line, but the file has only \(count)"
          : "\(origin) comes from this line, but no code stands there", remedy: again)
    }
    return (file, found.cell, found.segment)
  }

  private mutating func change(
    _ place: (file: Int, cell: Int, segment: Int), _ body: (inout WovenChapter.Segment) -> Void
  ) {
    guard case .code(let path, let block, var segments) = cells[place.cell] else { return }
    // Out of the array while it changes, so that a long log is not copied line by line.
    cells[place.cell] = .code(path: path, block: block, segments: [])
    body(&segments[place.segment])
    cells[place.cell] = .code(path: path, block: block, segments: segments)
  }

  mutating func add(_ journal: RunJournal, runFolder: String) throws {
    for event in journal.events {
      if case .record = event.content { continue }
      let place = try place(event.file, event.line, "an output", journal.path, event.place)
      let shown = sources.shownPath(place.file)
      switch event.content {
      case .text(let text):
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        change(place) { segment in
          if case .text(var known)? = segment.outputs.last {
            segment.outputs[segment.outputs.count - 1] = .text([])
            known += lines
            segment.outputs[segment.outputs.count - 1] = .text(known)
          } else {
            segment.outputs.append(.text(lines))
          }
        }
      case .picture(let picture):
        if picture.isCover, let earlier = cover {
          throw WeavingError(
            shown, line: event.line, "the picture \(picture.path) is the cover, but so is the one of \(earlier)",
            remedy: "let one show(…) of the chapter say isCover: true")
        }
        if picture.isCover { cover = "\(shown):\(event.line)" }
        if let earlier = pictures.updateValue("\(shown):\(event.line)", forKey: picture.path) {
          throw WeavingError(
            shown, line: event.line,
            "the picture \(picture.path) was shown before, by \(earlier): what was seen there has been overwritten",
            remedy: "give every picture a name of its own")
        }
        let read = try RunPicture(picture, folder: runFolder, shownBy: (shown, event.line))
        if let digest = event.pictureDigest, digest != SHA256.hexadecimal(SHA256.hash(data: read.bytes)) {
          throw WeavingError(
            shown, line: event.line,
            "the picture \"\(picture.path)\" is not the one that the run has shown: a later one has drawn over it",
            remedy: "run the chapter again")
        }
        change(place) {
          $0.outputs.append(.picture(read, caption: picture.caption, description: picture.description))
        }
      case .table(let headings, let rows, let caption):
        change(place) { $0.outputs.append(.table(headings: headings, rows: rows, caption: caption)) }
      case .record: break
      }
    }
  }

  mutating func add(_ verdicts: ChapterVerdicts) throws {
    for (index, entry) in verdicts.entries.enumerated() {
      for source in entry.sources {
        let line = Int(clamping: source.line)
        let place = try place(source.file, line, "the recorded \"\(entry.name)\"", "the recording", nil)
        change(place) { segment in
          segment.marks[line, default: []].append(index)
          if entry.name == "log" { segment.holdsLog = true }
        }
      }
    }
  }
}
