import Foundation

/// Counts relative errors by power of ten: a shifted peak tells a wrong formula from rounding at a glance.
struct ErrorHistogram {
  private var equal = 0
  private var unbounded = 0
  private var decades: [Int: Int] = [:]

  mutating func add(_ relativeError: Double) {
    if relativeError == 0 {
      equal += 1
    } else if relativeError.isFinite {
      decades[min(max(Int(log10(relativeError).rounded(.down)), -17), 3), default: 0] += 1
    } else {
      unbounded += 1
    }
  }

  /// From equal to unbounded, empty bins left out.
  var bins: [HistogramBin] {
    var bins: [HistogramBin] = []
    if equal > 0 { bins.append(HistogramBin(label: "0", count: equal)) }
    for (decade, count) in decades.sorted(by: { $0.key < $1.key }) {
      bins.append(HistogramBin(label: "1e\(decade)", count: count))
    }
    if unbounded > 0 { bins.append(HistogramBin(label: "inf", count: unbounded)) }
    return bins
  }
}
