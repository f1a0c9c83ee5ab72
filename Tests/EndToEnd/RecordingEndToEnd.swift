import Foundation
import Goldens
import Tensors
import TestSupport
import Testing

/// `book check --recording` and `book bless --recording`: what any program has recorded, without a chapter and without
/// a project.
@Suite struct RecordingEndToEnd {
  private let place: TemporaryFolder

  init() throws { place = try TemporaryFolder() }

  private func record(
    _ name: String = "model", _ values: [Double] = [1, 2, 3], precision: DType = .float64, extra: Bool = false,
    log: String? = nil, weights: [Double]? = nil
  ) throws {
    let recorder = Recorder(chapter: name, precision: precision)
    let here = SourceLocation(file: "run.py", line: 5)
    let tolerance = Tolerance.within(atol: 1e-9, rtol: 1e-7)
    recorder.record("loss", series: values, tolerance, at: here)
    if extra { recorder.record("extra", scalar: 7, tolerance, at: here) }
    if let weights { recorder.record("weights", Tensor(weights, shape: [weights.count]), tolerance, at: here) }
    if let log { recorder.record(log: log, tolerance, at: here) }
    try recorder.write(to: place("recordings/\(name)"))
  }

  private func book(_ arguments: String..., environment: [String: String] = [:]) throws -> ChildProcess.Outcome {
    let places = ["--recording", place("recordings"), "--goldens", place("goldens")]
    return try ChildProcess.run("book", arguments + places, environment: environment)
  }

  @Test func `the first golden is shown and asked for, then holds bit for bit`() throws {
    try record(log: "step 1 loss 0.5")
    let first = try book("check")
    #expect(first.code == 1 && first.output.contains("missing   loss float64") && first.output.contains("bless"))
    let unasked = try book("bless")
    #expect(unasked.code == 2 && unasked.errors.contains("bless model: 2 new? [y/N]"))
    #expect(unasked.output.contains("loss float64: series of float64 [3]") && unasked.output.contains("1.0 2.0 3.0"))
    #expect(!FileManager.default.fileExists(atPath: place("goldens")))
    #expect(try book("bless", "--yes").code == 0)
    let exact = try book("check", "--exact")
    #expect(exact.code == 0 && exact.output.contains("all 2 entries hold, bit for bit"), "\(exact.output)")
    #expect(try book("bless", "--yes").output.contains("nothing to change"))
    let names = try FileManager.default.contentsOfDirectory(atPath: place("goldens"))
    #expect(names == ["model"], "nothing is left beside the set")
  }

  @Test func `bits that drift hold, and blessing them leaves the reference where it was`() throws {
    try record()
    #expect(try book("bless", "--yes").code == 0)
    try record("model", [1, 2, 3 + 2e-7])
    #expect(try book("check").code == 0)
    #expect(try book("check", "--exact").code == 1)
    #expect(try book("bless", "--yes").output.contains("1 blessed"))
    #expect(try book("check", "--exact").code == 0)
    let goldens = try GoldenSet(readingFrom: place("goldens/model"))
    #expect(goldens.reference[.float64]?["loss"]?.elements?.values == [1, 2, 3])
    try record("model", [1, 2, 3 + 4e-7])
    #expect(try book("check").code == 1)
  }

  @Test func `what does not agree is wrong, and takes the old one's place only with --replace`() throws {
    try record()
    #expect(try book("bless", "--yes").code == 0)
    try record("model", [1, 2.5, 3])
    let wrong = try book("check")
    #expect(wrong.code == 1 && wrong.output.contains("first step that diverges: 1"))
    let refused = try book("bless", "--yes")
    #expect(refused.code == 1 && refused.output.contains("refused, for 1 goldens would be lost"))
    #expect(refused.output.contains("first step that diverges: 1"))
    #expect(try book("check").code == 1)
    #expect(try book("bless", "--yes", "--replace").code == 0)
    #expect(try book("check", "--exact").code == 0)
    #expect(try book("bless", "--yes", environment: ["CI": "true"]).code == 2)
  }

  @Test func `entries come and go, --entry leaves the others alone`() throws {
    try record(extra: true, log: "step 1")
    #expect(try book("bless", "--yes").code == 0)
    try record("model", [9, 9, 9])
    let gone = try book("check")
    #expect(gone.code == 1 && gone.output.contains("orphan    extra") && gone.output.contains("orphan    log"))
    #expect(try book("bless", "--yes", "--replace", "--entry", "loss").code == 0)
    #expect(try book("check", "--entry", "loss").code == 0)
    #expect(try book("check", "--entry", "nothing").code == 1)
    #expect(try book("check").output.contains("orphan    extra"))
    #expect(try book("bless", "--yes", "--replace").code == 0)
    #expect(try book("check", "--exact").code == 0)
  }

  @Test func `values that are NaN become a golden only where that is said`() throws {
    try record("model", [1, .nan, .infinity])
    let refused = try book("bless", "--yes")
    #expect(refused.code == 1 && refused.output.contains("loss: 2 of 3"))
    #expect(try book("bless", "--yes", "--nonfinite").code == 0)
    #expect(try book("check", "--exact").code == 0)
  }

