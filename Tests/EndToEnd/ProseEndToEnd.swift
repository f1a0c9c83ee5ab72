import Files
import Foundation
import TestSupport
import Testing

/// A change of prose is no change of the code: nothing is run again, and every number stands beside its own line.
@Suite struct ProseEndToEnd {
  private let place: CheckerEndToEnd.Workplace
  private let source: String

  init() throws {
    place = try CheckerEndToEnd.Workplace(fault: "value")
    try FileManager.default.createDirectory(atPath: place.folder("chapters"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Repository.root.appending(path: "Tests/FakeChapter").path, toPath: place.folder("chapters/99-fake"))
    source = place.folder("chapters/99-fake/FakeChapter.swift")
  }

  private func edit(_ old: String, _ new: String) throws {
    let text = try String(contentsOfFile: source, encoding: .utf8)
    let edited = text.replacingOccurrences(of: old, with: new)
    #expect(edited != text)
    try edited.write(toFile: source, atomically: true, encoding: .utf8)
  }

  /// The line on which the losses are recorded.
  private func line() throws -> Int {
    let lines = try String(contentsOfFile: source, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    return try #require(lines.firstIndex { $0.contains("record(\"losses\"") }) + 1
  }

  private func book(_ arguments: String...) throws -> ChildProcess.Outcome {
    try ChildProcess.run("book", arguments + ["--goldens", place.folder("goldens"), "--runs", place.folder("out")])
  }

  private func make() throws -> ChildProcess.Outcome {
    try book("make", "--out", place.folder("book"), "--logs", place.folder("logs"))
  }

  private func weave() throws -> ChildProcess.Outcome { try book("weave", "--html", "--out", place.folder("book")) }

  private func page() throws -> String {
    try String(contentsOfFile: place.folder("book/99-fake.html"), encoding: .utf8)
  }

  private func date(_ path: String) throws -> Date? {
    try FileManager.default.attributesOfItem(atPath: place.folder(path))[.modificationDate] as? Date
  }

  @Test func `a page whose prose has changed is woven from the run that is there, each verdict at its line`() throws {
    #expect(try make().code == 1)
    let (before, made) = (try line(), try date("out/99-fake/run.jsonl"))
    try edit("//: It computes nothing of interest.", "//: It computes **less** than that,\n//:\n//: and says more.")
    #expect(try line() == before + 2)
    #expect(try weave().code == 0)
    let page = try page()
    #expect(page.contains("<strong>less</strong>"))
    #expect(page.contains("FakeChapter.swift:\(before + 2)") && !page.contains("FakeChapter.swift:\(before)<"))
    // The check of the run names the line as it is now.
    let check = try place.book("check", "--recorded", "--runs", place.folder("out"))
    #expect(check.code == 1 && check.output.contains("FakeChapter.swift:\(before + 2)"), "\(check)")
    #expect(try date("out/99-fake/run.jsonl") == made)
    // So does a check that runs a program which was built before the edit.
    let anew = try place.book("check")
    #expect(anew.code == 1 && anew.output.contains("FakeChapter.swift:\(before + 2)"), "\(anew)")
    #expect(
      try place.book("list").output.contains("built from the code as it is; since, the prose of Tests/FakeChapter"))
  }

  @Test func `make only weaves after a change of prose, and does nothing the second time`() throws {
    #expect(try make().code == 1)
    let (run, page) = (try date("out/99-fake/run.jsonl"), try date("book/99-fake.html"))
    #expect(try make().output.contains("as it was"))
    #expect(try date("book/99-fake.html") == page, "nothing has changed, so nothing is woven")
    try edit("//: It computes nothing of interest.", "//: Other words.")
    let again = try make()
    #expect(again.output.contains("as it was") && again.code == 1)
    #expect(try date("out/99-fake/run.jsonl") == run)
    #expect(try date("book/99-fake.html") != page)
    #expect(try self.page().contains("Other words."))
  }

  @Test func `a page that is not as it was woven, or an index that is gone, is woven again`() throws {
    #expect(try make().code == 1)
    for name in ["99-fake.html", "index.html", "99-fake.md"] {
      let good = try String(contentsOfFile: place.folder("book/\(name)"), encoding: .utf8)
      try "spoiled".write(toFile: place.folder("book/\(name)"), atomically: true, encoding: .utf8)
      #expect(try make().code == 1)
      #expect(try String(contentsOfFile: place.folder("book/\(name)"), encoding: .utf8) == good, "\(name)")
    }
  }

  @Test(arguments: [
    ("say(\"a chapter that is not one\")", "say(\"another\")"),
    ("/// A long run that can be interrupted.", "/// Long."),
    ("//: What differs", "// What differs"), ("sleep(600)", "sleep(601)"),
  ])
  func `a change of code, and of any other comment, is refused as before`(old: String, new: String) throws {
    #expect(try make().code == 1)
    try edit(old, new)
    for outcome in try [weave(), place.book("check", "--recorded", "--runs", place.folder("out")), place.book("check")]
    {
      #expect(
        outcome.code == 2 && (outcome.output + outcome.errors).contains("FakeChapter.swift changed"), "\(outcome)")
    }
    let make = try make()
    #expect(
      make.code == 2 && make.output.contains("FakeChapter.swift changed")
        && make.output.contains("1 of 1 chapters failed"))
  }

  @Test func `a run with other options than the goldens' is not taken for theirs`() throws {
    #expect(try make().code == 1)
    let run = try ChildProcess.run(
      "ch99-fake", ["--go-wrong", "value", "--kernels", "openblas", "--out", place.folder("out/99-fake")])
    #expect(run.code == 0)
    #expect(try !make().output.contains("as it was"))
    #expect(try make().output.contains("as it was"))
  }
}
