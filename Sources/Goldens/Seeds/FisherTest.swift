import Foundation

/// Whether two rates are one: Fisher's exact test, two-sided.
///
/// Of all tables with the same margins, p is the share, by the hypergeometric distribution, of those that are no more
/// probable than the one found.
package struct FisherTest: Sendable, Equatable {
  package let p: Double
  /// The smallest p that any number of ours could have beside the other's: where it is not below the level, the test
  /// cannot fail.
  package let smallestP: Double

  /// So many of `count` held here, so many of `otherCount` there.
  package init(held: Int, of count: Int, otherHeld: Int, of otherCount: Int) {
    precondition((0...count).contains(held) && (0...otherCount).contains(otherHeld) && count > 0 && otherCount > 0)
    p = Self.p(held, count, otherHeld, otherCount)
    smallestP = min(Self.p(0, count, otherHeld, otherCount), Self.p(count, count, otherHeld, otherCount))
  }

  private static func p(_ held: Int, _ count: Int, _ otherHeld: Int, _ otherCount: Int) -> Double {
    let total = held + otherHeld
    func share(_ here: Int) -> Double {
      exp(logChoose(count, here) + logChoose(otherCount, total - here) - logChoose(count + otherCount, total))
    }
    let found = share(held)
    let possible = max(0, total - otherCount)...min(count, total)
    // Tables that are equally probable come out a last bit apart.
    return min(1, possible.map(share).filter { $0 <= found * (1 + 1e-7) }.reduce(0, +))
  }
}
