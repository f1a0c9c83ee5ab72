import Files
import Foundation
import Literate
import TensorFiles
import TestSupport
import Testing

@Suite struct JoiningTests {
  static let source = "//: # Test\n\nlet a = 1\nlet b = 2\n\n//: More.\n\nlet c = 3\n"

  @Test func `an output stands behind the block that made it`() throws {
    let workshop = try Workshop(["main.swift": Self.source])
    try workshop.write(run: [Workshop.text("from c", 8), Workshop.text("from b", 4), Workshop.text("again", 3)])
    #expect(try workshop.weave().failures.isEmpty)
    let page = try workshop.page("md")
    let places = try ["let b = 2", "from b\nagain", "More.", "let c = 3", "from c"].map {
      try #require(page.range(of: $0), "\($0)").lowerBound
    }
    #expect(places == places.sorted())
  }

  @Test func `outputs of a segment stand before the next note on the web page, behind the whole cell in the notebook`()
    throws
  {
    let workshop = try Workshop(["main.swift": "func f() {\n  say()\n  //: The note.\n  say()\n}\n"])
    try workshop.write(run: [Workshop.text("first", 2), Workshop.text("second", 4)])
    #expect(try workshop.weave(formats: [.html, .ipynb]).failures.isEmpty)
    let page = try workshop.page("html")
    let places = try ["first</samp>", "The note.", "second</samp>"].map {
      try #require(page.range(of: $0), "\($0)").lowerBound
    }
    #expect(places == places.sorted())
    let cell = try workshop.notebook().member("cells").items()[0]
    #expect(try cell.member("source").joined().contains("  //: The note.\n"))
    #expect(try cell.member("outputs").items().count == 2)
  }

  @Test func `an output of a hidden line is shown where the line would be`() throws {
    let workshop = try Workshop(["main.swift": "//: # T\n\n//src begin\nsay()\n//src end\n\n//: End.\n"])
    try workshop.write(run: [Workshop.text("spoken", 4)])
    #expect(try workshop.weave(formats: Set(Weaver.Format.allCases)).failures.isEmpty)
    #expect(try workshop.page("md").contains("spoken") && !workshop.page("md").contains("say()"))
    #expect(try workshop.page("html").contains("spoken") && !workshop.page("html").contains("say()"))
    #expect(try !workshop.page("ipynb").contains("say()"))
  }

  @Test(arguments: [
    (99, "main.swift", "chapters/97-test/main.swift:99: "), (6, "main.swift", "no code stands there"),
    (2, "main.swift", "no code stands there"),
    (3, "Gone.swift", "run.jsonl:2: an output comes from ch97_test/Gone.swift:3"),
    (-1, "main.swift", "main.swift:-1"),
  ])
  func `an output without a place is an error that names it`(line: Int, file: String, words: String) throws {
    let workshop = try Workshop(["main.swift": Self.source])
    try workshop.write(run: [Workshop.text("lost", line, file: file)])
    let reason = try workshop.reason()
    #expect(reason.contains(words), "\(reason)")
    #expect(FileSystem.kind(of: workshop.book) == nil)
  }

  @Test func `an output on a line behind the end says how long the file is`() throws {
    let workshop = try Workshop(["main.swift": Self.source])
    try workshop.write(run: [Workshop.text("lost", 99)])
    #expect(try workshop.reason().contains("has only 8"))
  }

  // MARK: - Stale runs

  @Test func `a run of other sources is refused by name with what to do`() throws {
    let workshop = try Workshop(["main.swift": Self.source, "1-A.swift": "//: a\n", "2-B.swift": "//: b\n"])
    try workshop.write(run: [])
    try workshop.weave()
    let before = try workshop.page("md")
    try workshop.write(source: "1-A.swift", "//: changed\n")
    try FileSystem.remove(workshop.folder("chapters/97-test/2-B.swift"))
    try workshop.write(source: "3-C.swift", "//: new\n")
    let reason = try workshop.reason()
    for word in ["1-A.swift changed", "2-B.swift removed", "3-C.swift added", "book run 97-test", "stale"] {
      #expect(reason.contains(word), "\(word) in \(reason)")
    }
    // The page of before is untouched.
    #expect(try workshop.page("md") == before)
  }

  @Test func `a run that does not know its sources is refused`() throws {
    let workshop = try Workshop(["main.swift": Self.source])
    try workshop.write(run: [], opening: ["program": .string("")])
    #expect(try workshop.reason().contains("does not say what its program was built from"))
  }

