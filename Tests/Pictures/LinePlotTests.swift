import Pictures
import Testing

@Suite struct LinePlotTests {
  private func plot(_ series: [LinePlot.Series], scale: LinePlot.Scale = .linear) -> LinePlot {
    LinePlot(
      title: "a < b & c", description: "\"what\" it shows", xLabel: "x", yLabel: "y", yScale: scale, series: series)
  }

  private func lines(_ svg: String) -> [Substring] { svg.split(separator: "\n").filter { $0.contains("<polyline") } }

  @Test func `a point that cannot be drawn leaves a gap`() {
    #expect(lines(plot([.init("s", [1, 2, .nan, 4, 5])]).svg).count == 2)
    #expect(lines(plot([.init("s", [1, 0, 10, -1, 100])], scale: .logarithmic).svg).count == 3)
    #expect(lines(plot([.init("s", [.nan, .infinity])]).svg).isEmpty)
  }

  @Test(arguments: [[], [5], [0], [2, 2, 2], [1e-300, 1e300], [-1e9, 1e9], [1e-12, 2e-12]] as [[Double]])
  func `every coordinate lies inside the picture`(_ values: [Double]) {
    for scale in [LinePlot.Scale.linear, .logarithmic] {
      let svg = plot([.init("s", values)], scale: scale).svg
      #expect(!svg.contains("nan") && !svg.contains("inf"))
      for line in lines(svg) {
        let points = line.split(separator: "points=\"")[1].prefix { $0 != "\"" }
        for point in points.split(separator: " ") {
          let pair = point.split(separator: ",").compactMap { Double($0) }
          #expect(pair.count == 2 && (0...720).contains(pair[0]) && (0...400).contains(pair[1]), "\(point)")
        }
      }
    }
  }

  @Test func `series differ in dash pattern as well as in color`() {
    let svg = plot((0..<4).map { .init("\($0)", [Double($0), 1]) }).svg
    let dashes = lines(svg).compactMap { $0.split(separator: "stroke-dasharray=\"").last?.prefix { $0 != "\"" } }
    #expect(Set(dashes).count == 4)
  }

  @Test func `an error bar is as long as the error and has caps`() {
    let svg = plot([.init("s", x: [0, 1, 2], y: [1, 2, 3], errors: [0.5, .nan, 0])]).svg
    let bars = svg.split(separator: "\n").filter { $0.contains("<line") && $0.contains("stroke=\"#0072b2\"/>") }
    #expect(bars.count == 2 * 3)
  }

  @Test func `a shaded series is filled down to zero`() {
    let svg = plot([.init("s", x: [0, 1, 2], y: [1, 2, 3], isShaded: true)]).svg
    #expect(svg.contains("<polygon fill=\"#0072b2\" fill-opacity=\"0.15\""))
    #expect(svg.contains(">0</text>"))
  }

  @Test func `a band has no polygon where an edge is missing`() {
    let band = LinePlot.Band("b", x: [0, 1, 2, 3, 4], lower: [0, 0, .nan, 0, 0], upper: [1, 1, 1, 1, 1])
    let svg = LinePlot(title: "t", description: "d", xLabel: "x", yLabel: "y", series: [], bands: [band]).svg
    #expect(svg.matches(of: /<polygon/).count == 2)
  }

  @Test func `what leaves a given range is cut at the frame`() {
    let svg = LinePlot(
      title: "t", description: "d", xLabel: "x", yLabel: "y", yRange: 0...1, series: [.init("s", [0.5, 1e12])]
    ).svg
    #expect(svg.contains("<svg x=\"70\" y=\"62\" width=\"630\" height=\"288\" viewBox=\"70 62 630 288\">"))
  }
}
