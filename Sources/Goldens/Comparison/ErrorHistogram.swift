import Foundation

/// Counts relative errors by power of ten: a shifted peak tells a wrong formula from rounding at a glance.
struct ErrorHistogram {
  private static let lowest = -17
  private static let highest = 3

  private var equal = 0
  private var unbounded = 0
  private var decades = [Int](repeating: 0, count: highest - lowest + 1)

  mutating func addEqual() { equal += 1 }

  mutating func add(_ relativeError: Double) {
    if relativeError == 0 {
      equal += 1
    } else if relativeError.isFinite {
      let decade = Int(log10(relativeError).rounded(.down))
      decades[min(max(decade, Self.lowest), Self.highest) - Self.lowest] += 1
    } else {
      unbounded += 1
    }
  }

  /// From equal to unbounded, empty bins left out.
  var bins: [HistogramBin] {
    var bins: [HistogramBin] = []
    if equal > 0 { bins.append(HistogramBin(label: "0", count: equal)) }
    for (index, count) in decades.enumerated() where count > 0 {
      bins.append(HistogramBin(label: "1e\(index + Self.lowest)", count: count))
    }
    if unbounded > 0 { bins.append(HistogramBin(label: "inf", count: unbounded)) }
    return bins
  }
}
