import Foundation
import TestSupport
import Testing

/// `book check --shard i/n` on machines of their own, and one report of what they have recorded.
@Suite struct ShardEndToEnd {
  @Test func `shards run each a part, and a check of their recordings is one report of all`() throws {
    let place = try CheckerEndToEnd.Workplace()
    func shard(_ text: String) throws -> ChildProcess.Outcome { try place.book("check", "--shard", text) }
    func whole() throws -> ChildProcess.Outcome {
      try ChildProcess.run(
        "book", ["check", "--recording", place.folder("out/check"), "--goldens", place.folder("goldens")])
    }
    let first = try shard("1/2")
    #expect(first.code == 0 && first.output.contains("float64") && !first.output.contains("float32"))
    let half = try whole()
    #expect(half.code == 1 && half.output.contains("but no recording of it"), "a shard that never ran is missed")
    let second = try shard("2/2")
    #expect(second.code == 0 && second.output.contains("float32") && !second.output.contains("float64"))
    let both = try whole()
    #expect(both.code == 0 && both.output.contains("all 14 entries hold"), "\(both.output)\(both.errors)")
    // Half a check says nothing of the chapter.
    #expect(try place.book("list").output.contains("check    none"))
    #expect(try place.book("check").output.contains("all 14 entries hold"))
  }

  @Test(arguments: ["3/3", "0/2", "3/2", "x", "1"])
  func `a shard that is none, or has nothing to do, ends with 2`(text: String) throws {
    let outcome = try CheckerEndToEnd.Workplace().book("check", "--shard", text)
    #expect(outcome.code == 2 && outcome.errors.contains("--shard"))
  }
}
