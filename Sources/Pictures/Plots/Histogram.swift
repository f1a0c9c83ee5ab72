/// How often samples fall into bins of equal width, as densities: each set's bars have area 1, less what lies outside
/// the range.
///
/// Sets are drawn as shaded steps, told apart by color and by dash pattern; curves such as the true density can stand
/// over them.
package struct Histogram: FramedPlot {
  package struct SampleSet: Sendable {
    package let name: String
    package let values: [Double]

    package init(_ name: String, _ values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  package let title: String
  package let description: String
  package let xLabel: String
  package var yLabel: String { "density" }
  package let sets: [SampleSet]
  package let curves: [LinePlot.Series]
  package let bins: Int
  package let range: ClosedRange<Double>

  /// `range` is what the finite samples span where it is `nil`.
  package init(
    title: String, description: String, xLabel: String, sets: [SampleSet], curves: [LinePlot.Series] = [],
    bins: Int = 40, range: ClosedRange<Double>? = nil
  ) {
    precondition(bins > 0, "a histogram of \(bins) bins")
    precondition(
      range.map { ($0.upperBound - $0.lowerBound).isNormal } ?? true, "a histogram over \(String(describing: range))")
    self.title = title
    self.description = description
    self.xLabel = xLabel
    self.sets = sets
    self.curves = curves
    self.bins = bins
    self.range = range ?? Self.span(of: sets.flatMap(\.values))
  }

  private static func span(of values: [Double]) -> ClosedRange<Double> {
    let finite = values.filter { abs($0) <= 1e300 }
    guard let least = finite.min(), let greatest = finite.max() else { return 0...1 }
    return greatest - least > 1e-300 ? least...greatest : least - 0.5...least + 0.5
  }

  /// Densities of a set's bins. The last bin holds the range's upper end; samples that are not finite count nowhere.
  package func densities(of set: SampleSet) -> [Double] {
    let width = range.upperBound / Double(bins) - range.lowerBound / Double(bins)
    let finite = set.values.filter(\.isFinite)
    var counts = [Double](repeating: 0, count: bins)
    for value in finite where range.contains(value) {
      counts[min(Int((value - range.lowerBound) / width), bins - 1)] += 1
    }
    return counts.map { finite.isEmpty ? 0 : $0 / (Double(finite.count) * width) }
  }

  private var lines: LinePlot {
    let edges = (0...bins).map {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(bins)
    }
    let steps = sets.map { set in
      let heights = densities(of: set)
      return LinePlot.Series(
        set.name, x: [edges[0]] + heights.indices.flatMap { [edges[$0], edges[$0 + 1]] } + [edges[bins]],
        y: [0] + heights.flatMap { [$0, $0] } + [0], isShaded: true)
    }
    return LinePlot(
      title: title, description: description, xLabel: xLabel, yLabel: yLabel, xRange: range, series: steps + curves)
  }

  package var legend: [LegendEntry] { lines.legend }
  package func frame(in area: PlotArea) -> PlotFrame { lines.frame(in: area) }
  package func marks(in frame: PlotFrame) -> String { lines.marks(in: frame) }
}
