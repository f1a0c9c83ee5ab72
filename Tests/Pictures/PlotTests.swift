import Pictures
import Testing

/// What every kind of plot must hold.
@Suite struct PlotTests {
  @Test func `every picture is well formed and says what it shows`() {
    for plot in plots(of: [1, 3, 2], title: "a < b & c", description: "\"what\" it\u{1} shows", name: "s<1>") {
      let drawn = DrawnPlot(plot)
      #expect(drawn.isWellFormed)
      #expect(drawn.svg.contains("role=\"img\" aria-label=\"a &lt; b &amp; c\""))
      #expect(drawn.svg.contains("<title>a &lt; b &amp; c</title>"))
      #expect(drawn.svg.contains("<desc>&quot;what&quot; it\u{FFFD} shows</desc>"))
      #expect(drawn.svg.contains(">s&lt;1&gt;</text>") && !drawn.svg.contains("s<1>"))
    }
  }

  @Test func `pictures can stand in one page`() {
    for plot in plots(of: [1, 2]) { #expect(!plot.svg.contains(" id=") && !plot.svg.contains("url(#")) }
  }

  @Test(arguments: difficultValues)
  func `no value makes a coordinate that is none`(_ values: [Double]) {
    for plot in plots(of: values) {
      let drawn = DrawnPlot(plot)
      #expect(drawn.isWellFormed)
      #expect(!drawn.svg.contains("nan") && !drawn.svg.contains("\"inf") && !drawn.svg.contains("-inf"))
      #expect(drawn.coordinates.count > 8 && drawn.coordinates.allSatisfy { abs($0) <= 10_000 })
    }
  }

  @Test func `the picture is the same text each time`() {
    let values = (0..<100).map { Double($0 * $0 % 37) }
    for (first, second) in zip(plots(of: values), plots(of: values)) { #expect(first.svg == second.svg) }
  }

  @Test func `a legend that does not fit goes on in a new row`() {
    func plot(_ count: Int) -> LinePlot {
      LinePlot(
        title: "t", description: "d", xLabel: "x", yLabel: "y",
        series: (0..<count).map { .init("a series with quite a long name \($0)", [1, 2]) })
    }
    let heights = Set(
      DrawnPlot(plot(6)).lines(holding: "quite a long name").compactMap { $0.firstMatch(of: /y="(\d+)"/)?.1 })
    #expect(heights.count == 3)
    #expect(plot(6).svg.contains("viewBox=\"0 0 720 436\"") && plot(1).svg.contains("viewBox=\"0 0 720 400\""))
  }
}

@Suite struct ScatterPlotTests {
  @Test func `sets differ in shape as well as in color`() {
    let plot = ScatterPlot(
      title: "t", description: "d", xLabel: "x", yLabel: "y",
      sets: (0..<6).map { .init("\($0)", x: [Double($0)], y: [1]) })
    let marks = DrawnPlot(plot).lines(holding: "<path").map { $0.replacing(/[\d.]+/, with: "") }
    // Six in the legend, six in the frame, in the same shapes.
    let shapes = marks.map { $0.split(separator: " d=")[1] }
    #expect(shapes.count == 12 && Set(shapes).count == 6)
  }

  @Test func `points that are no points are left out`() {
    let plot = ScatterPlot(
      title: "t", description: "d", xLabel: "x", yLabel: "y",
      sets: [.init("s", x: [1, .nan, 3, 4], y: [1, 1, .infinity, 2]), .init("none", x: [.nan], y: [0])])
    #expect(DrawnPlot(plot).lines(holding: "<path").map { $0.matches(of: /M/).count } == [1, 2, 2])
  }

  @Test func `a square plot has one scale on both axes`() {
    let plot = ScatterPlot(
      title: "t", description: "d", xLabel: "x", yLabel: "y", xRange: -1...1, yRange: -1...1, isSquare: true,
      sets: [.init("s", x: [-1, 1], y: [-1, 1])])
    let points = DrawnPlot(plot).lines(holding: "<path")[1].matches(of: /M([\d.]+) ([\d.]+)h/).map { match in
      [match.output.1, match.output.2].compactMap { Double($0) }
    }
    #expect(points.count == 2)
    #expect(points[1][0] - points[0][0] == points[0][1] - points[1][1])
  }
}

@Suite struct HistogramTests {
  private func histogram(_ values: [Double], bins: Int = 4, range: ClosedRange<Double>? = nil) -> [Double] {
    let plot = Histogram(
      title: "t", description: "d", xLabel: "x", sets: [.init("s", values)], bins: bins, range: range)
    return plot.densities(of: plot.sets[0])
  }

  @Test func `bars have area one`() {
    #expect(histogram([0, 0.1, 1, 3.9, 4], range: 0...4) == [0.4, 0.2, 0, 0.4])
  }

  @Test func `samples outside the range count in the whole but in no bar`() {
    #expect(histogram([-1, 0.5, 1.5, 9], bins: 2, range: 0...2) == [0.25, 0.25])
  }

  @Test func `samples that are no numbers count nowhere`() {
    #expect(histogram([.nan, 0, .infinity, 2], bins: 2) == [0.5, 0.5])
    #expect(histogram([.nan], bins: 2) == [0, 0])
    #expect(histogram([7, 7], bins: 2) == [0, 2])
  }
}

@Suite struct HeatMapTests {
  private func map(_ values: [Double], columns: Int, _ colors: ColorScale = .sequential) -> String {
    HeatMap(
      title: "t", description: "d", xLabel: "x", yLabel: "y", values: values, columns: columns,
      rows: columns == 0 ? 0 : values.count / columns, xRange: 0...1, yRange: 0...1, colors: colors
    ).svg
  }

  /// How light a color is, 0 to 255.
  private func lightness(_ color: Substring) -> Double {
    let channels = [0, 2, 4].compactMap { Int(color.dropFirst($0).prefix(2), radix: 16) }.map(Double.init)
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }

  @Test(arguments: [ColorScale.sequential, .diverging])
  func `lightness grows with the value`(_ colors: ColorScale) {
    let bar = map([0, 1], columns: 2, colors).matches(of: /width="14" height="[\d.]+" fill="#(\w+)"/).map {
      $0.output.1
    }
    #expect(bar.count == 48)
    for (low, high) in zip(bar, bar.dropFirst()) { #expect(lightness(low) < lightness(high), "\(low) \(high)") }
  }

  @Test func `a cell that is no number stays white`() {
    #expect(map([0, .nan, 1, 2], columns: 2).matches(of: /<path [^>]*z/).count == 3)
    #expect(map([.nan], columns: 1).matches(of: /<path [^>]*z/).isEmpty)
  }

  @Test func `zero is in the middle of a diverging scale`() {
    let svg = map([-1, 3], columns: 2, .diverging)
    for label in [">-3</text>", ">0</text>", ">3</text>"] { #expect(svg.contains(label)) }
  }

  @Test func `neighbors of one color are one box`() {
    #expect(map([1, 1, 1, 0], columns: 4).matches(of: /M[\d.]+ [\d.]+H/).count == 2)
  }
}
