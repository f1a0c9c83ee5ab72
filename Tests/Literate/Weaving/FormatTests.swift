import Files
import Foundation
import Literate
import TensorFiles
import TestSupport
import Testing

@Suite struct FormatTests {
  static let hostile = "<b>&amp; | *x* _y_ `z` $5 ```\n```` [a](b) \u{1B}[31mred\u{7}\u{0} \\ # \"q\""

  private func everything() throws -> Workshop {
    let workshop = try Workshop([
      "main.swift":
        "//: # A *title*\n//:\n//: What $p_1$ it is about: $a|b$ & more.\n//:\n//: $$x_1 + y$$\n\nlet a = 1\n\n"
        + "//: Same.\n//-\nlet b = 2\n\n//: Same.\n//-\nlet b = 2\n"
    ])
    try AtomicFile.write(Workshop.png, to: workshop.run + "/grid (1).png")
    try AtomicFile.write("<svg viewBox=\"0 0 720 400\"></svg>", to: workshop.run + "/plot.svg")
    try workshop.write(
      run: [
        Workshop.text(Self.hostile, 7),
        Workshop.table(["a|b", "n"], [[Self.hostile, "1.5"], ["<i>", "-2"]], 7, caption: "<T>"),
        Workshop.picture("grid (1).png", 7, caption: "A <caption> [x]", description: "Alt \"text\" ] <i>"),
        Workshop.picture("plot.svg", 11),
      ], scalars: [("x/1", 1, 7), ("x-1", 1, 7), ("<x>|", 1, 11)])
    return workshop
  }

  @Test func `weaving twice gives the same bytes in every format`() throws {
    let workshop = try everything()
    #expect(try workshop.weave(formats: Set(Weaver.Format.allCases)).failures.isEmpty)
    let names = [
      "97-test.html", "97-test.ipynb", "97-test.md", "index.html", "97-test/grid--1-.png", "97-test/plot.svg",
    ]
    func bytes() throws -> [[UInt8]] { try names.map { try FileSystem.read("\(workshop.book)/\($0)") } }
    let first = try bytes()
    try workshop.weave(formats: Set(Weaver.Format.allCases))
    #expect(try bytes() == first)
  }

  @Test func `nothing in an output is taken for HTML`() throws {
    let workshop = try everything()
    try workshop.weave(formats: [.html])
    let page = try workshop.page("html")
    #expect(
      page.contains(
        "&lt;b&gt;&amp;amp; | *x* _y_ `z` $5 ```\n```` [a](b) \u{FFFD}[31mred\u{FFFD}\u{FFFD} \\ # &quot;q&quot;"))
    for tag in ["<b>&", "<i>", "<T>", "<caption>  ", "<x>"] { #expect(!page.contains(tag), "\(tag)") }
    #expect(page.contains("alt=\"Alt &quot;text&quot; ] &lt;i&gt;\"") && page.contains("A &lt;caption&gt; [x]"))
    #expect(page.contains("<td class=\"number\">-2</td>") && page.contains("Abacus &lt;1&gt;"))
  }

