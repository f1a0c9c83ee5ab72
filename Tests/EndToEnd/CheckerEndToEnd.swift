import Foundation
import Goldens
import Tensors
import TestSupport
import Testing

/// Runs the real `book` and the real fake chapter as a user would.
@Suite struct CheckerEndToEnd {
  /// A copy of the committed golden set whose chapter is run with a fault, and `book` on it.
  struct Workplace {
    let folder: TemporaryFolder

    init(fault: String = "none") throws {
      folder = try TemporaryFolder()
      try FileManager.default.createDirectory(atPath: folder("goldens"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: Repository.sample("99-fake", of: "Goldens").path, toPath: folder("goldens/99-fake"))
      try edit("manifest.json") {
        $0.replacingOccurrences(
          of: "\"runs\": {}",
          with: "\"runs\": {\"float32\": [\"--go-wrong\", \"\(fault)\"], \"float64\": [\"--go-wrong\", \"\(fault)\"]}")
      }
    }

    func edit(_ name: String, _ change: (String) -> String) throws {
      let path = folder("goldens/99-fake/" + name)
      let before = try String(contentsOfFile: path, encoding: .utf8)
      let after = change(before)
      #expect(after != before)
      try after.write(toFile: path, atomically: true, encoding: .utf8)
    }

    func book(_ arguments: String..., environment: [String: String] = [:]) throws -> ChildProcess.Outcome {
      let isList = arguments.first == "list"
      let places =
        ["--goldens", folder("goldens")] + (isList ? ["--runs", folder("out")] : ["--scratch", folder("out/check")])
      return try ChildProcess.run("book", arguments + places, environment: environment)
    }
  }

  @Test func `an untouched chapter holds, then is blessed, then holds bit for bit`() throws {
    let place = try Workplace()
    let first = try place.book("check", "99")
    #expect(first.code == 0 && first.output.contains("all 14 entries hold"))
    #expect(try place.book("check", "99-fake", "--exact").code == 1)
    #expect(try place.book("bless", "--yes").code == 0)
    let exact = try place.book("check", "--exact")
    #expect(exact.code == 0 && exact.output.contains("14 entries hold, bit for bit"))
    let again = try place.book("bless", "--yes")
    #expect(again.code == 0 && again.output.contains("nothing to change"))
    #expect(try place.book("list").output.contains("6 entries, 3 log lines, 7 blessed"))
  }

  @Test(.timeLimit(.minutes(5)), arguments: ["spin", "hang"])
  func `a chapter that does not end in time is stopped and named, even one that does not listen`(fault: String) throws {
    let outcome = try Workplace(fault: fault).book("check", "--time-limit", "1", "--jobs", "2")
    #expect(outcome.code == 1)
    let words = "the chapter had not ended after 1 s and was stopped"
    #expect(outcome.output.components(separatedBy: words).count == 3, "\(outcome.output)")
  }

  @Test(arguments: [
    ("value", ["wrong     weights float64", "[1, 3]", "first step that diverges: 13", "ch99_fake/FakeChapter.swift:"]),
    ("transposed", ["wrong     weights float32", "wrong     weights float64"]),
    ("nan", ["NaN: expected 0, found 1", "[1, 1]"]),
    ("missing", ["orphan    losses float64"]),
    ("extra", ["missing   extra float64"]),
    ("swappedLines", ["line 1: expected 0, found 1"]),
    ("logValue", ["line 3: expected 0.3333, found 0.3343"]),
    ("hash", ["wrong     draws float64", "every bit is fixed"]),
    ("otherShape", ["expected shape [3, 4], found [4, 3]"]),
    ("otherType", ["expected dtype float64, found float32"]),
    ("crash", ["killed by signal 9"]),
    ("exit", ["recorded-float64.json", "No such file"]),
    ("error", ["exit code 2", "the data is not there"]),
    ("empty", ["recorded nothing"]),
    ("duplicate", ["limit was recorded before"]),
  ])
  func `a planted fault is caught, named, and ends with 1`(fault: String, parts: [String]) throws {
    let outcome = try Workplace(fault: fault).book("check")
    #expect(outcome.code == 1)
    for part in parts { #expect(outcome.output.contains(part), "\(part) in \(outcome.output)") }
  }

  @Test func `reports are written beside the verdict, runs side by side give the same`() throws {
    let place = try Workplace(fault: "value")
    let summary = place.folder("summary.md")
    try Data().write(to: URL(fileURLWithPath: summary))
    let outcome = try place.book(
      "check", "--jobs", "2", "--json", place.folder("r.json"), "--junit", place.folder("r.xml"), "--html",
      place.folder("r.html"), environment: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary])
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("::error title=wrong%3A weights (float64)::1 of 12"))
    for name in ["r.json", "r.xml", "r.html", "summary.md"] {
      #expect(try String(contentsOfFile: place.folder(name), encoding: .utf8).contains("1 of 12 elements (8.33 %)"))
    }
    #expect(try place.book("check", "--json", place.folder("no/such/folder/r.json")).code == 2)
  }

