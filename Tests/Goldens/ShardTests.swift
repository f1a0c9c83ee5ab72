import Goldens
import Testing

@Suite struct ShardTests {
  @Test func `the shards of a check are all of it, each run once`() throws {
    for count in 1...7 {
      let parts = try (1...count).map { try #require(Shard("\($0)/\(count)")).part(of: Array(0..<10)) }
      #expect(parts.flatMap { $0 }.sorted() == Array(0..<10))
      #expect((parts.map(\.count).max() ?? 0) - (parts.map(\.count).min() ?? 0) <= 1)
    }
  }

  @Test(arguments: ["", "1", "/", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1/9999", "+1/2", " 1/2", "1/1e3"])
  func `what names no shard is refused`(text: String) { #expect(Shard(text) == nil) }
}