  @Test func `the page needs nothing from outside and its identifiers are unique`() throws {
    let workshop = try everything()
    try workshop.weave(formats: [.html])
    for name in ["97-test.html", "index.html"] {
      let page = try String(contentsOfFile: "\(workshop.book)/\(name)", encoding: .utf8)
      let identifiers = page.matches(of: /\sid="([^"]+)"/).map { String($0.1) }
      #expect(Set(identifiers).count == identifiers.count, "\(identifiers)")
      let addresses = page.matches(of: /(?:src|href)="([^"]*)"/).map { String($0.1) }
      for address in addresses where address.hasPrefix("#") {
        #expect(identifiers.contains(String(address.dropFirst())), "\(address)")
      }
      #expect(addresses.allSatisfy { !$0.contains("//") || $0.hasPrefix("data:") })
      #expect(!page.contains("<script") && !page.contains("@import") && !page.contains("url("))
      #expect(page.matches(of: #/<img /#).count == page.matches(of: /<img [^>]*alt="[^"]+"/).count)
    }
  }

  @Test func `mathematics is MathML on the web, and what pandoc cannot read is an error`() throws {
    let workshop = try everything()
    try workshop.weave(formats: [.html])
    #expect(try workshop.page("html").contains("<math display=\"block\"") && !workshop.page("html").contains("$p_1$"))
    try workshop.write(source: "main.swift", "//: One\n//: $\\nosuch{1}$\n\nlet a = 1\n")
    try workshop.write(run: [])
    #expect(try workshop.reason(formats: [.html]).contains("main.swift:2: pandoc cannot turn this mathematics"))
  }

  @Test func `brackets of a given size have it on the web page`() throws {
    let workshop = try Workshop([
      "main.swift": "//: # T\n//:\n//: $\\Bigl( x \\Bigr)$ `\\Bigl` $\\bigl[ y \\bigr]$ $$\\Biggl( z \\Biggr)$$\n"
    ])
    try workshop.write(run: [])
    #expect(try workshop.weave(formats: [.html]).failures.isEmpty)
    let page = try workshop.page("html")
    for size in ["1.2", "1.8", "3.0"] {
      let bracket = "minsize=\"\(size)em\" maxsize=\"\(size)em\" stretchy=\"true\""
      #expect(page.components(separatedBy: bracket).count == 3, "\(size)")
    }
    #expect(page.contains("<code>\\Bigl</code>"))
  }

  @Test func `imports alone get no box on the web page, an option is not broken behind its hyphens`() throws {
    let workshop = try Workshop([
      "main.swift": "//: # T\n\nimport Goldens\nimport Tensors\n\n//: Say `--from-step` and `a - b`.\n\n"
        + "import Files\n\nlet a = 1\n"
    ])
    try workshop.write(run: [])
    #expect(try workshop.weave(formats: [.html]).failures.isEmpty)
    let page = try workshop.page("html")
    #expect(page.components(separatedBy: "<section class=\"listing\"").count == 2 && !page.contains("import Goldens"))
    #expect(page.contains("lines 8–10") && page.contains("Files"))
    #expect(page.contains("<code class=\"option\">--from-step</code>") && page.contains("<code>a - b</code>"))
  }

  @Test func `mathematics that Markdown would spoil is fenced for GitHub, the rest stays`() throws {
    let workshop = try Workshop(["main.swift": "//: $x$ and $a_1$, `$b_1$`\n//: then $$c_1$$ end.\n"])
    try workshop.write(run: [])
    try workshop.weave()
    let page = try workshop.page("md")
    #expect(page.hasPrefix("$x$ and $`a_1`$, `$b_1$`\nthen \n\n```math\nc_1\n```\nend.\n"), "\(page.prefix(80))")
  }

  @Test func `Markdown in outputs stays text, a bar does not end a cell`() throws {
    let workshop = try everything()
    try workshop.weave(formats: [.md])
    let page = try workshop.page("md")
    #expect(page.contains("`````text\n<b>&amp; | *x*"))
    let row = try #require(page.split(separator: "\n").first { $0.contains("1.5") })
    #expect(row.replacing("\\|", with: "").count { $0 == "|" } == 3)
    #expect(
      page.contains("![Alt \"text\" \\] &lt;i\\>](97-test/grid--1-.png)") && page.contains("*A &lt;caption\\> \\[x\\]*")
    )
  }

  @Test func `a notebook has the structure of nbformat 4.5`() throws {
    let workshop = try everything()
    try workshop.weave(formats: [.ipynb])
    let notebook = try workshop.notebook()
    #expect(try notebook.member("nbformat").int() == 4 && notebook.member("nbformat_minor").int() == 5)
    #expect(try notebook.member("metadata").member("language_info").member("name").string() == "swift")
    let cells = try notebook.member("cells").items()
    #expect(
      try cells.map { try $0.member("cell_type").string() }.prefix(5) == [
        "markdown", "code", "markdown", "code", "markdown",
      ])
    for cell in cells {
      try cell.onlyKeys(
        try cell.member("cell_type").string() == "code"
          ? ["cell_type", "execution_count", "id", "metadata", "outputs", "source"]
          : ["cell_type", "id", "metadata", "source"])
    }
    let outputs = try cells[1].member("outputs").items()
    #expect(
      try outputs.map { try $0.member("output_type").string() } == [
        "stream", "display_data", "display_data", "display_data", "display_data",
      ])
    #expect(try outputs[0].member("text").joined().hasSuffix("\n"))
    let image = try outputs[2].member("data").member("image/png").string()
    #expect(Data(base64Encoded: image).map(Array.init) == Workshop.png)
    #expect(try cells[3].member("outputs").items()[0].member("data").member("image/svg+xml").joined().hasPrefix("<svg"))
  }

  @Test func `identifiers of cells come from the content, are unique, and stay when another cell changes`() throws {
    let workshop = try everything()
    func identifiers() throws -> [String] {
      try workshop.weave(formats: [.ipynb])
      return try workshop.notebook().member("cells").items().map { try $0.member("id").string() }
    }
    let first = try identifiers()
    #expect(Set(first).count == first.count && first.allSatisfy { $0.wholeMatch(of: /[a-zA-Z0-9_-]{1,64}/) != nil })
    try workshop.write(source: "main.swift", "//: # New\n\nlet a = 1\n\n//: Same.\n//-\nlet b = 2\n")
    try workshop.write(run: [])
    let second = try identifiers()
    #expect(second[0] != first[0] && second[1...3] == first[1...3])
  }

  @Test(arguments: [22, 23, 400])
  func `a long log is abridged in the middle, and nothing is lost on the web page`(count: Int) throws {
    let workshop = try Workshop(["main.swift": "let a = 1\n"])
    try workshop.write(run: (1...count).map { Workshop.text("step \($0).", 1) })
    try workshop.weave(formats: Set(Weaver.Format.allCases))
    for type in ["md", "ipynb"] {
      let page = try workshop.page(type)
      #expect(page.contains("step 12.") && page.contains("step \(count - 5).") && page.contains("step \(count)."))
      #expect(page.contains("step 13.") == (count <= 22))
      #expect(page.contains("… \(count - 18) more lines …") == (count > 22))
    }
    let page = try workshop.page("html")
    #expect((1...count).allSatisfy { page.contains("step \($0).") })
    #expect(page.contains("<summary>\(count - 18) more lines</summary>") == (count > 22))
  }

  @Test func `the index tells every chapter, what it is about and how it stands, and links to its headings`() throws {
    let workshop = try everything()
    try FileSystem.createFolder(workshop.folder("chapters/98-later"))
    try AtomicFile.write("//: # Later\n//:\n//: To come.\n", to: workshop.folder("chapters/98-later/main.swift"))
    try workshop.weave(formats: Set(Weaver.Format.allCases))
    let index = try String(contentsOfFile: workshop.book + "/index.html", encoding: .utf8)
    for part in [
      "<a href=\"97-test.html\">A title</a>", "it is about", "✓\u{202F}3", "href=\"97-test.html#golden-entries\"",
      "Later", "To come.",
      "book run 98-later", "97-test.ipynb",
    ] { #expect(index.contains(part), "\(part)") }
    #expect(try !workshop.page("html").contains("rel=\"next\""))
  }

  @Test func `the index says of a chapter its standfirst, without the stars, or its first paragraph`() throws {
    for (source, said) in [
      ("//: # T\n//:\n//: *A sentence\n//: on $x$.*\n//:\n//: More.\n", "<p>A sentence on "),
      ("//: # T\n//:\n//: *One* and *two*\n//:\n//: More.\n", "<p><em>One</em> and <em>two</em></p>"),
    ] {
      let workshop = try Workshop(["main.swift": source])
      try workshop.write(run: [])
      try workshop.weave(formats: [.html])
      let index = try String(contentsOfFile: workshop.book + "/index.html", encoding: .utf8)
      #expect(index.contains(said) && !index.contains("More."), "\(index.suffix(900))")
    }
  }

  @Test func `neighbors are linked in the order of the chapters`() throws {
    let workshop = try everything()
    try FileSystem.createFolder(workshop.book)
    for name in ["96-before", "98-after"] {
      try FileSystem.createFolder(workshop.folder("chapters/\(name)"))
      try AtomicFile.write("//: # The \(name)\n", to: workshop.folder("chapters/\(name)/main.swift"))
      try AtomicFile.write("an earlier page", to: "\(workshop.book)/\(name).html")
    }
    try workshop.weave(["97"], formats: [.html])
    let page = try workshop.page("html")
    #expect(page.contains("rel=\"prev\" href=\"96-before.html\"><small>Previous</small>The 96-before"))
    #expect(page.contains("rel=\"next\" href=\"98-after.html\"><small>Next</small>The 98-after"))
  }
}
