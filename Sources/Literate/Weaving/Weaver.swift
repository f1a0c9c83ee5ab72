import Files
import Goldens
import TensorFiles

/// Joins the chapters of a checkout with their runs and writes the book.
package struct Weaver {
  package enum Format: String, Sendable, CaseIterable { case html, ipynb, md }

  package struct Outcome: Sendable {
    package var woven: [WovenChapter] = []
    /// Chapters that could not be woven, and why.
    package var failures: [(chapter: String, reason: String)] = []
    /// Chapters without a run.
    package var absent: [String] = []

    package init() {}
  }

  package let repository: String
  /// The folder of the runs: `run.jsonl` of a chapter is in the sub-folder of its name.
  package let runs: String
  package let out: String
  package let formats: Set<Format>
  /// Why nothing is compared with the goldens, where the runs' own journals do not know it.
  package var caveat: String?
  private let catalog: ChapterCatalog

  /// Throws `CatalogError` where the checkout holds no chapter.
  package init(repository: String, runs: String, out: String, formats: Set<Format> = Set(Format.allCases)) throws {
    self.repository = repository
    self.runs = runs
    self.out = out
    self.formats = formats
    catalog = try ChapterCatalog.allChapters(repository: repository)
  }

  /// Weaves the chapters that the selectors mean, all for none, and writes them, every file whole or not at all.
  ///
  /// A chapter that cannot be woven leaves its files of an earlier time untouched. Throws `CatalogError` for a selector
  /// that means nothing, `FileError` for a folder that cannot be written.
  package func weave(_ selectors: [String]) throws -> Outcome {
    var outcome = Outcome()
    var files: [BookFile] = []
    var documents: [String: Pandoc.Document] = [:]
    for name in try catalog.select(selectors) {
      guard hasRun(name) else {
        outcome.absent.append(name)
        continue
      }
      do {
        let chapter = try woven(name)
        var own: [BookFile] = []
        if formats.contains(.ipynb) { own.append(BookFile("\(name).ipynb", NotebookWriter(chapter).text)) }
        if formats.contains(.md) {
          let writer = MarkdownWriter(chapter)
          own += writer.pictures.map { BookFile("\(name)/\($0.name)", bytes: $0.bytes) }
          own.append(BookFile("\(name).md", writer.text))
        }
        if formats.contains(.html) { documents[name] = try HTMLWriter(chapter).document() }
        files += own
        outcome.woven.append(chapter)
      } catch {
        outcome.failures.append((name, "\(error)"))
      }
    }
    guard !outcome.woven.isEmpty else { return outcome }
    var appendix: DocumentsAppendix?
    if DocumentsAppendix.isThere(in: repository) {
      do { appendix = try DocumentsAppendix(repository: repository) } catch {
        outcome.failures.append((DocumentsAppendix.name, "\(error)"))
      }
    }
    if formats.contains(.html) {
      files += try pages(outcome.woven, documents, appendix, alsoWritten: files.map(\.name))
    }
    if formats.contains(.md), let appendix {
      let text = "# \(appendix.title)\n" + MarkdownWriter.github(appendix.markdown { _ in nil })
      files.append(BookFile("\(DocumentsAppendix.name).md", text))
    }
    try FileSystem.createFolder(out)
    for folder in Set(files.compactMap(\.folder)) { try FileSystem.createFolder("\(out)/\(folder)") }
    for file in files { try AtomicFile.write(file.bytes, to: "\(out)/\(file.name)") }
    return outcome
  }

  private func hasRun(_ chapter: String) -> Bool { FileSystem.kind(of: "\(runs)/\(chapter)/run.jsonl") == .file }

  private func sources(_ chapter: String) throws -> ChapterSources {
    try ChapterSources(
      chapter: chapter, folder: "\(repository)/chapters/\(chapter)", shownFolder: "chapters/\(chapter)")
  }

  /// The chapter joined with its run. Throws where that cannot be.
  package func woven(_ chapter: String) throws -> WovenChapter {
    let folder = "\(runs)/\(chapter)"
    let sources = try sources(chapter)
    let ran = try RunJournal(readingFrom: folder, chapter: chapter)
    let checkout = Checkout(repository: repository)
    try ran.requireSources(in: checkout)
    // Prose may have changed since the run: every output stands beside its line of code as the files are now.
    let relocation = SourceRelocation(since: ran.program, in: checkout, chapter: chapter)
    let journal = try ran.relocated(relocation)
    let goldens = try goldens(chapter)
    let verdicts = try verdicts(journal, folder, goldens, relocation)
    var woven = try WovenChapter(sources: sources, journal: journal, verdicts: verdicts, runFolder: folder)
    for precision in goldens?.manifest.precisions ?? [] where precision != journal.precision {
      // Left by `book check`. Without it, or with one of other sources, the page says nothing of this precision.
      let checked = "\(runs)/check/\(chapter)/\(precision.rawValue)"
      guard let other = try? RunJournal(readingFrom: checked, chapter: chapter), other.precision == precision,
        checkout.changes(since: other.program, chapter: chapter).isEmpty,
        let found = try? self.verdicts(
          other, checked, goldens, SourceRelocation(since: other.program, in: checkout, chapter: chapter)),
        found.caveat == nil
      else { continue }
      woven.otherPrecisions.append((precision, found))
    }
    return woven
  }

  private func goldens(_ chapter: String) throws -> GoldenSet? {
    let folder = "\(catalog.folder)/\(chapter)"
    let isThere = FileSystem.kind(of: GoldenSet.manifestPath(folder)) == .file
    return isThere ? try GoldenSet(readingFrom: folder) : nil
  }

  /// The verdicts on what the run in `folder` recorded. Throws where the recording is not the journal's.
  private func verdicts(
    _ journal: RunJournal, _ folder: String, _ goldens: GoldenSet?, _ relocation: SourceRelocation
  ) throws -> ChapterVerdicts {
    let recording = try Recording(readingFrom: folder, journal.precision).relocated(relocation)
    let journaled = journal.events.compactMap { if case .record(let name) = $0.content { name } else { nil } }
    guard recording.entries.map(\.name) == journaled else {
      throw WeavingError(
        journal.path, "it and the recording beside it are not of the same run",
        remedy: "run \(BookCommand.quoted("run \(journal.chapter)")) again")
    }
    return ChapterVerdicts(journal: journal, recording: recording, goldens: goldens, caveat: caveat)
  }

  // MARK: - Pages

  private func pages(
    _ woven: [WovenChapter], _ documents: [String: Pandoc.Document], _ appendix: DocumentsAppendix?,
    alsoWritten: [String]
  ) throws -> [BookFile] {
    let names = catalog.chapters.filter { name in
      documents[name] != nil || FileSystem.kind(of: "\(out)/\(name).html") == .file
    }
    let appendixLink = appendix.map {
      PageTemplate.Link(address: "\(DocumentsAppendix.name).html", title: Self.plain($0.title))
    }
    let links =
      names.map { name in PageTemplate.Link(address: "\(name).html", title: Self.plain(title(name, woven))) }
      + (appendixLink.map { [$0] } ?? [])
    var files: [BookFile] = []
    for chapter in woven {
      guard let document = documents[chapter.name], let place = names.firstIndex(of: chapter.name) else { continue }
      let goldens = GoldenAppendix(chapter)
      let number = ChapterCatalog.number(of: chapter.name)
      let page = PageTemplate(
        title: Self.plain(chapter.title), eyebrow: number.map { "Chapter \($0)" } ?? "",
        state: Self.state(chapter, page: ""), contents: document.contents, body: document.body,
        previous: place > 0 ? links[place - 1] : nil, next: place + 1 < links.count ? links[place + 1] : nil,
        footer: MarkupText.escaped(goldens.run))
      files.append(BookFile("\(chapter.name).html", page.html))
    }
    if let appendix { files.append(try page(of: appendix, behind: links.dropLast().last, written: files)) }
    let index = BookIndex(
      entries: try catalog.chapters.map { name in
        let fresh = files.first { $0.name == "\(name).html" }
        return try entry(name, woven, page: fresh?.text, written: Set(alsoWritten + files.map(\.name)))
      }, appendix: appendixLink)
    return files + [BookFile("index.html", try index.html())]
  }

  /// The appendix's page. What it refers to on a page that is not there, or that does not show it, stays without a
  /// link.
  private func page(of appendix: DocumentsAppendix, behind previous: PageTemplate.Link?, written: [BookFile]) throws
    -> BookFile
  {
    var pages: [String: String] = [:]
    for chapter in Set(appendix.references.map(\.chapter)) {
      let name = "\(chapter).html"
      if let fresh = written.first(where: { $0.name == name }) {
        pages[chapter] = fresh.text
      } else if let old = try? FileSystem.read("\(out)/\(name)") {
        pages[chapter] = String(decoding: old, as: UTF8.self)
      }
    }
    let markdown = appendix.markdown { reference in
      pages[reference.chapter].map { page in
        "\(reference.chapter).html" + (reference.anchor(in: page).map { "#\($0)" } ?? "")
      }
    }
    let document: Pandoc.Document
    do {
      document = try Pandoc.html(Mathematics.readable(markdown), name: DocumentsAppendix.path)
    } catch let error as Pandoc.UnreadableMathematics {
      throw WeavingError(DocumentsAppendix.path, error.description)
    }
    let page = PageTemplate(
      title: Self.plain(appendix.title), eyebrow: "Appendix", contents: document.contents,
      body: Mathematics.finished(document.body), previous: previous)
    return BookFile("\(DocumentsAppendix.name).html", page.html)
  }

  private func title(_ name: String, _ woven: [WovenChapter]) -> String {
    if let chapter = woven.first(where: { $0.name == name }) { return chapter.title }
    return (try? sources(name)).map { WovenChapter.opening(of: $0).title } ?? name
  }

  private static func cover(of chapter: WovenChapter) throws -> BookIndex.Cover? {
    guard let (picture, description) = chapter.cover else { return nil }
    let (dataURI, isPixels) = try picture.still()
    return BookIndex.Cover(
      dataURI: dataURI, description: description, isPixels: isPixels, isPlot: picture.format == .svg)
  }

  private func entry(_ name: String, _ woven: [WovenChapter], page: String?, written: Set<String>) throws
    -> BookIndex.Entry
  {
    let opening = (try? sources(name)).map(WovenChapter.opening)
    let old = (try? FileSystem.read("\(out)/\(name).html")).map { String(decoding: $0, as: UTF8.self) }
    let page = page ?? old
    var state = ""
    var absence = ""
    var cover: BookIndex.Cover?
    if page == nil {
      absence = "Not woven yet: book run \(name), then book weave."
    } else if let chapter = woven.first(where: { $0.name == name }) {
      state = Self.state(chapter, page: "\(name).html")
      cover = try Self.cover(of: chapter)
    } else {
      do {
        let chapter = try self.woven(name)
        state = Self.state(chapter, page: "\(name).html")
        cover = try Self.cover(of: chapter)
      } catch {
        absence = "Woven some time ago and out of date since: \(error)"
      }
    }
    let known = [("page", "html"), ("Jupyter notebook", "ipynb"), ("Markdown", "md")].filter { _, type in
      written.contains("\(name).\(type)") || FileSystem.kind(of: "\(out)/\(name).\(type)") == .file
    }
    return BookIndex.Entry(
      chapter: name, title: Self.plain(opening?.title ?? name), abstract: opening?.abstract ?? "", state: state,
      cover: cover, contents: page.map { Self.contents(of: $0, linkingTo: "\(name).html") } ?? "",
      formats: known.map { ($0.0, "\(name).\($0.1)") }, absence: absence)
  }

  /// The list of headings of a page, as links from another.
  private static func contents(of page: String, linkingTo address: String) -> String {
    let begin = "<summary>Contents</summary>\n"
    let end = "\n</details></nav>"
    guard let start = page.firstRange(of: begin)?.upperBound, let stop = page[start...].firstRange(of: end)?.lowerBound
    else { return "" }
    // Newer versions of pandoc give every link an identifier, which is unique in its own page only.
    return String(page[start..<stop]).replacing("href=\"#", with: "href=\"\(address)#").replacing(
      #/ id="toc-[^"]*"/#, with: "")
  }

  /// What the checker says of a chapter, in a line.
  private static func state(_ chapter: WovenChapter, page: String) -> String {
    func words(_ verdicts: ChapterVerdicts) -> String {
      verdicts.counts.map { mark, count in
        "<span class=\"\(mark.rawValue)\">\(mark.sign)\u{202F}\(count)</span> \(mark.rawValue)"
      }.joined(separator: ", ")
    }
    let counts = words(chapter.verdicts)
    if counts.isEmpty { return "Nothing is recorded in this chapter." }
    let link = "<a href=\"\(page)#\(GoldenAppendix.anchor)\">held against PyTorch</a>"
    let what = chapter.verdicts.counts.contains { $0.mark != .unchecked } ? link : "not held against anything"
    let others = chapter.otherPrecisions.map { "; \($0.precision.rawValue) \(words($0.verdicts))" }.joined()
    return "\(chapter.verdicts.entries.count) recorded values, \(what): "
      + "\(chapter.journal.precision.rawValue) \(counts)\(others)"
  }

  /// A title without Markdown's marks.
  private static func plain(_ title: String) -> String { String(title.filter { !"*`$".contains($0) }) }
}

/// A file of the book, not yet written.
private struct BookFile {
  /// Within the book's folder.
  let name: String
  let bytes: [UInt8]

  init(_ name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  init(_ name: String, _ text: String) { self.init(name, bytes: Array(text.utf8)) }

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var folder: String? { name.lastIndex(of: "/").map { String(name[..<$0]) } }
}
