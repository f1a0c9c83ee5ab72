import Foundation
import TestSupport
import Testing

/// A few of the kills that `make kills` makes 200 of.
@Suite struct KillEndToEnd {
  static let count = ProcessInfo.processInfo.environment["BOOK_KILLS"] ?? "3"

  @Test(arguments: ["03", "06"]) func `a run that is killed at any moment is gone on with to the same bits`(
    _ chapter: String
  ) throws {
    let folder = try TemporaryFolder()
    let outcome = try ChildProcess.run(
      Repository.root.appending(path: "scripts/kill-and-resume").path, [],
      environment: [
        "BOOK_BIN": ChildProcess.buildFolder.path, "COUNT": Self.count, "CHAPTERS": chapter, "OUT": folder("kills"),
        "ITERATIONS": "40",
      ], isBuilt: false)
    #expect(outcome.code == 0, "\(outcome)")
    #expect(outcome.output.contains("\(Self.count) kills") || outcome.output.contains("kills, 1 runs"), "\(outcome)")
  }
}
