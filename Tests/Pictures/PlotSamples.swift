import Pictures

/// Reads the SVG of a plot far enough to test it.
struct DrawnPlot {
  let svg: String

  init(_ plot: any Plot) { svg = plot.svg }

  func lines(holding text: String) -> [Substring] { svg.split(separator: "\n").filter { $0.contains(text) } }

  /// Every number in an attribute that places something.
  var coordinates: [Double] {
    var found: [Double] = []
    for match in svg.matches(of: /\s(?:x1?|x2|y1?|y2|cx|cy|points|d|width|height)="([^"]*)"/) {
      let parts = match.output.1.split { !($0.isNumber || $0 == "." || $0 == "-") }
      found += parts.compactMap { Double($0) }
    }
    return found
  }

  /// Whether every tag that opens also closes, in order, and no attribute holds what XML forbids.
  var isWellFormed: Bool {
    var open: [Substring] = []
    var rest = svg[...]
    while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
      let tag = rest[rest.index(after: start)..<end]
      let name = tag.drop { $0 == "/" }.prefix { !$0.isWhitespace && $0 != "/" }
      if tag.contains("<") { return false }
      if tag.hasPrefix("/") {
        if open.popLast() != name { return false }
      } else if !tag.hasSuffix("/") {
        open.append(name)
      }
      rest = rest[rest.index(after: end)...]
    }
    return open.isEmpty
  }
}

/// Values that make trouble: nothing, one, constants, the largest and smallest, and what is no number.
let difficultValues: [[Double]] = [
  [], [5], [0], [2, 2, 2], [1e-300, 1e300], [-1e308, 1e308], [-1e9, 1e9], [1e-12, 2e-12], [.nan, 1, .infinity],
  [-.infinity, .nan], [.leastNonzeroMagnitude, 0],
]

/// One plot of each kind with `values` in every place that takes values.
func plots(of values: [Double], title: String = "t", description: String = "d", name: String = "n") -> [any Plot] {
  let x = values.indices.map(Double.init)
  let errors = values.map { $0 / 3 }
  let series = LinePlot.Series(name, x: x, y: values, errors: errors, isShaded: true)
  let sideways = LinePlot.Series(name, x: values, y: x)
  var all: [any FramedPlot] = []
  for scale in [AxisScale.linear, .logarithmic] {
    all.append(
      LinePlot(
        title: title, description: description, xLabel: name, yLabel: name, xScale: scale, yScale: scale,
        series: [series, sideways], bands: [.init(name, x: x, lower: values, upper: values.reversed())],
        references: values.prefix(2).map { (name, $0) }))
  }
  all.append(
    LinePlot(
      title: title, description: description, xLabel: name, yLabel: name, xRange: 0...1, yRange: -1...1,
      series: [series, sideways]))
  all.append(
    ScatterPlot(
      title: title, description: description, xLabel: name, yLabel: name, isSquare: true,
      sets: [.init(name, x: x, y: values), .init(name, x: values, y: x)]))
  all.append(
    Histogram(title: title, description: description, xLabel: name, sets: [.init(name, values)], curves: [series]))
  for colors in [ColorScale.sequential, .diverging] {
    all.append(
      HeatMap(
        title: title, description: description, xLabel: name, yLabel: name, values: values, columns: values.count,
        rows: 1, xRange: 0...1, yRange: 0...1, colors: colors))
  }
  return all + [PanelPlot(title: title, description: description, panels: all, columns: 3)]
}
