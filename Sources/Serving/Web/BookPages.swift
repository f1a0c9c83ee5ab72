import Files
import FlyingFox
import Goldens
import Literate

/// The woven pages, made live, and the files of runs.
struct BookPages {
  let settings: ServeSettings

  /// A page of the book; one that has not been woven yet is a page that says so, from which its chapter can be run.
  func page(_ name: String) -> HTTPResponse {
    let parts = name.split(separator: "/").map(String.init)
    guard parts.count == 1 else { return file(parts) }
    let chapter = String(name.dropLast(".html".count))
    if let path = SafePath.file(parts, in: settings.pages), let text = read(path) {
      return Answer.html(live(text, chapter: isChapter(chapter) ? chapter : ""))
    }
    if name == "index.html" { return Answer.html(live(bareIndex, chapter: "")) }
    guard isChapter(chapter) else { return Answer.text("there is no such page\n", code: 404) }
    let body = "<p>This chapter has not been run yet, so it has no page.</p>"
    return Answer.html(live(PageTemplate(title: chapter, eyebrow: "Chapter", body: body).html, chapter: chapter))
  }

  private func isChapter(_ name: String) -> Bool { (try? settings.catalog().chapters.contains(name)) ?? false }

  private func read(_ path: String) -> String? {
    (try? FileSystem.read(path, limit: 256 << 20)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The page with its script, unless nothing may be changed.
  func live(_ page: String, chapter: String, root: String = "") -> String {
    settings.isReadOnly ? PageScript.styled(page, root: root) : PageScript.live(page, chapter: chapter, root: root)
  }

  private var bareIndex: String {
    let chapters = (try? settings.catalog().chapters) ?? []
    let items = chapters.map { "<li><a href=\"\(MarkupText.escaped($0)).html\">\(MarkupText.escaped($0))</a></li>" }
    let body =
      """
      <p>No chapter has been woven yet: <code>make book</code> makes all of them, and each can be run from its \
      page.</p>
      """
    return PageTemplate(title: PageTemplate.bookTitle, eyebrow: "", body: body + "<ul>\(items.joined())</ul>").html
  }

  /// Another file of the book: a notebook, Markdown and its pictures.
  func file(_ parts: [String]) -> HTTPResponse {
    guard let path = SafePath.file(parts, in: settings.pages) else {
      return Answer.text("there is no such file\n", code: 404)
    }
    return Answer.file(path)
  }

  /// A picture that a run has left.
  func file(ofRun id: String, _ parts: [String], _ keeper: RunKeeper) -> HTTPResponse {
    let isPicture = parts.last.map { $0.hasSuffix(".png") || $0.hasSuffix(".svg") } ?? false
    guard isPicture, let run = keeper.run(id), let path = SafePath.file(parts, in: run.folder) else {
      return Answer.text("there is no such picture\n", code: 404)
    }
    return Answer.file(path)
  }

  /// The page of a run with other options than the goldens'.
  func page(ofRun id: String, _ keeper: RunKeeper) -> HTTPResponse {
    guard let run = keeper.run(id), run.stage == .finished else {
      return Answer.text("there is no such run\n", code: 404)
    }
    if run.isGolden { return page("\(run.chapter).html") }
    guard let path = SafePath.file(["\(run.chapter).html"], in: settings.folders.pages(id)), let text = read(path)
    else {
      return Answer.text((run.pageProblem ?? "it has no page") + "\n", code: 404)
    }
    // Its links to other chapters are to the book's pages.
    return Answer.html(live(Self.linked(text, root: "../../"), chapter: run.chapter, root: "../../"))
  }

  private static func linked(_ page: String, root: String) -> String {
    page.replacing(/href="([a-z0-9-]+\.html)/) { "href=\"\(root)\($0.1)" }
  }
}
