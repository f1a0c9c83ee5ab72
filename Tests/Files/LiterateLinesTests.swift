import Files
import Testing

/// Prose and code told apart, line by line.
@Suite struct LiterateLinesTests {
  private func lines(_ text: String) -> LiterateLines { LiterateLines(of: Array(text.utf8)) }

  @Test func `prose and blank lines are not code, whatever stands in them`() {
    let one = lines("//: # Title\n\nlet a = 1\n  //: a note\n\n//: end\nlet b = 2\n")
    let other = lines("//: other words\n//: and more\nlet a = 1\nlet b = 2\n\n//:\n")
    #expect(one.codeHash == other.codeHash && one.hasProse && other.hasProse)
    #expect(one.skipped == [1...2, 4...6, 8...8] && other.skipped == [1...2, 5...7])
  }

  @Test(arguments: [
    "let a = 1 //: no prose", "// a comment", "/// documentation", "//- ", "//src begin", "//:no blank", "let a = 2",
    "  let a = 1",
    "let a = 1 ",
  ])
  func `every other line is code, comments too`(line: String) {
    #expect(lines("//: x\nlet a = 1\n").codeHash != lines("//: x\n\(line)\n").codeHash)
    #expect(lines("//: x\nlet b = 1\n\(line)\n").codeHash != lines("//: x\nlet b = 1\n").codeHash)
  }

  @Test(arguments: [
    ("let t = \"\"\"\n", "\n\"\"\"\n"), ("let t = #\"\"\"\n a \"\"\" b\n", "\n\"\"\"#\n"), ("/* a\n", "\n*/\n"),
    ("/* a /* b */\n", "\n*/\n"), ("f(\"\"\"\n \\(g(\n", "\n))\n\"\"\")\n"),
    ("let t = \"\"\"\n \\\"\"\"\n", "\n\"\"\"\n"),
  ])
  func `inside a text over several lines or a comment every line is code`(before: String, after: String) {
    let (one, other) = (
      lines("//: x\n\(before)//: a\(after)let b = 1\n"), lines("//: x\n\(before)//: b\(after)let b = 1\n")
    )
    #expect(one.codeHash != other.codeHash)
    #expect(one.hasProse && one.skipped.first == 1...1)
    // Blank lines of a text are part of it.
    #expect(lines("//: x\n\(before)\n\(after)").codeHash != lines("//: x\n\(before)\(after)").codeHash)
  }

  @Test(arguments: [
    "let t = \"a /* b\"", "let t = \"// \\\" /*\"", "let t = #\"\"\"#", "let t = #\"\\\"#",
    "let t = \"\\(f(\"/*\")) \\\\\"",
    "// \"\"\" /*", "let r = #/ id=\"toc-[^\"]*\"/#", "/* one line */ let a = 1", "let t = \"\"",
  ])
  func `what only looks like the beginning of a text or a comment is not one`(line: String) {
    #expect(
      lines("\(line)\n//: a\nlet b = 1\n").codeHash == lines("\(line)\n//: other\n//: words\nlet b = 1\n").codeHash)
  }

  @Test func `a file that is not understood to its end is code altogether`() {
    let broken = lines("//: a\nlet t = \"\"\"\n")
    #expect(!broken.hasProse && broken.skipped.isEmpty)
    #expect(broken.codeHash != lines("//: b\nlet t = \"\"\"\n").codeHash)
  }

  @Test func `line ends of Windows are no code, either`() {
    #expect(lines("//: a\r\n\r\nlet a = 1\r\n").skipped == [1...2, 4...4])
  }

  @Test func `a line of code is found where it stands now`() throws {
    let old = lines("let a = 1\n//: prose\nlet b = 2\n\nlet c = 3\n")
    let new = lines("//: more\n//: of it\nlet a = 1\nlet b = 2\n//: here\nlet c = 3\n")
    #expect(old.codeHash == new.codeHash)
    for (before, after) in [(1, 3), (3, 4), (5, 6)] {
      let (there, back) = (try #require(old.codeIndex(ofLine: before)), try #require(new.codeIndex(ofLine: after)))
      #expect(new.line(ofCodeIndex: there) == after && old.line(ofCodeIndex: back) == before)
    }
    #expect(old.codeIndex(ofLine: 2) == nil && old.codeIndex(ofLine: 0) == nil)
  }

  @Test func `the ranges give themselves back, and damaged ones are none`() {
    let found = lines("//: a\n\nlet a = 1\n//: b\nlet b = 1\n")
    #expect(LiterateLines.ranges(found.ranges) == found.skipped)
    for damaged in ["", "1", "2-1", "1-2,2-3", "1-2,3-4", "3-4,1-1", "0--1", "1-2,", "1-9999999999"] {
      #expect(LiterateLines.ranges(damaged) == nil, "\(damaged)")
    }
  }
}
