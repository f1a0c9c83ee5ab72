import Files
import Foundation
import Literate
import TensorFiles
import TestSupport
import Testing

@Suite struct DocumentsAppendixTests {
  /// Fails where a line or an entry that the appendix speaks of no longer exists.
  @Test func `the book's own appendix refers to nothing that is not there`() throws {
    let appendix = try DocumentsAppendix(repository: Repository.root.path)
    #expect(Set(appendix.references.map(\.chapter)).count >= 6)
  }

  private func workshop(_ appendix: String) throws -> Workshop {
    let workshop = try Workshop(["main.swift": "//: # T\n\nlet a = 1\nlet b = 2\nlet bc = 3\n"])
    try workshop.write(run: [], scalars: [("x/1", 1, 3), ("y", 2, 4)])
    try AtomicFile.write("# The *pieces*\n\n## A document\n\(appendix)", to: workshop.folder(DocumentsAppendix.path))
    return workshop
  }

  @Test func `references lead to the line and to the entry on the chapter's page`() throws {
    let workshop = try workshop("### P\nA: [[97-test/main.swift: let a]]; B: [[97-test # x/*]].\n")
    #expect(try workshop.weave(formats: [.html, .md]).failures.isEmpty)
    func read(_ name: String) throws -> String {
      try String(contentsOfFile: "\(workshop.book)/\(name)", encoding: .utf8)
    }
    let (page, chapter, index) = (try read("the-documents.html"), try workshop.page("html"), try read("index.html"))
    #expect(page.contains("<h1>The pieces</h1>"))
    let targets = page.matches(of: /href="97-test\.html#([^"]+)"/).map { String($0.1) }
    #expect(targets.count == 2 && targets[1] == "golden-x-1" && targets[0].hasSuffix("-3"))
    for target in targets { #expect(chapter.contains("id=\"\(target)\""), "\(target)") }
    #expect(index.contains("<a href=\"the-documents.html\">The pieces</a>"))
    #expect(chapter.contains("rel=\"next\" href=\"the-documents.html\""))
    #expect(try read("the-documents.md").contains("A: chapter 97, `main.swift:3`; B: golden `x/*` of chapter 97."))
  }

  @Test(arguments: [
    ("[[97-test/main.swift: let d]]", "no line of the file holds this text"),
    ("[[97-test/main.swift: let b]]", "lines 4, 5 hold this text"),
    ("[[97-test/gone.swift: let b]]", "there is no file chapters/97-test/gone.swift"),
    ("[[97-test # z]]", "the goldens of 97-test hold no such entry"),
    ("[[96-test # y]]", "the goldens of 96-test hold no such entry"), ("[[97-test]]", "expected"),
    ("nothing", "the piece refers to no line"),
  ])
  func `a reference to nothing fails with its line, and the chapters are woven all the same`(
    _ text: String, _ reason: String
  ) throws {
    let workshop = try workshop("### P\n\(text)\n\n### Q\n**Instead.** Nothing, for a reason.\n")
    let outcome = try workshop.weave(formats: [.md])
    let failure = try #require(outcome.failures.first)
    #expect(failure.chapter == "the-documents" && failure.reason.contains(reason), "\(failure.reason)")
    #expect(failure.reason.contains("the-documents.md:\(text == "nothing" ? 4 : 5): "))
    #expect(outcome.woven.count == 1)
  }
}
