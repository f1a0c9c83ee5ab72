import Foundation
import TestSupport
import Testing

/// Runs the answers to all exercises, a few iterations long.
@Suite(.serialized) struct AnswersTests {
  private static let chapters = [
    "ch01-minimax", "ch02-algorithm-1", "ch03-dcgan-cifar10", "ch04-progan-parts", "ch05-wgan-gp",
    "ch06-progan-training", "ch07-scores",
  ]

  @Test(arguments: chapters, ["1", "2", "3"]) func `every exercise has an answer that runs`(
    _ chapter: String, _ exercise: String
  ) throws {
    let folder = try TemporaryFolder()
    let outcome = try ChildProcess.run(
      chapter, ["--out", folder("out"), "--iterations", "2", "--answer", exercise])
    #expect(outcome.code == 0 && outcome.output.split(separator: "\n").count > 1, "\(outcome.errors)")
  }

  @Test func `an answer to no exercise, and an answer beside an exercise, are refused`() throws {
    for arguments in [["--answer", "4"], ["--answer", "1", "--exercise", "1"]] {
      let outcome = try ChildProcess.run("ch01-minimax", arguments)
      #expect(outcome.code == 2 && outcome.errors.contains("expected"), "\(outcome.errors)")
    }
  }
}
