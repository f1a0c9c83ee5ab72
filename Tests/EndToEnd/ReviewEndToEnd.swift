import Files
import Foundation
import Goldens
import TensorFiles
import Tensors
import TestSupport
import Testing

/// `book review` on a terminal, and `book bless --recorded`.
@Suite struct ReviewEndToEnd {
  private let place: CheckerEndToEnd.Workplace

  init() throws {
    place = try CheckerEndToEnd.Workplace()
    try FileManager.default.createDirectory(atPath: place.folder("chapters"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Repository.root.appending(path: "Tests/FakeChapter").path, toPath: place.folder("chapters/99-fake"))
  }

  private var folders: [String] {
    [
      "--goldens", place.folder("goldens"), "--scratch", place.folder("out/check"), "--runs", place.folder("out"),
      "--comments",
      place.folder("out/review.jsonl"),
    ]
  }

  private func review(_ arguments: String..., answers: [String]) throws -> ChildProcess.Outcome {
    try PseudoTerminal.run(
      "book", ["review"] + arguments + folders, questions: ["[q]uit?", "comment:"], answers: answers)
  }

  private func manifest() throws -> Manifest { try Manifest(contentsOf: place.folder("goldens/99-fake/manifest.json")) }

  private func fault(_ name: String, after old: String = "none") throws {
    try place.edit("manifest.json") { $0.replacingOccurrences(of: "\"\(old)\"", with: "\"\(name)\"") }
  }

  // MARK: - Chapters

  @Test func `drifted entries are accepted one by one, in both precisions, and the others stay`() throws {
    #expect(try place.book("check").code == 0)
    // The first is accepted, the second skipped, then the reviewer goes.
    let outcome = try review("99", answers: ["a", "s", "q"])
    #expect(outcome.code == 0, "\(outcome)")
    for part in [
      "1 of 7", "drifted", "99-fake/weights", "expected", "found", "allowed", "no digest was blessed yet", "2 blessed",
      "1 accepted, 1 skipped, 5 left", "accepting: float64 weights: new",
    ] {
      #expect(outcome.output.contains(part), "\(part) in \(outcome.output)")
    }
    #expect(try manifest().digests.mapValues { $0.keys.sorted() } == [.float32: ["weights"], .float64: ["weights"]])
    // What is accepted is not asked about again.
    let next = try review("99", answers: ["a", "a", "a", "a", "a", "a"])
    #expect(next.output.contains("1 of 6") && next.output.contains("6 accepted"), "\(next)")
    #expect(try place.book("check", "--exact").code == 0)
    let done = try review("99", answers: [])
    #expect(done.code == 0 && done.output.contains("nothing to review"))
  }

  @Test func `a wrong value is shown with its first differing step and cannot be accepted`() throws {
    try fault("value")
    #expect(try place.book("check").code == 1)
    let before = try Data(contentsOf: URL(filePath: place.folder("goldens/99-fake/manifest.json")))
    let outcome = try review("99", "--entry", "losses", answers: ["a"])
    #expect(outcome.code == 1, "\(outcome)")
    for part in [
      "wrong", "first step that diverges: 13", "cannot be accepted: ", "refused: ", "wrong against the reference",
      "1 refused",
    ] {
      #expect(outcome.output.contains(part), "\(part) in \(outcome.output)")
    }
    #expect(try Data(contentsOf: URL(filePath: place.folder("goldens/99-fake/manifest.json"))) == before)
  }

  @Test func `missing and orphan entries are shown and cannot be accepted`() throws {
    try fault("extra")
    #expect(try place.book("check").code == 1)
    let missing = try review("99", "--entry", "extra", answers: ["a"])
    #expect(missing.code == 1 && missing.output.contains("there is no reference to hold it against"), "\(missing)")
    try fault("missing", after: "extra")
    #expect(try place.book("check").code == 1)
    let orphan = try review("99", "--entry", "losses", answers: ["a"])
    #expect(orphan.code == 1 && orphan.output.contains("the run did not record it"), "\(orphan)")
  }

  @Test func `a comment is kept and shown the next time, unclear answers are asked again, Ctrl-D ends`() throws {
    #expect(try place.book("check").code == 0)
    let outcome = try review("99", "--entry", "weights", answers: ["what", "c", "why so?"])
    #expect(
      outcome.code == 0 && outcome.output.contains("noted in") && outcome.output.contains("1 commented"), "\(outcome)")
    let ended = try review("99", "--entry", "weights", answers: ["\u{4}"])
    #expect(ended.code == 0 && ended.output.contains("why so?") && ended.output.contains("1 left"), "\(ended)")
    #expect(try manifest().digests.isEmpty)
  }

  @Test func `comments are lines of a file`() throws {
    var comments = try ReviewComments(path: place.folder("c/review.jsonl"))
    let wrong = EntryResult(name: "losses", precision: .float64, kind: "series", verdict: .wrong)
    let result = PrecisionResult(chapter: "99-fake", precision: .float64, entries: [wrong])
    let item = try #require(ReviewItem.items(of: [result]).first)
    try comments.add("why\nso?", on: item)
    try comments.add("because", on: item)
    let read = try ReviewComments(path: place.folder("c/review.jsonl"))
    #expect(read.on(item).map(\.text) == ["why\nso?", "because"])
    try "nonsense\n".write(toFile: place.folder("c/review.jsonl"), atomically: true, encoding: .utf8)
    #expect(throws: FileError.self) { try ReviewComments(path: place.folder("c/review.jsonl")) }
  }

