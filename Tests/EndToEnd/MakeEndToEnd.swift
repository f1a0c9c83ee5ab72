import Foundation
import TestSupport
import Testing

/// `book make`, what `make book` does: a line a chapter, and pages whatever the numbers are.
@Suite struct MakeEndToEnd {
  private func make(
    in place: CheckerEndToEnd.Workplace, _ others: String...
  ) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      "book",
      [
        "make", "--goldens", place.folder("goldens"), "--runs", place.folder("out"), "--out", place.folder("book"),
        "--logs", place.folder("logs"),
      ] + others)
  }

  /// Runs it on a checkout whose only chapter is the fake one, with a fault.
  private func make(_ fault: String) throws -> (outcome: ChildProcess.Outcome, place: CheckerEndToEnd.Workplace) {
    let place = try CheckerEndToEnd.Workplace(fault: fault)
    try FileManager.default.createDirectory(atPath: place.folder("chapters"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Repository.root.appending(path: "Tests/FakeChapter").path, toPath: place.folder("chapters/99-fake"))
    return (try make(in: place), place)
  }

  @Test func `an unchanged chapter is not run again, a changed golden is noticed, and --force runs it`() throws {
    let (first, place) = try make("none")
    #expect(first.code == 0 && !first.output.contains("as it was"), "\(first)")
    let journal = place.folder("out/99-fake/run.jsonl")
    let made = try String(contentsOfFile: journal, encoding: .utf8)
    func modified() throws -> Date? {
      try FileManager.default.attributesOfItem(atPath: journal)[.modificationDate] as? Date
    }
    let date = try modified()
    let again = try make(in: place)
    #expect(again.code == 0 && again.output.contains("as it was  7 values hold"), "\(again)")
    #expect(try modified() == date)
    // Weights of a whole run are data: newer ones have every chapter run again.
    try FileManager.default.createDirectory(
      atPath: place.folder("goldens/99-fake/full"), withIntermediateDirectories: true)
    try "weights".write(toFile: place.folder("goldens/99-fake/full/x.zst"), atomically: true, encoding: .utf8)
    #expect(try !make(in: place).output.contains("as it was"))
    #expect(try modified() != date)
    #expect(try make(in: place).output.contains("as it was"))
    #expect(try !make(in: place, "--force").output.contains("as it was"))
    // A run that is not as it was left is made again, too.
    try (made + "\n").write(toFile: journal, atomically: true, encoding: .utf8)
    let mended = try make(in: place)
    #expect(mended.code == 0 && !mended.output.contains("as it was"), "\(mended)")
  }

  @Test func `a chapter that holds takes one line, and the last one is the address of the book`() throws {
    let (outcome, place) = try make("none")
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.code == 0 && lines.count == 2, "\(outcome.output)\(outcome.errors)")
    #expect(lines.first?.contains("7 values hold, 7 with other bits than were blessed") == true)
    #expect(lines.last.map { $0 == "the book: \(place.folder("book/index.html"))" } == true)
    #expect(FileManager.default.fileExists(atPath: place.folder("book/99-fake.html")))
    let log = try String(contentsOfFile: place.folder("logs/99-fake.txt"), encoding: .utf8)
    #expect(log.contains("a chapter that is not one"))
    #expect(try place.book("list").output.contains("check    of the run: holds (7 drifted)"))
  }

  @Test func `a changed experiment is woven, ends with 1, and what differs and how to go on is said`() throws {
    let (outcome, place) = try make("value")
    #expect(outcome.code == 1)
    for part in [
      "values differ from PyTorch's run of the unchanged chapter", "wrong losses", "git checkout", "book reference 99",
      "book bless 99", "the book: ",
    ] {
      #expect(outcome.output.contains(part), "\(part) in \(outcome.output)")
    }
    let page = try String(contentsOfFile: place.folder("book/99-fake.html"), encoding: .utf8)
    #expect(page.contains("differs from PyTorch’s run of the unchanged chapter"))
    #expect(try String(contentsOfFile: place.folder("logs/check.txt"), encoding: .utf8).contains("wrong     losses"))
  }

  @Test(arguments: ["error", "crash"])
  func `a chapter that fails is named with its last words, and nothing is woven of it`(fault: String) throws {
    let (outcome, place) = try make(fault)
    #expect(outcome.code == 2 && outcome.output.contains("99-fake"))
    #expect(outcome.output.contains(fault == "error" ? "the data is not there" : "killed by signal 9"))
    #expect(outcome.output.contains("book make 99-fake"))
    #expect(!FileManager.default.fileExists(atPath: place.folder("book/99-fake.html")))
  }
}
