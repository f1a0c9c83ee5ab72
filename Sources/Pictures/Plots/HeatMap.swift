/// Numbers on a grid as colors, with a bar that says which color is which number.
package struct HeatMap: FramedPlot {
  package let title: String
  package let description: String
  package let xLabel: String
  package let yLabel: String
  /// Row after row from below: element `row · columns + column`. A cell that is not finite stays white.
  package let values: [Double]
  package let columns: Int
  package let rows: Int
  package let xRange: ClosedRange<Double>
  package let yRange: ClosedRange<Double>
  package let colors: ColorScale
  /// What the ends of the color scale stand for; values beyond them have the color of the end.
  package let valueRange: ClosedRange<Double>
  package let isSquare: Bool

  package init(
    title: String, description: String, xLabel: String, yLabel: String, values: [Double], columns: Int, rows: Int,
    xRange: ClosedRange<Double>, yRange: ClosedRange<Double>, colors: ColorScale = .sequential,
    valueRange: ClosedRange<Double>? = nil, isSquare: Bool = false
  ) {
    precondition(
      columns >= 0 && rows >= 0 && values.count == columns * rows,
      "\(values.count) values for a grid of \(columns) columns and \(rows) rows")
    self.title = title
    self.description = description
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.values = values
    self.columns = columns
    self.rows = rows
    self.xRange = xRange
    self.yRange = yRange
    self.colors = colors
    self.valueRange = valueRange ?? colors.range(of: values)
    self.isSquare = isSquare
  }

  package var marginRight: Double { 80 }

  package func frame(in area: PlotArea) -> PlotFrame {
    let few = area.width < 300
    return PlotFrame(
      area: area, xAxis: Axis([], scale: .linear, range: xRange, tickCount: few ? 3 : 6),
      yAxis: Axis([], scale: .linear, range: yRange, tickCount: few ? 3 : 6))
  }

  package func marks(in frame: PlotFrame) -> String { cells(in: frame.area) }

  /// One path a color: neighbors of one color in a row are one box.
  private func cells(in area: PlotArea) -> String {
    var boxes: [Int: String] = [:]
    for row in 0..<rows {
      let top = area.bottom - area.height * Double(row + 1) / Double(rows)
      let bottom = area.bottom - area.height * Double(row) / Double(rows)
      var column = 0
      while column < columns {
        let level = level(values[row * columns + column])
        var end = column + 1
        while end < columns, self.level(values[row * columns + end]) == level { end += 1 }
        if let level {
          let left = area.left + area.width * Double(column) / Double(columns)
          let right = area.left + area.width * Double(end) / Double(columns)
          boxes[level, default: ""] +=
            "M\(SVG.number(left)) \(SVG.number(top))H\(SVG.number(right))V\(SVG.number(bottom))H\(SVG.number(left))z"
        }
        column = end
      }
    }
    return boxes.sorted { $0.key < $1.key }.map { level, path in
      "<path fill=\"\(colors.color(level))\" shape-rendering=\"crispEdges\" d=\"\(path)\"/>\n"
    }.joined()
  }

  private func level(_ value: Double) -> Int? {
    guard value.isFinite else { return nil }
    // Halves: the difference of the largest numbers would be infinite.
    let (low, high) = (valueRange.lowerBound / 2, valueRange.upperBound / 2)
    let share = low < high ? min(max((value / 2 - low) / (high - low), 0), 1) : 0
    return min(Int(share * Double(ColorScale.levels)), ColorScale.levels - 1)
  }

  /// The bar at the right of the frame, with the values of its ends and its middle.
  package func ornaments(beside area: PlotArea) -> String {
    let levels = ColorScale.levels
    let height = area.height / Double(levels)
    let left = area.right + 12
    var svg = ""
    for level in 0..<levels {
      svg += """
        <rect x="\(SVG.number(left))" y="\(SVG.number(area.bottom - height * Double(level + 1)))" width="14" \
        height="\(SVG.number(height + 0.3))" fill="\(colors.color(level))"/>

        """
    }
    let (low, high) = (valueRange.lowerBound, valueRange.upperBound)
    for (share, value) in [(0, low), (0.5, low / 2 + high / 2), (1, high)] {
      svg += SVG.text(
        SVG.label(value), x: left + 18, y: area.bottom - area.height * share + (share == 1 ? 10 : share == 0 ? 0 : 4),
        fill: "#333")
    }
    return svg
  }
}
