import Files

/// Where on the picture a frame stands.
package struct PlotArea: Sendable {
  let left: Double
  let top: Double
  let width: Double
  let height: Double
  var right: Double { left + width }
  var bottom: Double { top + height }
}

/// A frame with two axes, from values to places on the picture.
package struct PlotFrame: Sendable {
  let area: PlotArea
  let xAxis: Axis
  let yAxis: Axis

  func x(_ value: Double) -> Double { area.left + xAxis.position(value) * area.width }
  func y(_ value: Double) -> Double { area.bottom - yAxis.position(value) * area.height }

  func canDraw(_ x: Double, _ y: Double) -> Bool { xAxis.canDraw(x) && yAxis.canDraw(y) }

  /// The points cut into runs where one cannot be drawn.
  func runs(_ xs: [Double], _ ys: [Double]) -> [[(x: Double, y: Double)]] {
    var runs: [[(x: Double, y: Double)]] = [[]]
    for (valueX, valueY) in zip(xs, ys) {
      if canDraw(valueX, valueY) {
        runs[runs.count - 1].append((x(valueX), y(valueY)))
      } else if !runs[runs.count - 1].isEmpty {
        runs.append([])
      }
    }
    return runs.filter { !$0.isEmpty }
  }

  /// Grid lines, ticks and their values.
  var backdrop: String {
    var svg = ""
    for tick in xAxis.ticks {
      svg += SVG.line(x(tick), area.top, x(tick), area.bottom, stroke: "#e5e5e5")
      svg += SVG.text(SVG.label(tick), x: x(tick), y: area.bottom + 17, anchor: "middle", fill: "#333")
    }
    for tick in yAxis.ticks {
      svg += SVG.line(area.left, y(tick), area.right, y(tick), stroke: "#e5e5e5")
      svg += SVG.text(SVG.label(tick), x: area.left - 6, y: y(tick) + 4, anchor: "end", fill: "#333")
    }
    return svg
  }

  /// The frame's border and the names of its axes.
  func border(xLabel: String, yLabel: String) -> String {
    let middle = SVG.number(area.top + area.height / 2)
    let side = SVG.number(area.left - 50)
    var svg = """
      <rect x="\(SVG.number(area.left))" y="\(SVG.number(area.top))" width="\(SVG.number(area.width))" \
      height="\(SVG.number(area.height))" fill="none" stroke="#777"/>

      """
    if !xLabel.isEmpty { svg += SVG.text(xLabel, x: area.left + area.width / 2, y: area.bottom + 38, anchor: "middle") }
    if !yLabel.isEmpty {
      svg += """
        <text transform="translate(\(side) \(middle)) rotate(-90)" text-anchor="middle" fill="#111">\
        \(MarkupText.escaped(yLabel))</text>

        """
    }
    return svg
  }

  /// `marks` cut at the frame where an axis was given a range that the values may leave. An inner picture clips without
  /// an id.
  func clipped(_ marks: String) -> String {
    guard xAxis.isBounded || yAxis.isBounded, !marks.isEmpty else { return marks }
    let box = [area.left, area.top, area.width, area.height].map(SVG.number)
    return """
      <svg x="\(box[0])" y="\(box[1])" width="\(box[2])" height="\(box[3])" viewBox="\(box.joined(separator: " "))">
      \(marks)</svg>

      """
  }
}
