import Foundation

/// How often something held, and the interval of rates that is not refuted by it (Clopper and Pearson 1934).
///
/// The lower end is the rate p at which k or more of n hold with a probability of (1 − level)/2, the upper end the one
/// at which k or fewer do. It is exact: whatever the true rate, the interval holds it in at least `level` of all
/// experiments. The runs must be independent.
package struct BinomialInterval: Sendable, Equatable {
  package let held: Int
  package let count: Int
  package let lower: Double
  package let upper: Double

  package static let level = 0.95

  /// - Precondition: 0 ≤ held ≤ count, count ≥ 1.
  package init(held: Int, of count: Int, level: Double = Self.level) {
    precondition(count >= 1 && (0...count).contains(held))
    self.held = held
    self.count = count
    let tail = (1 - level) / 2
    lower = held == 0 ? 0 : Self.root { Self.atLeast(held, of: count, rate: $0) - tail }
    upper = held == count ? 1 : Self.root { tail - (1 - Self.atLeast(held + 1, of: count, rate: $0)) }
  }

  /// P(X ≥ k) for X of n with the rate p: the sum of the smaller tail.
  static func atLeast(_ k: Int, of n: Int, rate p: Double) -> Double {
    let (logHeld, logNot) = (log(p), log1p(-p))
    func sum(_ range: ClosedRange<Int>) -> Double {
      var total = 0.0
      for held in range {
        let exponent: Double = logChoose(n, held) + Double(held) * logHeld + Double(n - held) * logNot
        total += exp(exponent)
      }
      return total
    }
    if k <= 0 { return 1 }
    if k > n { return 0 }
    return Double(k) > Double(n) * p ? sum(k...n) : 1 - sum(0...k - 1)
  }

  /// Where a rising function is 0, between 0 and 1.
  private static func root(_ function: (Double) -> Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { break }
      if function(middle) < 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

/// log of n over k.
func logChoose(_ n: Int, _ k: Int) -> Double {
  lgamma(Double(n) + 1) - lgamma(Double(k) + 1) - lgamma(Double(n - k) + 1)
}
