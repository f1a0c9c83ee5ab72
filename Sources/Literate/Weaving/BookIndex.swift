import Files
import Goldens

/// The first page of the book: its chapters, what they are about, and how they stand.
struct BookIndex {
  struct Entry {
    let chapter: String
    let title: String
    /// Markdown.
    let abstract: String
    /// HTML: what the checker says.
    let state: String
    let cover: Cover?
    /// The headings of its page as a list of links into it; empty where there is none.
    let contents: String
    /// Files that exist, by what they are called.
    let formats: [(name: String, file: String)]
    /// Why there is no page; empty where there is one.
    let absence: String
  }

  /// The picture beside a chapter's title.
  struct Cover {
    let dataURI: String
    let description: String
    /// Whether its pixels are to be seen.
    let isPixels: Bool
    /// Whether it is drawn in black on white.
    let isPlot: Bool
  }

  let entries: [Entry]
  var appendix: PageTemplate.Link?

  /// Throws `WeavingError` where pandoc cannot turn an abstract into HTML.
  func html() throws -> String {
    let abstracts = entries.map { "```{=html}\n<!--abstract-->\n```\n\n" + Mathematics.readable($0.abstract) }.joined(
      separator: "\n\n")
    let parts = try Mathematics.finished(Pandoc.html(abstracts, name: "the abstracts").body)
      .split(separator: "<!--abstract-->", omittingEmptySubsequences: false).dropFirst().map { String($0) }
    let items = zip(entries, parts).map { item($0, $1) }
    return PageTemplate(
      title: PageTemplate.bookTitle, isIndex: true,
      body: "<p>\(Self.introduction)</p>\n<ol class=\"chapters\">\n\(items.joined(separator: "\n"))\n</ol>"
        + (appendix.map { "\n<p class=\"appendix\"><a href=\"\($0.address)\">\(MarkupText.escaped($0.title))</a></p>" }
          ?? "")
    ).html
  }

  static let introduction = """
    Generative adversarial networks, chapter by chapter, as programs that can be read, run and checked. Every figure \
    on these pages was made by the code of its chapter; the numbers the code records are held against an independent \
    PyTorch program that starts from the same seed.
    """

  private func item(_ entry: Entry, _ abstract: String) -> String {
    let number = ChapterCatalog.number(of: entry.chapter).map(String.init) ?? ""
    let hasPage = !entry.contents.isEmpty
    let title = MarkupText.escaped(entry.title)
    let page = entry.formats.first { $0.name == "page" }?.file
    var html = "<li><span class=\"numeral\" aria-hidden=\"true\">\(number)</span><div>"
    html += "<h2>" + (page.map { "<a href=\"\(MarkupText.escaped($0))\">\(title)</a>" } ?? title) + "</h2>"
    html += abstract.split(separator: "\n").joined(separator: "\n")
    if !entry.state.isEmpty { html += "<p class=\"state\">\(entry.state)</p>" }
    if !entry.absence.isEmpty { html += "<p class=\"absent\">\(MarkupText.escaped(entry.absence))</p>" }
    if hasPage { html += "<details class=\"toc\"><summary>Contents</summary>\(entry.contents)</details>" }
    let links = entry.formats.filter { $0.name != "page" }.map {
      "<a href=\"\(MarkupText.escaped($0.file))\">\(MarkupText.escaped($0.name))</a>"
    }
    if !links.isEmpty { html += "<p class=\"formats sans\">Also as \(links.joined(separator: " · "))</p>" }
    html += "</div>"
    if let cover = entry.cover {
      let kind = ["cover", cover.isPixels ? "pixels" : "", cover.isPlot ? "plot" : ""].filter { !$0.isEmpty }
      html +=
        """
        <img class=\"\(kind.joined(separator: " "))\" alt=\"\(MarkupText.escaped(cover.description))\" \
        src=\"\(cover.dataURI)\">
        """
    }
    return html + "</li>"
  }
}
