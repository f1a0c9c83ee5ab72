import Literate
import Testing

@Suite struct LiterateSourceTests {
  private func parse(_ text: String) throws -> LiterateSource {
    try LiterateSource(parsing: text, path: "1-A.swift", shownPath: "chapters/97-test/1-A.swift")
  }

  private func problem(_ text: String) -> String {
    do {
      _ = try parse(text)
      return ""
    } catch { return "\(error)" }
  }

  private func prose(_ source: LiterateSource) -> [String] {
    source.blocks.compactMap { if case .prose(let block) = $0 { block.markdown } else { nil } }
  }

  private func code(_ source: LiterateSource) -> [CodeBlock] {
    source.blocks.compactMap { if case .code(let block) = $0 { block } else { nil } }
  }

  @Test func `prose and code alternate and know their lines`() throws {
    let source = try parse("//: # Title\n//:\n//: Text.\n\nlet a = 1\n\nlet b = 2\n\n//: More.\n")
    #expect(prose(source) == ["# Title\n\nText.", "More."])
    guard case .prose(let first) = source.blocks[0], case .code(let block) = source.blocks[1] else {
      Issue.record("\(source.blocks)")
      return
    }
    #expect(first.lines == 1...3)
    #expect(block.source == "let a = 1\n\nlet b = 2")
    #expect(block.shownLines.first?.number == 5 && block.shownLines.last?.number == 7)
    #expect(source.lineCount == 9)
  }

  @Test func `a hyphen splits code, comments stay code`() throws {
    let source = try parse("/// API\n// comment\nlet a = 1\n//-\nlet b = 2\n")
    #expect(code(source).map(\.source) == ["/// API\n// comment\nlet a = 1", "let b = 2"])
  }

  @Test func `indented prose is a note on the code below it and stays a comment in the source`() throws {
    let source = try parse("func f() {\n  let a = 1\n\n  //: See $x$:\n  //: here.\n\n  let b = 2\n}\n")
    let block = try #require(code(source).first)
    #expect(code(source).count == 1 && block.segments.count == 2)
    #expect(block.segments[1].note?.markdown == "See $x$:\nhere." && block.segments[1].note?.lines == 4...5)
    #expect(block.segments[0].lines.map(\.number) == [1, 2] && block.segments[1].lines.map(\.number) == [7, 8])
    #expect(block.source.contains("  //: See $x$:\n  //: here.\n  let b = 2"))
  }

  @Test func `hidden lines are not shown but hold their place`() throws {
    let source = try parse("let a = 1\nlet b = 2  //src\n//src begin\nlet c = 3\n//src end\nlet d = 4\n")
    let block = try #require(code(source).first)
    #expect(block.source == "let a = 1\nlet d = 4")
    #expect(block.segments[0].hidden == [2, 4])
  }

  @Test func `markers inside a text over several lines are part of the text`() throws {
    let source = try parse("let a = \"\"\"\n//:x\n//src begin\n//-x\n\"\"\"\n//: After.\n")
    #expect(
      prose(source) == ["After."] && code(source).map(\.source) == ["let a = \"\"\"\n//:x\n//src begin\n//-x\n\"\"\""])
  }

  @Test func `line ends of Windows are line ends`() throws {
    let source = try parse("//: Text\r\n//: more.\r\nlet a = 1\r\n")
    #expect(prose(source) == ["Text\nmore."] && code(source).map(\.source) == ["let a = 1"])
  }

  @Test(arguments: [
    ("let a = 1\n//:x\n", 2, "blank"), ("  //:\tx\n", 1, "blank"), ("let a = 1\n//- here\n", 2, "alone"),
    ("func f() {\n  //-\n}\n", 2, "beginning of its line"), ("//src\n", 1, "expected //src begin"),
    ("\n//src begin\nlet a = 1\n", 2, "never ended"), ("//src end\n", 1, "without"),
    ("//src begin\n//src begin\n//src end\n", 2, "inside"), ("//: a\n//: $$ x\n//:\n//: y\n", 2, "$$"),
    ("//: a\n//:\n//: ```\n//: b\n", 3, "fence"), ("//: costs $5\n", 1, "\\$"), ("//: $\\frac{1$\n", 1, "braces"),
    ("  //: a $x\n  let b = 1\n", 1, "$"),
  ])
  func `a broken marker is named with file and line`(text: String, line: Int, word: String) {
    let problem = problem(text)
    #expect(problem.hasPrefix("chapters/97-test/1-A.swift:\(line): ") && problem.contains(word), "\(problem)")
  }

  @Test(arguments: [
    "//: $x$ and $$y$$ and \\$5 and `$` and `` a ` $ b ``.\n", "//: ```\n//: $$ $ \n//: ```\n",
    "//: ~~~~\n//: ```\n//: ~~~~\n",
    "//: $$\n//: a\n//: $$\n", "//: $\\$5$\n", "//: $\\{a\\}_{b}$ and $\\\\{a}$\n",
  ])
  func `what only looks broken is not`(text: String) { #expect(problem(text) == "") }
}
