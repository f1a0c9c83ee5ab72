import TensorFiles
import Tensors

/// What the runs of a chapter from many seeds have recorded: every series, number and claim, by seed.
package struct SeedSummary: Sendable {
  package struct Values: Sendable {
    package let name: String
    package let kind: SeedDistributions.Kind
    /// One a seed, in the order of `seeds`; `nil` where the run of a seed did not record it.
    package var values: [Double?]
  }

  package struct Series: Sendable {
    package let name: String
    /// One a seed that recorded it.
    package var runs: [[Double]]
  }

  package let chapter: String
  package let precision: DType
  package let seeds: [UInt64]
  /// In the order of recording; a series has its last value here.
  package private(set) var values: [Values] = []
  package private(set) var series: [Series] = []
  private var places: [String: Int] = [:]

  private static let claimPrefix = "claim/"

  /// `recordings` has one for each seed.
  package init(chapter: String, precision: DType, recordings: [(seed: UInt64, recording: Recording)]) {
    self.chapter = chapter
    self.precision = precision
    seeds = recordings.map(\.seed)
    for (index, (_, recording)) in recordings.enumerated() {
      for entry in recording.entries { add(entry, of: index) }
    }
  }

  private mutating func add(_ entry: RecordedEntry, of index: Int) {
    guard entry.value.kind == .scalar || entry.value.kind == .series, let numbers = entry.value.elements?.values,
      let last = numbers.last
    else { return }
    let kind: SeedDistributions.Kind =
      entry.value.kind == .series ? .series : entry.name.hasPrefix(Self.claimPrefix) ? .claim : .scalar
    let place = places[entry.name] ?? values.count
    if place == values.count {
      places[entry.name] = place
      values.append(Values(name: entry.name, kind: kind, values: Array(repeating: nil, count: seeds.count)))
    }
    values[place].values[index] = last
    guard kind == .series else { return }
    if let known = series.firstIndex(where: { $0.name == entry.name }) {
      series[known].runs.append(numbers)
    } else {
      series.append(Series(name: entry.name, runs: [numbers]))
    }
  }

  package var claims: [Values] { values.filter { $0.kind == .claim } }
}

/// A distribution in five numbers: the quartiles interpolate between the values, as NumPy's do.
package struct FiveNumbers: Sendable, Equatable {
  package let minimum: Double
  package let lowerQuartile: Double
  package let median: Double
  package let upperQuartile: Double
  package let maximum: Double

  /// `nil` where there is no value, or one that is not finite: then nothing lies in order.
  package init?(_ values: [Double]) {
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    let sorted = values.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let low = Int(place)
      let high = min(low + 1, sorted.count - 1)
      return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
    (minimum, maximum) = (sorted[0], sorted[sorted.count - 1])
    (lowerQuartile, median, upperQuartile) = (quantile(0.25), quantile(0.5), quantile(0.75))
  }
}
