/// Values counted in 30 equal intervals between the smallest and the largest, with their moments.
struct EventHistogram: Equatable {
  let minimum: Double
  let maximum: Double
  let count: Int
  let sum: Double
  let sumOfSquares: Double
  /// Upper limits of the intervals, ascending.
  let limits: [Double]
  let counts: [Double]

  private static let intervals = 30

  init(_ values: [Double]) {
    let finite = values.filter(\.isFinite)
    let low = finite.min() ?? 0
    let high = finite.max() ?? 0
    (minimum, maximum, count) = (low, high, finite.count)
    sum = finite.reduce(0, +)
    sumOfSquares = finite.reduce(0) { $0 + $1 * $1 }
    // TensorBoard wants an interval with some width even where all values are equal.
    let width = high > low ? (high - low) / Double(Self.intervals) : 1
    limits = (1...Self.intervals).map { $0 == Self.intervals && high > low ? high : low + Double($0) * width }
    var counts = [Double](repeating: 0, count: Self.intervals)
    for value in finite { counts[min(Int((value - low) / width), Self.intervals - 1)] += 1 }
    self.counts = counts
  }
}
