import Foundation
import TestSupport
import Testing

/// `book check --recorded`: runs that are there are checked, and not made anew.
@Suite struct RecordedCheckEndToEnd {
  private let place: CheckerEndToEnd.Workplace

  init() throws {
    place = try CheckerEndToEnd.Workplace()
    try FileManager.default.createDirectory(atPath: place.folder("chapters"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Repository.root.appending(path: "Tests/FakeChapter").path, toPath: place.folder("chapters/99-fake"))
  }

  private func runChapter(_ arguments: String...) throws {
    let outcome = try ChildProcess.run("ch99-fake", arguments + ["--out", place.folder("out/99-fake")])
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  private func check() throws -> ChildProcess.Outcome {
    try place.book("check", "--recorded", "--runs", place.folder("out"))
  }

  @Test func `a run that holds is found to hold, in the precision that was run last`() throws {
    try runChapter()
    let outcome = try check()
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("float32") && !outcome.output.contains("float64"))
    try runChapter("--dtype", "float64")
    let other = try check()
    #expect(other.code == 0 && other.output.contains("float64") && !other.output.contains("float32"))
  }

  @Test func `a run with a wrong value does not hold`() throws {
    try runChapter("--fault", "value")
    let outcome = try check()
    #expect(outcome.code == 1 && outcome.output.contains("wrong"))
  }

  @Test func `a chapter without a run fails and says what to do`() throws {
    let outcome = try check()
    #expect(outcome.code == 2 && outcome.output.contains("book run 99-fake"))
  }

  @Test(arguments: [
    (["--seed", "42"], "seed 42, the goldens hold seed 0"), (["--iterations", "3"], "iterations 3"),
    (["--profile", "full"], "profile full"), (["--decimals", "9"], "decimals 9, the goldens hold decimals 4"),
  ])
  func `a run with other options than the goldens hold is not compared`(_ options: [String], _ words: String) throws {
    let outcome = try ChildProcess.run("ch99-fake", options + ["--out", place.folder("out/99-fake")])
    #expect(outcome.code == 0)
    let verdict = try check()
    #expect(verdict.code == 2 && verdict.errors.contains(words) && verdict.errors.contains("book run 99-fake"))
    #expect(verdict.output.isEmpty)
  }

  @Test func `a run of other sources than those there now is refused`() throws {
    try runChapter()
    let source = place.folder("chapters/99-fake/FakeChapter.swift")
    let text = try String(contentsOfFile: source, encoding: .utf8)
    try (text + "\n// changed").write(toFile: source, atomically: true, encoding: .utf8)
    let outcome = try check()
    #expect(outcome.code == 2 && outcome.errors.contains("FakeChapter.swift") && outcome.errors.contains("stale"))
  }
}
