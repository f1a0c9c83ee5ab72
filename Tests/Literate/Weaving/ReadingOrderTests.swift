import Literate
import TestSupport
import Testing

@Suite struct ReadingOrderTests {
  private func order(_ sources: [String: String]) throws -> [String] {
    let workshop = try Workshop(sources)
    let sources = try ChapterSources(
      chapter: Workshop.chapter, folder: workshop.folder("chapters/97-test"), shownFolder: "chapters/97-test")
    return sources.blocks.compactMap { if case .prose(let prose) = $0.block { prose.markdown } else { nil } }
  }

  @Test func `numbered files come by number, others by name, main last`() throws {
    let names = ["main.swift", "10-J.swift", "2-B.swift", "other.swift"]
    #expect(
      try order(names.reduce(into: [:]) { $0[$1] = "//: \($1)\n" }) == [
        "2-B.swift", "10-J.swift", "other.swift", "main.swift",
      ])
  }

  @Test func `a library is read behind the chapter's opening and before the rest`() throws {
    let found = try order([
      "1-A.swift": "//: # Title\n//:\n//: Opening.\n//:\n//: ## First\n", "main.swift": "//: last\n",
      "Lib/B.swift": "//: b\n", "Lib/A.swift": "//: a\n", "Lib/Deep/C.swift": "//: c\n",
    ])
    #expect(found == ["# Title\n\nOpening.", "c", "a", "b", "## First", "last"])
  }

  @Test func `prose can say where a file or a folder is woven in`() throws {
    let found = try order([
      "1-A.swift": "//: one\n//:\n//: {{weave Lib/B.swift}}\n//:\n//: two\n//: {{weave Other}}\n",
      "main.swift": "//: last\n",
      "Lib/B.swift": "//: b\n", "Lib/A.swift": "//: a\n", "Other/C.swift": "//: c\n",
    ])
    // The opening is all of the first file's first prose; A is asked for nowhere.
    #expect(found.firstIndex(of: "b") == found.firstIndex(of: "two").map { $0 - 1 })
    #expect(found.suffix(2) == ["c", "last"] && found.count == 6)
  }

  @Test(arguments: [
    ("//: {{weave Nothing}}\n", ":1:"), ("//: a\n//: {{weave Lib}}\n//: {{weave Lib/A.swift}}\n", ":3:"),
    ("//: {{weave 1-A.swift}}\n", "only once"),
  ])
  func `a file that is not there or asked for twice is an error`(text: String, word: String) {
    let error = #expect(throws: WeavingError.self) { try order(["1-A.swift": text, "Lib/A.swift": "//: a\n"]) }
    #expect(error?.description.contains(word) == true, "\(String(describing: error))")
  }

  @Test func `files are found by module and name`() throws {
    let workshop = try Workshop(["main.swift": "", "Lib/main.swift": "", "Lib/A.swift": "", "Own/B.swift": ""])
    let sources = try ChapterSources(
      chapter: Workshop.chapter, folder: workshop.folder("chapters/97-test"), shownFolder: "c")
    func path(_ id: String) -> String? { sources.file(withID: id).map { sources.files[$0].path } }
    #expect(path("ch97_test/main.swift") == "main.swift" && path("Lib/main.swift") == "Lib/main.swift")
    #expect(path("Lib/A.swift") == "Lib/A.swift" && path("ch97_test/B.swift") == "Own/B.swift")
    #expect(path("Other/A.swift") == nil && path("ch97_test/Z.swift") == nil && path("A.swift") == nil)
  }
}
