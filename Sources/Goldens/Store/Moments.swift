/// What is kept of all elements of a tensor that is stored as a sample.
package struct Moments: Sendable, Equatable {
  package let mean: Double
  /// The population standard deviation (divided by N).
  package let standardDeviation: Double
  package let minimum: Double
  package let maximum: Double

  package init(mean: Double, standardDeviation: Double, minimum: Double, maximum: Double) {
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.minimum = minimum
    self.maximum = maximum
  }

  /// Computed in float64 in two passes; NaN anywhere makes all four NaN, as in NumPy.
  package init(of values: [Double]) {
    let count = Double(values.count)
    let mean = Self.sum(values) { $0 } / count
    let squares = Self.sum(values) { ($0 - mean) * ($0 - mean) }
    let holdsNaN = values.contains { $0.isNaN }
    self.init(
      mean: mean, standardDeviation: (squares / count).squareRoot(),
      minimum: holdsNaN ? .nan : values.min() ?? .nan, maximum: holdsNaN ? .nan : values.max() ?? .nan)
  }

  /// Summed in blocks, so that ten million elements lose no more digits than a few thousand.
  private static func sum(_ values: [Double], _ term: (Double) -> Double) -> Double {
    stride(from: 0, to: values.count, by: 2048).reduce(0) { total, start in
      total + values[start..<min(start + 2048, values.count)].reduce(0) { $0 + term($1) }
    }
  }

  package var values: [Double] { [mean, standardDeviation, minimum, maximum] }
  package static let names = ["mean", "std", "min", "max"]

  /// √(mean² + std²), the root mean square of the elements.
  package var rootMeanSquare: Double { (mean * mean + standardDeviation * standardDeviation).squareRoot() }
}
