import Files

/// The frame of every page of the book.
package struct PageTemplate {
  package static let bookTitle = "The GAN book"

  /// A neighbor in the order of reading.
  struct Link: Equatable {
    let address: String
    let title: String
  }

  package var title: String
  var isIndex = false
  /// Above the title.
  package var eyebrow = ""
  /// HTML below the title.
  var state = ""
  /// Pandoc's list of headings.
  var contents = ""
  package var body: String
  var previous: Link?
  var next: Link?
  /// HTML of the last lines.
  var footer = ""

  package var html: String {
    let title = MarkupText.escaped(title)
    let whole = isIndex ? title : "\(title) · \(Self.bookTitle)"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="book weave">
      <title>\(whole)</title>
      <link rel="icon" href="data:,">
      <style>
      \(StyleSheet.text)</style>
      </head>
      <body\(isIndex ? " class=\"book\"" : "")>
      \(top)<div class="page">
      \(toc)<main>
      \(eyebrow.isEmpty ? "" : "<p class=\"eyebrow sans\">\(MarkupText.escaped(eyebrow))</p>\n")<h1>\(title)</h1>
      \(state.isEmpty ? "" : "<p class=\"state\">\(state)</p>\n")\(body)
      \(pages)\(footer.isEmpty ? "" : "<footer>\(footer)</footer>\n")</main>
      </div>
      \(script)</body>
      </html>

      """
  }

  /// Only a page with an animation has one.
  private var script: String {
    body.contains("class=\"result film\"") ? "<script>\(Self.inlineScript)</script>\n" : ""
  }

  /// What stands between the tags of a page's own script, to the byte: a server names its digest.
  package static let inlineScript = "\n" + Film.script

  private var top: String {
    if isIndex { return "" }
    return "<header class=\"top\"><a href=\"index.html\">\(Self.bookTitle)</a></header>\n"
  }

  private var toc: String {
    if isIndex { return "" }
    return
      """
      <nav class=\"toc\" aria-label=\"Contents of this chapter\"><details \
      open><summary>Contents</summary>\n\(contents)\n</details></nav>\n
      """
  }

  private var pages: String {
    if isIndex { return "" }
    func link(_ link: Link?, _ name: String, _ label: String) -> String {
      link.map {
        """
        <a class=\"\(name)\" rel=\"\(name)\" \
        href=\"\(MarkupText.escaped($0.address))\"><small>\(label)</small>\(MarkupText.escaped($0.title))</a>
        """
      } ?? ""
    }
    return "<nav class=\"pages\" aria-label=\"Chapters\">\(link(previous, "prev", "Previous"))"
      + "<a href=\"index.html\"><small>Up</small>All chapters</a>\(link(next, "next", "Next"))</nav>\n"
  }
}

extension PageTemplate {
  /// A page of the book that shows no chapter.
  package init(title: String, eyebrow: String, body: String) {
    self.init(title: title, isIndex: false, body: body)
    self.eyebrow = eyebrow
  }
}
