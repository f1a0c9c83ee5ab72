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
    try runChapter("--go-wrong", "value")
    let outcome = try check()
    #expect(outcome.code == 1 && outcome.output.contains("wrong"))
  }

  @Test func `a chapter without a run fails and says what to do`() throws {
    let outcome = try check()
    #expect(outcome.code == 2 && outcome.errors.contains("book run 99-fake"))
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

  // MARK: - Sources that have changed, runs that were tidied up

  private func append(_ text: String, to path: String) throws {
    let old = try String(contentsOfFile: place.folder(path), encoding: .utf8)
    try (old + text).write(toFile: place.folder(path), atomically: true, encoding: .utf8)
  }

  /// Makes the place a checkout of the whole package, as it was when the programs were built.
  private func copyPackage() throws {
    // The last ones are libraries of a chapter's that `book` itself is built from.
    let libraries = ["Inception", "Classifier"].map { "chapters/07-scores/\($0)" }
    for path in ["Package.swift", "Sources", "Tests/FakeChapter"] + libraries {
      let copy = URL(filePath: place.folder(path))
      try FileManager.default.createDirectory(at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: Repository.root.appending(path: path), to: copy)
    }
  }

  /// What every command says that vouches for a program or a run.
  private func refusals() throws -> [(command: String, outcome: ChildProcess.Outcome)] {
    let goldens = ["--goldens", place.folder("goldens")]
    return try [
      ("check --recorded", check()), ("check", place.book("check")), ("bless", place.book("bless", "--yes")),
      ("run", ChildProcess.run("book", ["run", "99"] + goldens)),
      (
        "weave",
        ChildProcess.run(
          "book", ["weave", "99", "--md", "--runs", place.folder("out"), "--out", place.folder("book")] + goldens)
      ),
    ]
  }

  @Test func `after an edit of the chapter alone every command refuses its old program and run by name`() throws {
    try runChapter()
    try append("\n// changed", to: "chapters/99-fake/FakeChapter.swift")
    for (command, outcome) in try refusals() {
      #expect(outcome.code == 2, "\(command)")
      #expect((outcome.output + outcome.errors).contains("FakeChapter.swift changed"), "\(command)")
    }
    let list = try place.book("list").output
    #expect(list.contains("program  stale: since it was built, Tests/FakeChapter/FakeChapter.swift changed"))
    #expect(list.contains("recorded float32; stale"))
  }

  @Test(arguments: ["Package.swift", "Sources/Autograd/Gradients.swift", "Sources/Kernels/Source/Winograd.swift"])
  func `after an edit of the manifest or of a library every command refuses by name`(path: String) throws {
    try copyPackage()
    try runChapter()
    #expect(try check().code == 0)
    #expect(try place.book("list").output.contains("built from the sources as they are"))
    try append("\n// changed", to: path)
    // The kernels are one source, reached through a link for each instruction set.
    let name = path.split(separator: "/").last ?? ""
    for (command, outcome) in try refusals() + [("list", place.book("list"))] {
      #expect(outcome.code == 2 && outcome.errors.contains(name), "\(command): \(outcome.errors)")
    }
  }

  @Test func `a file that is new in a library, or gone from it, is an edit`() throws {
    try copyPackage()
    try runChapter()
    try "// new".write(toFile: place.folder("Sources/Files/New.swift"), atomically: true, encoding: .utf8)
    #expect(try check().errors.contains("Sources/Files/New.swift added"))
    try FileManager.default.removeItem(atPath: place.folder("Sources/Files/New.swift"))
    #expect(try check().code == 0)
    try FileManager.default.removeItem(atPath: place.folder("Sources/Files/Zstd.swift"))
    #expect(try check().errors.contains("Sources/Files/Zstd.swift removed"))
  }

  @Test func `without its journal, or with a doctored one, a run is not vouched for`() throws {
    try runChapter("--seed", "42")
    let path = place.folder("out/99-fake/run.jsonl")
    let journal = try String(contentsOfFile: path, encoding: .utf8)
    func doctored(_ old: String, _ new: String) throws -> ChildProcess.Outcome {
      let text = journal.replacingOccurrences(of: old, with: new)
      #expect(text != journal)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return try check()
    }
    #expect(try doctored("\"seed\": 42", "\"seed\": 0").code == 2)
    #expect(try doctored("a chapter that is not one", "a chapter").code == 2)
    #expect(try doctored("\"kind\": \"seal\"", "\"kind\": \"text\"").code == 2)
    try FileManager.default.removeItem(atPath: path)
    let without = try check()
    #expect(without.code == 2 && without.errors.contains("holds no run") && without.output.isEmpty)
  }

  @Test func `a journal beside the recording of another run is not vouched for`() throws {
    try runChapter()
    let path = place.folder("out/99-fake/run.jsonl")
    let journal = try Data(contentsOf: URL(filePath: path))
    try runChapter("--go-wrong", "value")
    try journal.write(to: URL(filePath: path))
    let outcome = try check()
    #expect(outcome.code == 2 && outcome.errors.contains("not as the run left it"))
  }
}
