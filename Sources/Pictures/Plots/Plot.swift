/// A drawing of numbers, as an SVG that also says in words what it shows.
package protocol Plot: Sendable {
  var title: String { get }
  /// What the picture shows, for readers who cannot see it.
  var description: String { get }
  /// The picture as SVG text: the same text for the same numbers, on every machine.
  var svg: String { get }
}

/// A plot with two axes: it can stand alone or be one panel of several.
package protocol FramedPlot: Plot {
  var xLabel: String { get }
  var yLabel: String { get }
  var legend: [LegendEntry] { get }
  /// Whether both axes have one scale, so that a circle is a circle.
  var isSquare: Bool { get }
  /// The frame at a place, with axes that cover what the plot draws.
  func frame(in area: PlotArea) -> PlotFrame
  /// Everything inside the frame, in SVG.
  func marks(in frame: PlotFrame) -> String
  /// What stands at the right of the frame, such as a color bar, and how much room it needs.
  func ornaments(beside area: PlotArea) -> String
  var marginRight: Double { get }
}

extension FramedPlot {
  package var legend: [LegendEntry] { [] }
  package var isSquare: Bool { false }
  package var marginRight: Double { 20 }
  package func ornaments(beside area: PlotArea) -> String { "" }

  /// The picture as SVG text.
  package var svg: String {
    let width = isSquare ? 520.0 : 720.0
    let left = 70.0
    let rows = LegendEntry.rows(of: legend, width: width - left - 20)
    let top = 44 + 18 * Double(rows.count)
    let inner = width - left - marginRight
    let height = top + (isSquare ? inner : 288) + 50
    let area = PlotArea(left: left, top: top, width: inner, height: height - top - 50)
    let frame = frame(in: area)
    var body = SVG.text(title, x: width / 2, y: 22, anchor: "middle", size: 15)
    body += LegendEntry.svg(rows, left: left, top: 46)
    body += frame.backdrop + frame.clipped(marks(in: frame)) + ornaments(beside: area)
    body += frame.border(xLabel: xLabel, yLabel: yLabel)
    return SVG.document(title: title, description: description, width: width, height: height, body)
  }
}