  @Test func `a flipped last bit is let pass, and caught by --exact`() throws {
    let place = try Workplace(fault: "flippedBit")
    #expect(try place.book("check").code == 0)
    // Blessed without the fault, then run with it.
    try place.edit("manifest.json") { $0.replacingOccurrences(of: "flippedBit", with: "none") }
    #expect(try place.book("bless", "--yes").code == 0)
    try place.edit("manifest.json") { $0.replacingOccurrences(of: "\"none\"", with: "\"flippedBit\"") }
    let exact = try place.book("check", "--exact")
    #expect(exact.code == 1 && exact.output.contains("drifted   weights float64"))
    #expect(!exact.output.contains("drifted   big"))
  }

  @Test func `a damaged golden set fails with 1 and names the file`() throws {
    let place = try Workplace()
    let path = place.folder("goldens/99-fake/reference.safetensors.zst")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try bytes.prefix(bytes.count - 9).write(to: URL(fileURLWithPath: path))
    let outcome = try place.book("check")
    #expect(outcome.code == 1 && outcome.output.contains("reference.safetensors.zst"))
  }

  @Test func `what cannot be run ends with 2 and one clear line`() throws {
    let place = try Workplace()
    let unknown = try place.book("check", "98")
    #expect(unknown.code == 2)
    #expect(unknown.errors.contains("no chapter with goldens \"98\"; with goldens there are 99-fake"))
    #expect(try place.book("check", "--no-such-option").code == 2)
    #expect(try ChildProcess.run("book", ["check", "--goldens", place.folder("nowhere")]).code == 2)
    #expect(try ChildProcess.run("book", ["--help"]).code == 0)
    try FileManager.default.moveItem(atPath: place.folder("goldens/99-fake"), toPath: place.folder("goldens/98-none"))
    try FileManager.default.copyItem(atPath: place.folder("goldens/98-none"), toPath: place.folder("goldens/97-none"))
    let text = try String(contentsOfFile: place.folder("goldens/97-none/manifest.json"), encoding: .utf8)
    try text.replacingOccurrences(of: "99-fake", with: "97-none")
      .write(toFile: place.folder("goldens/97-none/manifest.json"), atomically: true, encoding: .utf8)
    let absent = try place.book("check", "97")
    #expect(absent.code == 2 && absent.output.contains("swift build"))
    // A manifest in the wrong folder does not hold.
    #expect(try place.book("check", "98").code == 1)
  }

