/// Seeds as somebody names them: "0..19", "0..190/10" (every tenth), "3,7,11".
package struct SeedRange: Sendable, Equatable, CustomStringConvertible {
  /// Ascending, each once.
  package let seeds: [UInt64]
  /// As it was written.
  package let description: String

  /// More runs than anybody waits for.
  package static let limit = 10_000
  package static let form = "seeds as 0..19, 0..190/10 (every tenth) or 3,7,11"

  /// `nil` for anything else, for no seed at all, a seed twice, and more than `limit`.
  package init?(_ text: String) {
    var found: [UInt64] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let seeds = Self.seeds(part), found.count + seeds.count <= Self.limit else { return nil }
      found += seeds
    }
    guard !found.isEmpty, Set(found).count == found.count else { return nil }
    seeds = found.sorted()
    description = text
  }

  private static func seeds(_ part: Substring) -> [UInt64]? {
    let halves = part.split(separator: "/", omittingEmptySubsequences: false)
    let ends = halves[0].split(separator: "..", omittingEmptySubsequences: false)
    guard halves.count <= 2, ends.count <= 2, let low = number(ends[0]), let high = number(ends[ends.count - 1]),
      low <= high, let step = halves.count == 2 ? number(halves[1]) : 1, step > 0, halves.count == 1 || ends.count == 2,
      (high - low) / step < UInt64(limit)
    else { return nil }
    return (0...(high - low) / step).map { low + $0 * step }
  }

  /// Digits alone: `UInt64("+3")` is 3, too.
  private static func number(_ text: Substring) -> UInt64? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(text) : nil
  }
}
