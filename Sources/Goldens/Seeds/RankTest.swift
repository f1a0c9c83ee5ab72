import Foundation

/// Whether two samples come from one distribution: the rank test of Wilcoxon, Mann and Whitney, two-sided.
///
/// All values are ranked together, equal ones with the mean of their ranks; W is the sum of the first sample's ranks,
/// its mean over all ways to divide the values n₁(N + 1)/2. p is the share of those ways whose W is at least as far
/// from the mean: counted, up to `exactLimit` values in all, with ties as they are; beyond, the normal approximation
/// with the variance that ties leave.
package struct RankTest: Sendable, Equatable {
  package let p: Double
  /// The smallest p that any division of these values could have: where it is not below the level, the test cannot
  /// fail.
  package let smallestP: Double
  package let isExact: Bool

  package static let exactLimit = 100

  /// - Precondition: neither sample is empty, no value is NaN.
  package init(_ first: [Double], _ second: [Double]) {
    precondition(!first.isEmpty && !second.isEmpty && !(first + second).contains(where: \.isNaN))
    let ranks = Self.doubledRanks(first + second)
    let total = ranks.count
    let sum = ranks.prefix(first.count).reduce(0, +)
    let deviation = abs(sum - first.count * (total + 1))
    isExact = total <= Self.exactLimit
    if isExact {
      let shares = Self.shares(ofSumsOf: first.count, in: ranks)
      let mean = first.count * (total + 1)
      let largest = shares.indices.filter { shares[$0] > 0 }.map { abs($0 - mean) }.max() ?? 0
      func share(_ deviation: Int) -> Double {
        min(1, shares.indices.reduce(0) { abs($1 - mean) >= deviation ? $0 + shares[$1] : $0 })
      }
      (p, smallestP) = (share(deviation), share(largest))
    } else {
      p = Self.normalP(Double(deviation) / 2, ranks, first.count)
      smallestP = Self.normalP(Double(first.count * second.count) / 2, ranks, first.count)
    }
  }

  /// Twice the rank of each value: whole numbers, with ties too.
  static func doubledRanks(_ values: [Double]) -> [Int] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Int](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for place in start...end { ranks[order[place]] = start + end + 2 }
      start = end + 1
    }
    return ranks
  }

  /// The share of the ways to take `count` of the ranks by their sum.
  private static func shares(ofSumsOf count: Int, in ranks: [Int]) -> [Double] {
    let largest = ranks.sorted().suffix(count).reduce(0, +)
    // ways[j][s]: in how many ways j of the ranks seen so far have the sum s.
    var ways = [[Double]](repeating: [Double](repeating: 0, count: largest + 1), count: count + 1)
    ways[0][0] = 1
    for rank in ranks {
      for taken in stride(from: count, to: 0, by: -1) {
        for sum in stride(from: largest, through: rank, by: -1) where ways[taken - 1][sum - rank] > 0 {
          ways[taken][sum] += ways[taken - 1][sum - rank]
        }
      }
    }
    let all = ways[count].reduce(0, +)
    return ways[count].map { $0 / all }
  }

  /// With a correction of ½ for continuity.
  private static func normalP(_ deviation: Double, _ ranks: [Int], _ count: Int) -> Double {
    let total = Double(ranks.count)
    let (n, m) = (Double(count), total - Double(count))
    let ties = Dictionary(grouping: ranks) { $0 }.values.reduce(0.0) { sum, group in
      let t = Double(group.count)
      return sum + (t * t * t - t)
    }
    let variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    guard variance > 0 else { return 1 }
    return min(1, erfc(max(0, deviation - 0.5) / variance.squareRoot() / 2.0.squareRoot()))
  }
}