  @Test func `list tells what is recorded, checked and stale`() throws {
    let place = try Workplace()
    let fresh = try place.book("list").output
    #expect(fresh.contains("run      none") && fresh.contains("check    none"))
    #expect(try place.book("check").code == 0)
    #expect(try ChildProcess.run("ch99-fake", ["--out", place.folder("out/99-fake")]).code == 0)
    let checked = try place.book("list").output
    #expect(checked.contains("check    of all precisions: holds (14 drifted), ") && !checked.contains("stale"))
    #expect(checked.contains("recorded float32\n"))
    #expect(try place.book("bless", "--yes").code == 0)
    #expect(try place.book("list").output.contains("; stale: the goldens have changed since"))
    try FileManager.default.createDirectory(atPath: place.folder("chapters/07-new"), withIntermediateDirectories: true)
    #expect(try !place.book("list").output.contains("07-new"))
    try "".write(toFile: place.folder("chapters/07-new/main.swift"), atomically: true, encoding: .utf8)
    #expect(try place.book("list").output.contains("07-new"))
    try place.edit("log.txt") { $0 + "x" }
    #expect(try place.book("list").output.contains("damaged: "))
  }

  @Test func `list and check name the program that has changed since it computed the reference`() throws {
    let place = try Workplace()
    #expect(try !place.book("check").errors.contains("since the reference was computed"))
    try FileManager.default.createDirectory(
      atPath: place.folder("goldens/reference"), withIntermediateDirectories: true)
    try "".write(toFile: place.folder("goldens/reference/checker_samples.py"), atomically: true, encoding: .utf8)
    let check = try place.book("check")
    #expect(check.code == 0)
    #expect(
      check.errors.contains(
        "99-fake: since the reference was computed, goldens/reference/checker_samples.py changed\n"), "\(check)")
    #expect(try place.book("list").output.contains("; stale: since, goldens/reference/checker_samples.py changed\n"))
    try place.edit("manifest.json") { $0.replacingOccurrences(of: "\"checker_samples.py\"", with: "\"../../x.py\"") }
    let odd = try place.book("check")
    #expect(odd.code == 0 && odd.errors.contains("expected a path below the checkout"), "\(odd)")
    #expect(try place.book("list").output.contains("; damaged provenance: "))
  }

  /// The blessing's own run takes most of the time, so the kills are spread over all of it; fault injection covers the
  /// rest.
  @Test func `a blessing killed at any moment leaves the old manifest or the new one`() throws {
    let place = try Workplace()
    let path = URL(fileURLWithPath: place.folder("goldens/99-fake/manifest.json"))
    let old = try Data(contentsOf: path)
    for attempt in 0..<12 {
      _ = try ChildProcess.run(
        "book", ["bless", "--yes", "--goldens", place.folder("goldens"), "--scratch", place.folder("scratch")],
        killAfter: 0.03 * Double(attempt + 1), signal: SIGKILL)
      let now = try Data(contentsOf: path)
      #expect(now == old || String(decoding: now, as: UTF8.self).hasSuffix("}\n"))
      #expect(try place.book("check").code == 0)
      try old.write(to: path)
    }
  }

  @Test func `bless refuses in CI, without an answer, and for what is wrong`() throws {
    let place = try Workplace(fault: "value")
    let manifest = try Data(contentsOf: URL(fileURLWithPath: place.folder("goldens/99-fake/manifest.json")))
    let inCI = try place.book("bless", "--yes", environment: ["CI": "true"])
    #expect(inCI.code == 2 && inCI.errors.contains("CI"))
    let refused = try place.book("bless", "--yes")
    #expect(refused.code == 1 && refused.output.contains("weights: refused, wrong against the reference"))
    #expect(refused.output.contains("99-fake: nothing blessed"))
    // Entries that hold are blessed where they are named, and nothing is without an answer.
    #expect(try place.book("bless", "--entry", "li*").code == 2)
    #expect(try Data(contentsOf: URL(fileURLWithPath: place.folder("goldens/99-fake/manifest.json"))) == manifest)
    #expect(try place.book("bless", "--yes", "--entry", "li*").code == 0)
    #expect(try place.book("list").output.contains("float64: 6 entries, 3 log lines, 1 blessed"))
  }

  @Test func `--entry narrows the check, and matching nothing fails`() throws {
    let place = try Workplace(fault: "hash")
    #expect(try place.book("check", "--entry", "w*").code == 0)
    #expect(try place.book("check", "--entry", "dra*").code == 1)
    let none = try place.book("check", "--entry", "nothing*")
    #expect(none.code == 1 && none.output.contains("no entry matches"))
  }

  @Test func `--entry runs only the precisions whose goldens hold a matching entry`() throws {
    let place = try Workplace()
    // The reference and the manifest's index must agree, so the golden set is written anew without the entry.
    var writer = GoldenSetWriter(chapter: "99-fake")
    for precision in ["float32", "float64"] {
      let folder = place.folder("made-\(precision)")
      #expect(try ChildProcess.run("ch99-fake", ["--dtype", precision, "--out", folder]).code == 0)
      let whole = try Recording(readingFrom: folder, precision == "float32" ? .float32 : .float64)
      writer.add(
        Recording(
          chapter: whole.chapter, precision: whole.precision,
          entries: whole.entries.filter { precision == "float64" || $0.name != "limit" }, log: whole.log))
    }
    try writer.write(to: place.folder("goldens/99-fake"))
    let one = try place.book("check", "--entry", "limit")
    #expect(one.code == 0 && !one.errors.contains("float32") && one.errors.contains("float64"), "\(one.errors)")
    let both = try place.book("check", "--entry", "lo*")
    #expect(both.code == 0 && both.errors.contains("float32") && both.errors.contains("float64"))
  }

  @Test(arguments: [
    ["--threads", "0"], ["--iterations", "0"], ["--dtype", "float16"], ["--seed", "18446744073709551616"],
    ["--profile", "slow"],
    ["--decimals", "99"],
    ["--nonsense"],
  ])
  func `a chapter refuses options that make no sense with 2`(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let outcome = try ChildProcess.run("ch99-fake", arguments + ["--out", folder("out")])
    #expect(outcome.code == 2 && outcome.errors.contains("Error: "))
    #expect(folder.names.isEmpty)
  }

  @Test func `a chapter refuses an output folder it cannot write before it works`() throws {
    let folder = try TemporaryFolder()
    try Data().write(to: URL(fileURLWithPath: folder("file")))
    let outcome = try ChildProcess.run("ch99-fake", ["--out", folder("file/out")])
    #expect(outcome.code == 2 && outcome.errors.contains("file/out") && outcome.output.isEmpty)
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func `a report that cannot be written is refused before anything is run`() throws {
    let place = try Workplace()
    for option in ["--json", "--junit", "--html"] {
      let outcome = try place.book("check", option, place.folder("none/report"))
      #expect(outcome.code == 2 && outcome.errors.contains("none") && !outcome.errors.contains("running"))
    }
  }

  @Test func `a run leaves recording and journal at its end, and a crash what was there`() throws {
    let folder = try TemporaryFolder()
    #expect(try ChildProcess.run("ch99-fake", ["--out", folder.path, "--seed", "18446744073709551615"]).code == 0)
    #expect(folder.names == ["recorded-float32.json", "recorded-float32.safetensors", "run.jsonl"])
    let journal = try String(contentsOfFile: folder("run.jsonl"), encoding: .utf8)
    #expect(journal.contains("18446744073709551615") && journal.contains("FakeChapter.swift"))
    // What differs from seed to seed is four entries, of which seed 0 has none.
    #expect(journal.split(separator: "\n").count == 1 + 1 + 6 + 3 + 4 + 1)
    _ = try ChildProcess.run("ch99-fake", ["--out", folder.path, "--go-wrong", "crash"])
    #expect(try String(contentsOfFile: folder("run.jsonl"), encoding: .utf8) == journal)
    let empty = try TemporaryFolder()
    _ = try ChildProcess.run("ch99-fake", ["--out", empty.path, "--go-wrong", "crash"])
    #expect(empty.names.isEmpty)
  }

  @Test func `interrupting a run ends with 130, says how to go on and leaves no recording`() throws {
    let folder = try TemporaryFolder()
    let outcome = try ChildProcess.run("ch99-fake", ["--out", folder.path, "--go-wrong", "spin"], killAfter: 0.6)
    #expect(outcome.code == 130 && outcome.errors.contains("--resume"))
    #expect(folder.names.isEmpty)
  }
}
