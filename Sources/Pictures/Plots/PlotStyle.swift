/// How the things of a plot are told apart: by color and, for print and color-blind readers, by dash pattern or marker.
enum PlotStyle {
  /// Colors that stay apart for color-blind readers (Okabe & Ito 2008).
  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
  private static let dashes = ["none", "8 3", "2 3", "10 3 2 3", "5 5", "1 2"]

  static func color(_ index: Int) -> String { colors[index % colors.count] }
  static func dash(_ index: Int) -> String { dashes[index % dashes.count] }

  /// Markers around points, as one path: disc, cross, triangle, square, plus, diamond.
  static func markers(_ index: Int, at points: [(x: Double, y: Double)], radius: Double, opacity: Double = 1) -> String
  {
    guard !points.isEmpty else { return "" }
    let shape = index % 6
    let path = points.map { outline(shape, x: $0.x, y: $0.y, radius) }.joined()
    // A disc is a line of no length with round ends.
    let line = shape == 0 ? " stroke-width=\"\(SVG.number(2 * radius))\" stroke-linecap=\"round\"" : ""
    let fill = shape == 5 ? color(index) : "none"
    let opacities = opacity < 1 ? " opacity=\"\(SVG.number(opacity))\"" : ""
    return "<path fill=\"\(fill)\" stroke=\"\(color(index))\"\(line)\(opacities) d=\"\(path)\"/>\n"
  }

  private static func outline(_ shape: Int, x: Double, y: Double, _ r: Double) -> String {
    let (left, right, top, bottom) = (SVG.number(x - r), SVG.number(x + r), SVG.number(y - r), SVG.number(y + r))
    let (middle, center) = (SVG.number(x), SVG.number(y))
    switch shape {
    case 0: return "M\(middle) \(center)h0"
    case 1: return "M\(left) \(top)L\(right) \(bottom)M\(left) \(bottom)L\(right) \(top)"
    case 2: return "M\(left) \(bottom)H\(right)L\(middle) \(top)Z"
    case 3: return "M\(left) \(top)H\(right)V\(bottom)H\(left)Z"
    case 4: return "M\(left) \(center)H\(right)M\(middle) \(top)V\(bottom)"
    default: return "M\(left) \(center)L\(middle) \(top)L\(right) \(center)L\(middle) \(bottom)Z"
    }
  }
}

/// A name in a plot's legend and how what it names is drawn.
package struct LegendEntry: Sendable, Equatable {
  enum Sample: Sendable, Equatable {
    case line(Int)
    case marker(Int)
    case area(Int)
  }

  let name: String
  let sample: Sample

  /// The entries that have a name, in rows that fit. The legend stands above the frame, where no line can run through
  /// it.
  static func rows(of entries: [LegendEntry], width: Double) -> [[LegendEntry]] {
    var rows: [[LegendEntry]] = []
    var used = 0.0
    for entry in entries where !entry.name.isEmpty {
      if rows.isEmpty || used + entry.width > width {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append(entry)
      used += entry.width
    }
    return rows
  }

  static func svg(_ rows: [[LegendEntry]], left: Double, top: Double) -> String {
    var svg = ""
    for (row, entries) in rows.enumerated() {
      let y = top + 18 * Double(row)
      var x = left
      for entry in entries {
        switch entry.sample {
        case .line(let index):
          svg += SVG.line(x, y, x + 28, y, stroke: PlotStyle.color(index), width: 2, dash: PlotStyle.dash(index))
        case .marker(let index): svg += PlotStyle.markers(index, at: [(x + 14, y)], radius: 4)
        case .area(let index):
          svg += """
            <rect x="\(SVG.number(x))" y="\(SVG.number(y - 5))" width="28" height="10" fill="\(PlotStyle.color(index))" \
            fill-opacity="0.2"/>

            """
        }
        svg += SVG.text(entry.name, x: x + 34, y: y + 4)
        x += entry.width
      }
    }
    return svg
  }

  /// A guess: fonts differ, and nothing depends on it but where a row ends.
  private var width: Double { 52 + 6.4 * Double(name.count) }
}
