/// Lines over a common x axis, told apart by color and by dash pattern; with error bars, bands and shaded areas where
/// asked.
///
/// The picture carries a title and a description for readers who cannot see it, and is legible in black and white.
package struct LinePlot: FramedPlot {
  package typealias Scale = AxisScale

  /// Points joined by a line, in order. Points that are not finite, and on a logarithmic axis those that are not
  /// positive, leave a gap.
  package struct Series: Sendable {
    package let name: String
    package let x: [Double]
    package let y: [Double]
    /// Half the length of an error bar at each point; none where empty.
    package let errors: [Double]
    /// Shades the area between the line and 0, as for a density.
    package let isShaded: Bool

    package init(_ name: String, x: [Double], y: [Double], errors: [Double] = [], isShaded: Bool = false) {
      precondition(x.count == y.count, "series \(name): \(x.count) x values, \(y.count) y values")
      precondition(
        errors.isEmpty || errors.count == y.count, "series \(name): \(errors.count) error bars, \(y.count) y values")
      self.name = name
      self.x = x
      self.y = y
      self.errors = errors
      self.isShaded = isShaded
    }

    /// Values at 0, 1, 2, ….
    package init(_ name: String, _ y: [Double]) { self.init(name, x: y.indices.map(Double.init), y: y) }
  }

  /// A shaded region between two lines.
  package struct Band: Sendable {
    package let name: String
    package let x: [Double]
    package let lower: [Double]
    package let upper: [Double]

    package init(_ name: String, x: [Double], lower: [Double], upper: [Double]) {
      precondition(
        x.count == lower.count && x.count == upper.count,
        "band \(name): \(x.count) x values, \(lower.count) lower and \(upper.count) upper ones")
      self.name = name
      self.x = x
      self.lower = lower
      self.upper = upper
    }
  }

  package let title: String
  /// What the picture shows, in words.
  package let description: String
  package let xLabel: String
  package let yLabel: String
  package let xScale: Scale
  package let yScale: Scale
  /// What the axes cover; what the values need where `nil`.
  package let xRange: ClosedRange<Double>?
  package let yRange: ClosedRange<Double>?
  package let series: [Series]
  package let bands: [Band]
  /// Horizontal lines at values of interest.
  package let references: [(name: String, y: Double)]

  package init(
    title: String, description: String, xLabel: String, yLabel: String, xScale: Scale = .linear,
    yScale: Scale = .linear, xRange: ClosedRange<Double>? = nil, yRange: ClosedRange<Double>? = nil, series: [Series],
    bands: [Band] = [], references: [(name: String, y: Double)] = []
  ) {
    self.title = title
    self.description = description
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.xScale = xScale
    self.yScale = yScale
    self.xRange = xRange
    self.yRange = yRange
    self.series = series
    self.bands = bands
    self.references = references
  }

  package var legend: [LegendEntry] {
    series.indices.map { LegendEntry(name: series[$0].name, sample: .line($0)) }
      + bands.indices.map { LegendEntry(name: bands[$0].name, sample: .area($0)) }
  }

  package func frame(in area: PlotArea) -> PlotFrame {
    let xs = series.flatMap(\.x) + bands.flatMap(\.x)
    var ys = series.flatMap(\.y) + references.map(\.y) + bands.flatMap { $0.lower + $0.upper }
    ys += series.flatMap { series in zip(series.y, series.errors).flatMap { [$0 - $1, $0 + $1] } }
    if series.contains(where: \.isShaded) { ys.append(0) }
    return PlotFrame(
      area: area, xAxis: Axis(xs, scale: xScale, range: xRange, tickCount: area.width < 300 ? 3 : 6),
      yAxis: Axis(ys, scale: yScale, range: yRange))
  }

  package func marks(in frame: PlotFrame) -> String {
    var svg = ""
    for (index, band) in bands.enumerated() { svg += region(band, PlotStyle.color(index), in: frame) }
    for reference in references where frame.yAxis.canDraw(reference.y) {
      let (y, right) = (frame.y(reference.y), frame.area.right)
      svg += SVG.line(frame.area.left, y, right, y, stroke: "#555", dash: "1 3")
      svg += SVG.text(reference.name, x: right - 4, y: y - 4, anchor: "end", fill: "#555")
    }
    for (index, series) in series.enumerated() {
      let color = PlotStyle.color(index)
      let dash = PlotStyle.dash(index)
      if series.isShaded {
        let zeros = [Double](repeating: 0, count: series.y.count)
        svg += region(Band(series.name, x: series.x, lower: zeros, upper: series.y), color, in: frame)
      }
      for run in frame.runs(series.x, series.y) {
        svg += """
          <polyline fill="none" stroke="\(color)" stroke-width="1.6" stroke-dasharray="\(dash)" \
          points="\(SVG.points(run))"/>

          """
      }
      svg += errorBars(series, color, in: frame)
    }
    return svg
  }

  /// One polygon for each stretch on which both edges can be drawn.
  private func region(_ band: Band, _ color: String, in frame: PlotFrame) -> String {
    let isDrawable = band.x.indices.map { frame.canDraw(band.x[$0], band.lower[$0]) }
    let upper = zip(band.upper, isDrawable).map { $1 ? $0 : .nan }
    let lower = zip(band.lower, band.upper).map { frame.yAxis.canDraw($1) ? $0 : .nan }
    return zip(frame.runs(band.x, upper), frame.runs(band.x, lower)).map { upper, lower in
      "<polygon fill=\"\(color)\" fill-opacity=\"0.15\" points=\"\(SVG.points(upper + lower.reversed()))\"/>\n"
    }.joined()
  }

  /// Bars with caps. On a logarithmic axis a bar that would reach 0 or below ends at the axis.
  private func errorBars(_ series: Series, _ color: String, in frame: PlotFrame) -> String {
    var svg = ""
    for (index, error) in series.errors.enumerated() where error.isFinite {
      let (x, y) = (series.x[index], series.y[index])
      guard frame.canDraw(x, y), frame.yAxis.canDraw(y + error) else { continue }
      let place = frame.x(x)
      let top = frame.y(y + error)
      let bottom = frame.yAxis.canDraw(y - error) ? min(frame.y(y - error), frame.area.bottom) : frame.area.bottom
      svg += SVG.line(place, top, place, bottom, stroke: color)
      svg += SVG.line(place - 3, top, place + 3, top, stroke: color)
      svg += SVG.line(place - 3, bottom, place + 3, bottom, stroke: color)
    }
    return svg
  }
}