  @Test func `without a terminal, in CI, without a check, and of other code it refuses with 2`() throws {
    let piped = try ChildProcess.run("book", ["review", "99"] + folders)
    #expect(piped.code == 2 && piped.errors.contains("needs a terminal") && piped.errors.contains("check --html"))
    let ci = try ChildProcess.run("book", ["review", "99"] + folders, environment: ["CI": "true"])
    #expect(ci.code == 2 && ci.errors.contains("where CI is set"))
    let nothing = try review("99", answers: ["a"])
    #expect(
      nothing.code == 2 && nothing.output.contains("no recording of float64 can be vouched for (there is none)"),
      "\(nothing)")
    #expect(try place.book("check").code == 0)
    let source = place.folder("chapters/99-fake/FakeChapter.swift")
    let text = try String(contentsOfFile: source, encoding: .utf8)
    try (text + "// changed\n").write(toFile: source, atomically: true, encoding: .utf8)
    let changed = try review("99", answers: ["a"])
    #expect(changed.code == 2 && changed.output.contains("FakeChapter.swift changed"), "\(changed)")
  }

  // MARK: - Recordings

  @Test func `recordings of CI are reviewed, and accepting replaces the golden`() throws {
    func record(_ value: Double) throws {
      let recorder = Recorder(chapter: "model", precision: .float64)
      let here = SourceLocation(file: "train.py", line: 3)
      recorder.record("loss", series: [1, 0.5, value], .within(atol: 1e-9, rtol: 0), at: here)
      recorder.record("other", scalar: 2, .exact, at: here)
      try recorder.recording().write(to: place.folder("artifact/model"))
    }
    func check() throws -> ChildProcess.Outcome {
      try ChildProcess.run(
        "book", ["check", "--recording", place.folder("artifact"), "--goldens", place.folder("own")])
    }
    func review(_ answers: [String]) throws -> ChildProcess.Outcome {
      try PseudoTerminal.run(
        "book",
        [
          "review", "--recording", place.folder("artifact"), "--goldens", place.folder("own"), "--comments",
          place.folder("r.jsonl"),
        ], questions: ["[q]uit?", "comment:"], answers: answers)
    }
    try record(0.25)
    let first = try review(["a", "a"])
    #expect(first.code == 0 && first.output.contains("missing") && first.output.contains("2 accepted"), "\(first)")
    #expect(try check().code == 0)
    try record(0.75)
    let skipped = try review(["s"])
    #expect(skipped.code == 1 && skipped.output.contains("first step that diverges: 2"), "\(skipped)")
    #expect(try check().code == 1)
    let accepted = try review(["a"])
    #expect(accepted.code == 0 && accepted.output.contains("takes the place of the golden"), "\(accepted)")
    #expect(try check().code == 0)
    try record(.nan)
    let refused = try review(["a"])
    #expect(refused.code == 1 && refused.output.contains("NaN or infinite"), "\(refused)")
  }

  // MARK: - Blessing what is recorded

  @Test func `bless --recorded takes the last check's bits without a run, and refuses those of other code`() throws {
    let without = try place.book("bless", "99", "--recorded", "--yes", "--runs", place.folder("out"))
    #expect(without.code == 2 && without.errors.contains("run `"), "\(without)")
    #expect(try place.book("check").code == 0)
    // A run would now record wrong values: it is not made.
    try fault("value")
    let outcome = try place.book("bless", "99", "--recorded", "--yes", "--runs", place.folder("out"))
    #expect(outcome.code == 0 && outcome.output.contains("14 blessed"), "\(outcome)")
    #expect(!outcome.errors.contains("running"))
    let source = place.folder("chapters/99-fake/FakeChapter.swift")
    let text = try String(contentsOfFile: source, encoding: .utf8)
    try text.replacingOccurrences(of: "//: It computes", with: "//: It calculates").write(
      toFile: source, atomically: true, encoding: .utf8)
    #expect(try place.book("bless", "99", "--recorded", "--yes", "--runs", place.folder("out")).code == 0)
    try (text + "// changed\n").write(toFile: source, atomically: true, encoding: .utf8)
    let stale = try place.book("bless", "99", "--recorded", "--yes", "--runs", place.folder("out"))
    #expect(stale.code == 2 && stale.errors.contains("FakeChapter.swift changed"), "\(stale)")
    #expect(try place.book("bless", "--recorded", "--recording", "x").code == 2)
  }

  @Test func `bless --recorded refuses wrong values, a recording of some entries, and one that was edited`() throws {
    try fault("value")
    #expect(try place.book("check").code == 1)
    let wrong = try place.book("bless", "99", "--recorded", "--yes", "--runs", place.folder("out"))
    #expect(wrong.code == 1 && wrong.output.contains("refused, wrong against the reference"), "\(wrong)")
    #expect(try manifest().digests.isEmpty)
    try fault("none", after: "value")
    #expect(try place.book("check", "--entry", "limit").code == 0)
    let some = try place.book("bless", "99", "--recorded", "--yes", "--runs", place.folder("out"))
    #expect(some.code == 2 && some.errors.contains("only for entries named limit"), "\(some)")
    #expect(try place.book("check").code == 0)
    let index = place.folder("out/check/99-fake/float64/recorded-float64.json")
    let text = try String(contentsOfFile: index, encoding: .utf8)
    try (text + " ").write(toFile: index, atomically: true, encoding: .utf8)
    let edited = try place.book("bless", "99", "--recorded", "--yes", "--runs", place.folder("out"))
    #expect(edited.code == 2 && edited.errors.contains("not as the run left it"), "\(edited)")
  }
}
