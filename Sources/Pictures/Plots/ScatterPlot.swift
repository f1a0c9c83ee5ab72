/// Points in the plane, in sets told apart by color and by the shape of their markers.
package struct ScatterPlot: FramedPlot {
  /// Points that are not finite are left out.
  package struct PointSet: Sendable {
    package let name: String
    package let x: [Double]
    package let y: [Double]
    package let radius: Double
    package let opacity: Double

    package init(_ name: String, x: [Double], y: [Double], radius: Double = 2.5, opacity: Double = 1) {
      precondition(x.count == y.count, "set \(name): \(x.count) x values, \(y.count) y values")
      self.name = name
      self.x = x
      self.y = y
      self.radius = radius
      self.opacity = opacity
    }
  }

  package let title: String
  package let description: String
  package let xLabel: String
  package let yLabel: String
  package let xRange: ClosedRange<Double>?
  package let yRange: ClosedRange<Double>?
  package let isSquare: Bool
  package let sets: [PointSet]

  package init(
    title: String, description: String, xLabel: String, yLabel: String, xRange: ClosedRange<Double>? = nil,
    yRange: ClosedRange<Double>? = nil, isSquare: Bool = false, sets: [PointSet]
  ) {
    self.title = title
    self.description = description
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.xRange = xRange
    self.yRange = yRange
    self.isSquare = isSquare
    self.sets = sets
  }

  package var legend: [LegendEntry] { sets.indices.map { LegendEntry(name: sets[$0].name, sample: .marker($0)) } }

  package func frame(in area: PlotArea) -> PlotFrame {
    PlotFrame(
      area: area, xAxis: Axis(sets.flatMap(\.x), scale: .linear, range: xRange, tickCount: area.width < 300 ? 3 : 6),
      yAxis: Axis(sets.flatMap(\.y), scale: .linear, range: yRange, tickCount: area.height < 200 ? 3 : 6))
  }

  package func marks(in frame: PlotFrame) -> String {
    sets.enumerated().map { index, set in
      let points = zip(set.x, set.y).filter { frame.canDraw($0, $1) }.map { (frame.x($0), frame.y($1)) }
      return PlotStyle.markers(index, at: points, radius: set.radius, opacity: set.opacity)
    }.joined()
  }
}
