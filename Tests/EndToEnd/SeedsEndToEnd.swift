import Foundation
import TestSupport
import Testing

/// `book run --seeds` and `book check --seeds` on the fake chapter.
@Suite struct SeedsEndToEnd {
  private let place: CheckerEndToEnd.Workplace

  init() throws {
    place = try CheckerEndToEnd.Workplace()
    try FileManager.default.createDirectory(atPath: place.folder("chapters"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Repository.root.appending(path: "Tests/FakeChapter").path, toPath: place.folder("chapters/99-fake"))
  }

  private func book(_ arguments: [String], environment: [String: String] = [:], killAfter: Double? = nil) throws
    -> ChildProcess.Outcome
  {
    let command =
      Array(arguments.prefix(1)) + ["--goldens", place.folder("goldens"), "--seed-runs", place.folder("seeds")]
    return try ChildProcess.run(
      "book", command + arguments.dropFirst(), environment: environment, killAfter: killAfter)
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: place.folder(path), encoding: .utf8) }

  // MARK: - Running

  @Test func `many seeds run in folders of their own, and a page and a summary say what they have in common`() throws {
    let outcome = try book(["run", "99", "--seeds", "1..8", "--jobs", "3"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    for part in [
      "99-fake float32, 8 seeds", "seed is even  4 of 8  [15.7 %, 84.3 %], 4 of 8 independent runs", "always", "8 of 8",
    ] {
      #expect(outcome.output.contains(part), "\(part) in \(outcome.output)")
    }
    // In a pipe the progress is lines, a seed each, and nothing moves a cursor.
    #expect(outcome.errors.split(separator: "\n").count { $0.contains("99-fake seed ") } == 8)
    #expect(!outcome.errors.contains("\u{1B}") && !outcome.output.contains("\u{1B}"))
    let page = try text("seeds/99-fake/index.html")
    for part in [
      "<h2>Claims</h2>", "seed is even", "class=\"extremes\"", "aria-label=\"curve over 20 steps", "<h2>Numbers</h2>",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(!page.contains("http") && !page.contains("<script"))
    #expect(try text("seeds/99-fake/summary.txt").contains("seed is even"))
    for seed in 1...8 { #expect(try text("seeds/99-fake/seed-\(seed)/run.jsonl").contains("\"seed\": \(seed)")) }
  }

  @Test func `what is there is kept, other options and --force run it again, a damaged run is made again`() throws {
    #expect(try book(["run", "99", "--seeds", "1..3"]).code == 0)
    let again = try book(["run", "99", "--seeds", "1..4"])
    #expect(again.code == 0 && again.errors.contains("3 of 4 runs were there") && again.output.contains("4 seeds"))
    let path = place.folder("seeds/99-fake/seed-2/run.jsonl")
    try (try text("seeds/99-fake/seed-2/run.jsonl") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try book(["run", "99", "--seeds", "1..4"]).errors.contains("3 of 4 runs were there"))
    #expect(try !book(["run", "99", "--seeds", "1..4", "--force"]).errors.contains("were there"))
    #expect(
      try !book(["run", "99", "--seeds", "1..4", "--", "--go-wrong", "otherSeeds"]).errors.contains("were there"))
  }

  @Test func `a seed that fails is named, the others are shown, and the exit code is 2`() throws {
    let outcome = try book(["run", "99", "--seeds", "1..4", "--", "--go-wrong", "oddSeedsFail"])
    #expect(outcome.code == 2 && outcome.output.contains("2 seeds"), "\(outcome)")
    #expect(outcome.errors.contains("2 of 4 runs failed (seeds 1, 3)") && outcome.errors.contains("seed is odd"))
    #expect(try text("seeds/99-fake/index.html").contains("Runs that failed"))
    let none = try book(["run", "99", "--seeds", "1,3", "--", "--go-wrong", "oddSeedsFail"])
    #expect(none.code == 2 && none.errors.contains("no run of 99-fake came to its end"))
  }

  @Test func `an interrupted command keeps what is done and goes on`() throws {
    #expect(try book(["run", "99", "--seeds", "1..2"]).code == 0)
    let outcome = try book(["run", "99", "--seeds", "1..4", "--", "--go-wrong", "spin"], killAfter: 2)
    #expect(outcome.code == 130 && outcome.errors.contains("the same command goes on"), "\(outcome)")
    // The options were others, so nothing of theirs was done; the next command with the first ones makes all it lacks.
    let next = try book(["run", "99", "--seeds", "1..4"])
    #expect(next.code == 0 && next.output.contains("4 seeds"), "\(next)")
  }

  @Test(arguments: [
    (["--seeds", "4..1"], "expected seeds as 0..19"), (["--seeds", "0..20000"], "at most 10000"),
    (["--jobs", "2"], "--seeds beside it"),
    (["--seeds", "1..2", "--jobs", "0"], "expected 1 to 256"),
    (["--seeds", "1..2", "--", "--seed", "4"], "every run has its own"),
    (["--seeds", "1..2", "--", "--out=x"], "every run has its own"),
  ])
  func `bad use ends with 2 and says what is expected`(arguments: [String], words: String) throws {
    let outcome = try book(["run", "99"] + arguments)
    #expect(outcome.code == 2 && outcome.errors.contains(words), "\(outcome)")
  }

  // MARK: - Checking

  /// Writes a reference over many seeds with the script's own store, from what runs of other seeds recorded.
  private func makeReference(seeds: Int = 40, edit: (String) -> String = { $0 }) throws {
    let program = """
      import json, math, sys
      sys.path.insert(0, "\(Repository.root.appending(path: "goldens/reference").path)")
      sys.modules["safetensors"] = sys.modules["safetensors.numpy"] = sys.modules["zstandard"] = type(sys)("absent")
      import seed_store
      store = seed_store.SeedStore("99-fake", "float32", seed_store.seeds("101..\(100 + seeds)"))
      mask = (1 << 64) - 1
      for seed in store.seeds:
          state = (seed * 6364136223846793005 + 1442695040888963407) & mask
          def draw():
              global state
              state = (state * 6364136223846793005 + 1442695040888963407) & mask
              return (state >> 11) / (1 << 53)
          curve = [draw() + step for step in range(20)]
          store.add("series", "curve", curve[-1])
          store.add("scalar", "end", draw())
          store.add("claim", "claim/seed is even", seed % 2 == 0)
          store.add("claim", "claim/always", True)
          store.add("series", "losses", 1 / 20)
          store.add("scalar", "limit", math.log(2))
      store.write(sys.argv[1])
      """
    let path = place.folder("goldens/99-fake/seeds.json")
    let outcome = try ChildProcess.run(
      try #require(PythonWithNumPy.path), ["-c", program, path], isBuilt: false)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try edit(text).write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func check(_ arguments: String..., fault: String? = nil) throws -> ChildProcess.Outcome {
    if let fault {
      try place.edit("manifest.json") { $0.replacingOccurrences(of: "\"none\"", with: "\"\(fault)\"") }
    }
    return try book(["check", "99"] + arguments)
  }

  @Test(.enabled(if: PythonWithNumPy.path != nil, Comment(rawValue: PythonWithNumPy.absence)))
  func `other seeds of the same chapter hold, with rates, intervals and the rate of false alarms`() throws {
    try makeReference()
    let outcome = try check("--seeds", "1..30", "--html", place.folder("seeds.html"))
    #expect(outcome.code == 0, "\(outcome)")
    for part in [
      "30 runs against 40 of the reference", "seed is even: 15 of 30 [31 %, 69 %]; 20 of 40 [34 %, 66 %], p = 1",
      "% of such checks raise a false alarm", "end values: 2 of 4 are distributed", "2 not judged", "hold",
    ] {
      #expect(outcome.output.contains(part), "\(part) in \(outcome.output)")
    }
    #expect(try text("seeds.html").contains("Against the reference"))
    // The goldens themselves are what they were.
    #expect(try place.book("check").code == 0)
  }

  @Test(
    .enabled(if: PythonWithNumPy.path != nil, Comment(rawValue: PythonWithNumPy.absence)),
    arguments: [("otherSeeds", "differs  curve"), ("otherClaim", "differs  always")])
  func `another distribution and another rate are found and named, also on GitHub`(fault: String, words: String) throws
  {
    try makeReference()
    try place.edit("manifest.json") { $0.replacingOccurrences(of: "\"none\"", with: "\"\(fault)\"") }
    let outcome = try book(["check", "99", "--seeds", "1..30"], environment: ["GITHUB_ACTIONS": "true"])
    #expect(outcome.code == 1 && outcome.output.contains(words), "\(outcome)")
    #expect(outcome.output.contains("::error title=wrong%3A "))
    #expect(!outcome.output.contains("\u{1B}"))
  }

  @Test(.enabled(if: PythonWithNumPy.path != nil, Comment(rawValue: PythonWithNumPy.absence)))
  func `a check that could not fail is none, and a value without a reference fails`() throws {
    try makeReference()
    let few = try check("--seeds", "1")
    #expect(few.code == 2 && few.errors.contains("no outcome could fail"), "\(few)")
    let only = try check("--seeds", "1..30", "--entry", "claim/seed*")
    #expect(only.code == 0 && only.output.contains("each of 1 tests"), "\(only)")
    let typo = try check("--seeds", "1..30", "--entry", "clam*")
    #expect(typo.code == 2 && typo.errors.contains("no claim and no end value matches"))
    // A reference that lacks a value, and one that has more.
    let path = place.folder("goldens/99-fake/seeds.json")
    try FileManager.default.removeItem(atPath: path)
    #expect(try check("--seeds", "1..30").errors.contains("no reference over many seeds"))
  }

  @Test(
    .enabled(if: PythonWithNumPy.path != nil, Comment(rawValue: PythonWithNumPy.absence)),
    arguments: [
      ("\"format\": 1", "\"format\": 2"), ("\"seeds_per_run\": 1", "\"seeds_per_run\": 0"),
      ("\"kind\": \"claim\"", "\"kind\": \"clam\""),
      ("\"content_sha256\": \"", "\"content_sha256\": \"0"), ("0.6931471805599453", "0.7"), ("99-fake", "98-fake"),
      ("{", "["),
    ])
  func `a damaged reference is refused with 2 and named`(old: String, new: String) throws {
    try makeReference { $0.replacingOccurrences(of: old, with: new) }
    let outcome = try check("--seeds", "1..30")
    #expect(outcome.code == 2 && outcome.errors.contains("seeds.json"), "\(outcome)")
  }

  @Test(arguments: [
    ["--recorded"], ["--exact"], ["--json", "x"], ["--junit", "x"], ["--profile", "full"], ["--self-test"],
    ["--shard", "1/2"],
  ])
  func `what is not for many seeds is refused by name`(options: [String]) throws {
    let outcome = try book(["check", "99", "--seeds", "1..30"] + options)
    #expect(outcome.code == 2 && outcome.errors.contains("--seeds"), "\(outcome)")
  }
}