  @Test func `a chapter without a run is named, and one that was asked for does not pass`() throws {
    let workshop = try Workshop(["main.swift": Self.source])
    let outcome = try workshop.weave(["97"])
    #expect(outcome.absent == ["97-test"] && outcome.woven.isEmpty && FileSystem.kind(of: workshop.book) == nil)
    #expect(throws: (any Error).self) { try workshop.weave(["98"]) }
  }

  // MARK: - Damaged journals

  @Test func `a damaged journal is refused with its line`() throws {
    let workshop = try Workshop(["main.swift": Self.source])
    try workshop.write(run: [Workshop.text("a", 3), Workshop.text("b", 4)])
    let whole = try String(contentsOfFile: workshop.journalPath, encoding: .utf8)
    let lines = whole.split(separator: "\n").map(String.init)
    let damages: [(String, String)] = [
      ("", "empty"), (String(whole.dropLast(10)), "cut off"),
      (lines.dropLast().joined(separator: "\n") + "\n", "2 events"),
      (whole + "{\"kind\": \n", "holds 3"),
      (whole.replacingOccurrences(of: "\"run\"", with: "\"fun\""), "does not begin"),
      (whole.replacingOccurrences(of: "97-test", with: "96-test"), "run of 96-test"),
      (whole.replacingOccurrences(of: "\"text\", \"file\"", with: "\"film\", \"file\""), "film"),
      (whole.replacingOccurrences(of: ", \"events\": 2", with: ""), "how many events"),
      (whole.replacingOccurrences(of: "\"float64\"", with: "\"float16\""), "dtype"),
      (whole.replacingOccurrences(of: "\"line\": 4", with: "\"line\": \"4\""), "run.jsonl:3"),
      (whole.replacingOccurrences(of: "\"b\"", with: "\"c\""), "not as the run left it"),
      (lines[0] + "\n", "cut off"),
    ]
    for (text, word) in damages {
      try AtomicFile.write(text, to: workshop.journalPath)
      let reason = try workshop.reason()
      #expect(reason.contains(word) && reason.contains("run.jsonl"), "\(word): \(reason)")
    }
  }

  @Test func `a journal and a recording of different runs are refused`() throws {
    let workshop = try Workshop(["main.swift": Self.source])
    try workshop.write(run: [], scalars: [("x", 1, 3)])
    let journal = try String(contentsOfFile: workshop.journalPath, encoding: .utf8)
    try AtomicFile.write(journal.replacingOccurrences(of: "\"x\"", with: "\"y\""), to: workshop.journalPath)
    #expect(try workshop.reason().contains("not as the run left it"))
    try FileSystem.remove(workshop.run + "/recorded-float64.json")
    #expect(try workshop.reason().contains("recorded-float64.json"))
  }

  // MARK: - Pictures

  @Test(arguments: [
    "../secret.png", "/etc/passwd.png", "a/../../b.png", "a//b.png", "./a.png", "a\\b.png", "gone.png", "page.html",
    "x",
    "a\n.png", "folder.png", "",
  ])
  func `a picture elsewhere, absent or of another kind is refused with the line that shows it`(path: String) throws {
    let workshop = try Workshop(["main.swift": Self.source])
    try AtomicFile.write(Workshop.png, to: workshop.folder("out/secret.png"))
    try AtomicFile.write("<p>", to: workshop.run + "/page.html")
    try FileSystem.createFolder(workshop.run + "/folder.png")
    try workshop.write(run: [Workshop.picture(path, 4)])
    let reason = try workshop.reason()
    #expect(reason.contains("chapters/97-test/main.swift:4: the picture"), "\(reason)")
  }

  @Test func `a picture that is not what its name says is refused, and so is one with a script`() throws {
    let workshop = try Workshop(["main.swift": Self.source])
    try AtomicFile.write("<svg></svg>", to: workshop.run + "/a.png")
    try AtomicFile.write("<svg><SCRIPT>1</SCRIPT></svg>", to: workshop.run + "/b.svg")
    try workshop.write(run: [Workshop.picture("a.png", 3)])
    #expect(try workshop.reason().contains("no PNG"))
    try workshop.write(run: [Workshop.picture("b.svg", 3)])
    #expect(try workshop.reason().contains("script"))
  }

  @Test func `a picture that a later one overwrote is an error`() throws {
    let workshop = try Workshop(["main.swift": Self.source])
    try AtomicFile.write(Workshop.png, to: workshop.run + "/a.png")
    try workshop.write(run: [Workshop.picture("a.png", 3), Workshop.picture("a.png", 8)])
    #expect(
      try workshop.reason().contains(
        "main.swift:8: the picture a.png was shown before, by chapters/97-test/main.swift:3"))
  }
}
