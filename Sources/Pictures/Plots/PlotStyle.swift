/// How the things of a plot are told apart: by color and, for print and color-blind readers, by dash pattern or marker.
enum PlotStyle {
  /// Colors that stay apart for color-blind readers (Okabe & Ito 2008).
  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
  private static let dashes = ["none", "8 3", "2 3", "10 3 2 3", "5 5", "1 2"]

  static func color(_ index: Int) -> String { colors[index % colors.count] }
  static func dash(_ index: Int) -> String { dashes[index % dashes.count] }

  /// A marker around a point: disc, cross, triangle, square, plus, diamond.
  static func marker(_ index: Int, x: Double, y: Double, radius r: Double, opacity: Double = 1) -> String {
    let color = color(index)
    let filled = "fill=\"\(color)\"" + (opacity < 1 ? " fill-opacity=\"\(SVG.number(opacity))\"" : "")
    let drawn =
      "fill=\"none\" stroke=\"\(color)\"" + (opacity < 1 ? " stroke-opacity=\"\(SVG.number(opacity))\"" : "")
    let n = SVG.number
    switch index % 6 {
    case 0: return "<circle cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(r))\" \(filled)/>\n"
    case 1:
      return
        "<path d=\"M\(n(x - r)) \(n(y - r))L\(n(x + r)) \(n(y + r))M\(n(x - r)) \(n(y + r))L\(n(x + r)) \(n(y - r))\" \(drawn)/>\n"
    case 2: return "<path d=\"M\(n(x - r)) \(n(y + r))H\(n(x + r))L\(n(x)) \(n(y - r))Z\" \(drawn)/>\n"
    case 3: return "<path d=\"M\(n(x - r)) \(n(y - r))H\(n(x + r))V\(n(y + r))H\(n(x - r))Z\" \(drawn)/>\n"
    case 4: return "<path d=\"M\(n(x - r)) \(n(y))H\(n(x + r))M\(n(x)) \(n(y - r))V\(n(y + r))\" \(drawn)/>\n"
    default:
      return
        "<path d=\"M\(n(x - r)) \(n(y))L\(n(x)) \(n(y - r))L\(n(x + r)) \(n(y))L\(n(x)) \(n(y + r))Z\" \(filled)/>\n"
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

  /// The entries that have a name, in rows that fit. The legend stands above the frame, where no line can run through it.
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
        case .marker(let index): svg += PlotStyle.marker(index, x: x + 14, y: y, radius: 4)
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
