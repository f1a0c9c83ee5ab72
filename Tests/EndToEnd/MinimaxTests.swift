import Foundation
import Kernels
import TestSupport
import Testing

/// Runs chapters 1 and 2, and 4 and 5 where they are alike, as a user would, a few iterations long.
@Suite(.serialized) struct MinimaxTests {
  private static let chapters = ["ch01-minimax", "ch02-algorithm-1"]
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ chapter: String, _ arguments: String..., environment: [String: String] = [:]) throws
    -> ChildProcess.Outcome
  {
    try ChildProcess.run(
      chapter, ["--out", folder("out"), "--iterations", "3"] + arguments, environment: environment)
  }

  @Test(arguments: chapters, ["float32", "float64"])
  func `the same seed gives the same bits on any number of threads and any instruction set`(
    _ chapter: String, _ dtype: String
  ) throws {
    var recordings: Set<Data> = []
    for instructionSet in InstructionSet.available.map(\.rawValue) {
      for threads in ["1", "2", "3"] {
        let outcome = try run(
          chapter, "--dtype", dtype, "--threads", threads,
          environment: instructionSet == "plain" ? [:] : ["BOOK_ISA": instructionSet])
        #expect(outcome.code == 0, "\(outcome.errors)")
        recordings.insert(try Data(contentsOf: URL(filePath: folder("out/recorded-\(dtype).safetensors"))))
      }
    }
    #expect(recordings.count == 1)
  }

  @Test(arguments: chapters) func `every picture is well formed and has no ids`(_ chapter: String) throws {
    #expect(try run(chapter).code == 0)
    let pictures = try FileManager.default.contentsOfDirectory(atPath: folder("out")).filter { $0.hasSuffix(".svg") }
    #expect(pictures.count >= 7)
    for picture in pictures {
      let svg = try String(contentsOfFile: folder("out/\(picture)"), encoding: .utf8)
      #expect(!svg.contains("nan") && !svg.contains(" id=") && svg.contains("<desc>") && svg.hasSuffix("</svg>\n"))
      #expect(svg.utf8.count < 200_000, "\(picture)")
    }
  }

  @Test(arguments: chapters + ["ch04-progan-parts", "ch05-wgan-gp"])
  func `resuming a chapter without checkpoints says so and starts anew`(_ chapter: String) throws {
    let outcome = try run(chapter, "--resume")
    #expect(outcome.code == 0 && outcome.errors.contains("nothing to resume"))
  }

  @Test(arguments: chapters) func `data and unknown exercises are refused`(_ chapter: String) throws {
    let data = try run(chapter, "--data", "/")
    #expect(data.code == 2 && data.errors.contains("makes its own data"))
    let exercise = try run(chapter, "--exercise", "4")
    #expect(exercise.code == 2 && exercise.errors.contains("expected 1, 2 or 3"))
  }

  @Test(arguments: chapters, ["1", "2", "3"]) func `every exercise has a starting point`(
    _ chapter: String, _ exercise: String
  )
    throws
  {
    let outcome = try run(chapter, "--exercise", exercise)
    #expect(outcome.code == 0 && outcome.output.contains("\n"))
  }

  @Test(arguments: chapters, [["--seed=-1"], ["--seed", "-1"], ["--seed", "18446744073709551615"]])
  func `a negative seed is the one that PyTorch makes of it, and the largest runs too`(
    _ chapter: String, _ seed: [String]
  ) throws {
    let outcome = try ChildProcess.run(chapter, ["--out", folder("out"), "--iterations", "2"] + seed)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let journal = try String(contentsOfFile: folder("out/run.jsonl"), encoding: .utf8)
    #expect(journal.contains("\"seed\": 18446744073709551615"))
    let tooLarge = try ChildProcess.run(chapter, ["--out", folder("out"), "--seed", "18446744073709551616"])
    #expect(tooLarge.code == 2 && tooLarge.errors.contains("18446744073709551615"), "\(tooLarge.errors)")
  }

  @Test func `an interrupted run says where and leaves no recording`() throws {
    let outcome = try ChildProcess.run(
      "ch02-algorithm-1", ["--out", folder("out"), "--profile", "full"], interruptAfterLines: 1)
    #expect(outcome.code == 130 && outcome.errors.contains("interrupted"))
    #expect(!FileManager.default.fileExists(atPath: folder("out/recorded-float32.json")))
  }
}
