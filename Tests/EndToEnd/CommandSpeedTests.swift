import TestSupport
import Testing

/// What a reader tries first answers at once.
@Suite(.serialized, .timed) struct CommandSpeedTests {
  private func time(_ arguments: [String]) throws -> Duration {
    let clock = ContinuousClock()
    let start = clock.now
    let outcome = try ChildProcess.run("book", arguments)
    let end = clock.now
    #expect(outcome.code == 0, "\(outcome)")
    print("book \(arguments.joined(separator: " ")): \(end - start)")
    return end - start
  }

  @Test func `4,000 portraits of 64 px are drawn in three seconds`() throws {
    #expect(try time(["portraits", "--count", "4000", "--size", "64", "--digest"]) < .seconds(3))
  }

  @Test func `samples from kept weights are drawn in two seconds`() throws {
    let folder = try TemporaryFolder()
    for chapter in ["03", "06"] {
      #expect(try time(["sample", "--trained", chapter, "--out", folder(chapter)]) < .seconds(2))
    }
  }
}
