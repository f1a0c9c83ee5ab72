import Files
import Foundation

/// A series over many seeds as an SVG: the extremes as a light band, the middle half as a darker one, the median as a
/// line.
struct BandPlot {
  let name: String
  private let bands: [FiveNumbers?]
  private let isShorter: Bool

  private static let (width, height, left, bottom) = (520.0, 150.0, 62.0, 24.0)
  private static let pointLimit = 600

  /// Runs of different lengths are drawn as far as all of them go.
  init(_ series: SeedSummary.Series) {
    name = series.name
    let length = series.runs.map(\.count).min() ?? 0
    isShorter = series.runs.contains { $0.count > length }
    bands = (0..<length).map { step in FiveNumbers(series.runs.map { $0[step] }) }
  }

  private var steps: [Int] { Array(stride(from: 0, to: bands.count, by: max(1, bands.count / Self.pointLimit))) }

  /// What the picture shows, for readers who do not see it.
  var description: String {
    let whole = bands.compactMap(\.self)
    guard let first = whole.first, let last = whole.last else { return "\(name): nothing that can be drawn" }
    let short = NumberText.short
    return
      "\(name) over \(bands.count) steps: the median goes from \(short(first.median)) to \(short(last.median)), where "
      + "the runs lie between \(short(last.minimum)) and \(short(last.maximum))"
      + (isShorter ? "; drawn as far as all runs go" : "")
  }

  var svg: String {
    let drawn = steps.compactMap { step in bands[step].map { (step, $0) } }
    guard let low = drawn.map(\.1.minimum).min(), let high = drawn.map(\.1.maximum).max() else { return "" }
    let range = high > low ? high - low : 1
    func x(_ step: Int) -> String {
      String(format: "%.1f", Self.left + (Self.width - Self.left) * Double(step) / Double(max(bands.count - 1, 1)))
    }
    func y(_ value: Double) -> String { String(format: "%.1f", Self.height * (1 - (value - low) / range)) }
    func area(_ lower: (FiveNumbers) -> Double, _ upper: (FiveNumbers) -> Double, _ style: String) -> String {
      let points =
        drawn.map { "\(x($0.0)),\(y(upper($0.1)))" } + drawn.reversed().map { "\(x($0.0)),\(y(lower($0.1)))" }
      return "<polygon points=\"\(points.joined(separator: " "))\" class=\"\(style)\"/>"
    }
    let median = drawn.map { "\(x($0.0)),\(y($0.1.median))" }.joined(separator: " ")
    let label = MarkupText.escaped(description)
    return """
      <svg viewBox="0 -12 \(Self.width + 8) \(Self.height + Self.bottom + 12)" role="img" aria-label="\(label)">\
      <rect x="\(Self.left)" y="0" width="\(Self.width - Self.left)" height="\(Self.height)" class="frame"/>\
      \(area(\.minimum, \.maximum, "extremes"))\(area(\.lowerQuartile, \.upperQuartile, "middle"))\
      <polyline points="\(median)" class="median"/>\
      <text x="\(Self.left - 6)" y="8" class="axis">\(NumberText.short(high))</text>\
      <text x="\(Self.left - 6)" y="\(Self.height)" class="axis">\(NumberText.short(low))</text>\
      <text x="\(Self.left)" y="\(Self.height + 16)" class="step">0</text>\
      <text x="\(Self.width)" y="\(Self.height + 16)" class="axis">step \(max(0, bands.count - 1))</text></svg>
      """
  }
}