  @Test(arguments: ["loss: nan", "Loss_D: -inf  Loss_G: 0.5", "NaN"])
  func `a line of the log that says NaN becomes a golden only where that is said`(line: String) throws {
    try record(log: line)
    let refused = try book("bless", "--yes")
    #expect(refused.code == 1 && refused.output.contains("log: 1 of 1 lines"))
    #expect(try book("bless", "--yes", "--nonfinite").code == 0)
  }

  @Test func `a NaN outside of a sample is found by the moments`() throws {
    let count = 100_000
    let sampled = Set(SamplePositions.positions(name: "weights", count: count))
    var numbers = [Double](repeating: 0.5, count: count)
    numbers[try #require((0..<count).first { !sampled.contains($0) })] = .nan
    try record(weights: numbers)
    let refused = try book("bless", "--yes")
    #expect(refused.code == 1 && refused.output.contains("weights: some of 100000, outside of its sample"))
    #expect(try book("bless", "--yes", "--nonfinite").code == 0)
  }

  @Test func `a golden that nothing was recorded for fails, unless it was not asked for`() throws {
    try record("one")
    try record("two")
    try record("two", precision: .float32)
    #expect(try book("bless", "--yes").code == 0)
    try FileManager.default.removeItem(atPath: place("recordings/one"))
    try FileManager.default.removeItem(atPath: place("recordings/two/recorded-float32.json"))
    try FileManager.default.removeItem(atPath: place("recordings/two/recorded-float32.safetensors"))
    let outcome = try book("check")
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("goldens/one, but no recording") && outcome.output.contains("goldens/two, but no"))
    #expect(try book("check", "two").output.contains("1 of 2 runs failed"))
    #expect(try book("bless", "one", "--yes").errors.contains("one was not recorded"))
    try FileManager.default.removeItem(atPath: place("recordings"))
    try record("one")
    #expect(try book("check", "one").code == 0)
    let unknown = try book("check", "three")
    #expect(unknown.code == 2 && unknown.errors.contains("no recording \"three\""))
  }

  @Test func `reports are those of chapters, annotations point to the file that recorded`() throws {
    try record()
    #expect(try book("bless", "--yes").code == 0)
    try record("model", [1, 2, 4])
    let outcome = try book(
      "check", "--json", place("r.json"), "--junit", place("r.xml"), "--html", place("r.html"),
      environment: ["GITHUB_ACTIONS": "true"])
    #expect(outcome.code == 1 && outcome.output.contains("::error title=wrong%3A loss (float64)::1 of 3"))
    for name in ["r.json", "r.xml", "r.html"] {
      #expect(try String(contentsOfFile: place(name), encoding: .utf8).contains("1 of 3 elements"))
    }
    #expect(try book("check", "--json", place("none/r.json")).code == 2)
  }

  @Test func `a recording from hostile hands ends with 2 and names its file`() throws {
    try record()
    let path = place("recordings/model/recorded-float64.json")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for (old, new, word) in [
      ("\"model\"", "\"../../up\"", "../../up"), ("1e-07", "\"nan\"", "tolerance"),
      ("loss", "lo\\u001bss", "control character"),
      ("\"log\"", "\"\\u001b[2J\": 1, \"log\"", "[2J"),
    ] {
      try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
      for command in ["check", "bless"] {
        let outcome = try book(command)
        #expect(
          outcome.code == 2 && outcome.errors.contains(path) && outcome.errors.contains(word), "\(outcome.errors)")
        #expect(!outcome.errors.contains("\u{1B}"))
      }
    }
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
    let linked = try book("check")
    #expect(
      linked.code == 2 && linked.errors.contains("\(path): expected a file or folder of its own, found a symbolic"))
    #expect(!FileManager.default.fileExists(atPath: place("goldens")))
  }

  @Test func `golden sets of reference programs are checked, and never changed`() throws {
    let sample = Repository.sample("99-fake", of: "Goldens").path
    try FileManager.default.createDirectory(atPath: place("goldens"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: sample, toPath: place("goldens/99-fake"))
    for precision in ["float32", "float64"] {
      let run = try ChildProcess.run(
        "ch99-fake", ["--dtype", precision, "--out", place("recordings/\(precision)"), "--go-wrong", "value"])
      #expect(run.code == 0)
    }
    let outcome = try book("check")
    #expect(outcome.code == 1 && outcome.output.contains("wrong     weights float64"))
    let refused = try book("bless", "--yes", "--replace")
    #expect(refused.code == 2 && refused.errors.contains("made by a reference program"))
  }

  @Test(arguments: [["--recorded"], ["--jobs", "2"], ["--profile", "full"], ["--self-test"], ["--time-limit", "5"]])
  func `options of chapters are refused beside --recording`(options: [String]) throws {
    try record()
    let outcome = try ChildProcess.run("book", ["check", "--recording", place("recordings")] + options)
    #expect(outcome.code == 2, "\(outcome.errors)")
  }
}
