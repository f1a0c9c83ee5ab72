import TestSupport
import Testing

@Suite(.serialized, .timed) struct WeavingSpeedTests {
  @Test func `a huge journal is woven in seconds and stays a page`() throws {
    let workshop = try Workshop(["main.swift": JoiningTests.source])
    try workshop.write(run: (0..<50_000).map { Workshop.text("step \($0)", 3) })
    let clock = ContinuousClock()
    let start = clock.now
    try workshop.weave()
    #expect(clock.now - start < .seconds(20))
    #expect(try workshop.page("md").utf8.count < 5_000)
  }
}
