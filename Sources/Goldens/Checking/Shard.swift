/// One of several parts of a check that run on machines of their own: of all runs every `count`th, beginning with the
/// `index`th.
///
/// Which those are depends on the golden sets alone, so that the shards agree on them without speaking.
package struct Shard: Sendable, Equatable, CustomStringConvertible {
  /// From 1 to `count`.
  package let index: Int
  package let count: Int

  package static let limit = 1000

  /// Reads "2/3"; `nil` for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy(\.isASCII) && $0.first?.isNumber == true }),
      let index = Int(parts[0]), let count = Int(parts[1]), 1...Self.limit ~= count, 1...count ~= index
    else { return nil }
    self.index = index
    self.count = count
  }

  package var description: String { "\(index)/\(count)" }

  package func part<Element>(of all: [Element]) -> [Element] {
    all.enumerated().filter { $0.offset % count == index - 1 }.map(\.element)
  }
}
