import Foundation
import Pictures
import Testing

@Suite struct LinePlotTests {
  private func plot(_ series: [LinePlot.Series], scale: LinePlot.Scale = .linear) -> LinePlot {
    LinePlot(
      title: "a < b & c", description: "\"what\" it shows", xLabel: "x", yLabel: "y", yScale: scale, series: series)
  }

  private func lines(_ svg: String) -> [Substring] { svg.split(separator: "\n").filter { $0.contains("<polyline") } }

  @Test func thePictureIsWellFormedAndSaysWhatItShows() throws {
    let svg = plot([.init("s<1>", [1, 3, 2])]).svg
    let parser = XMLNode(svg)
    #expect(parser.isBalanced)
    #expect(svg.contains("<title id=\"t\">a &lt; b &amp; c</title>"))
    #expect(svg.contains("<desc id=\"d\">&quot;what&quot; it shows</desc>"))
    #expect(svg.contains(">s&lt;1&gt;</text>"))
  }

  @Test func aPointThatCannotBeDrawnLeavesAGap() {
    #expect(lines(plot([.init("s", [1, 2, .nan, 4, 5])]).svg).count == 2)
    #expect(lines(plot([.init("s", [1, 0, 10, -1, 100])], scale: .logarithmic).svg).count == 3)
    #expect(lines(plot([.init("s", [.nan, .infinity])]).svg).isEmpty)
  }

  @Test(arguments: [[], [5], [0], [2, 2, 2], [1e-300, 1e300], [-1e9, 1e9], [1e-12, 2e-12]] as [[Double]])
  func everyCoordinateLiesInsideThePicture(_ values: [Double]) {
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

  @Test func seriesDifferInDashPatternAsWellAsInColor() {
    let svg = plot((0..<4).map { .init("\($0)", [Double($0), 1]) }).svg
    let dashes = lines(svg).compactMap { $0.split(separator: "stroke-dasharray=\"").last?.prefix { $0 != "\"" } }
    #expect(Set(dashes).count == 4)
  }

  @Test func theSamePlotIsTheSameText() {
    let series = [LinePlot.Series("s", (0..<100).map { Double($0 * $0 % 37) })]
    #expect(plot(series).svg == plot(series).svg)
  }
}

/// Whether every tag that opens also closes, in order.
private struct XMLNode {
  let isBalanced: Bool

  init(_ text: String) {
    var open: [Substring] = []
    var rest = text[...]
    var balanced = true
    while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
      let tag = rest[rest.index(after: start)..<end]
      let name = tag.drop { $0 == "/" }.prefix { !$0.isWhitespace && $0 != "/" }
      if tag.hasPrefix("/") {
        balanced = balanced && open.popLast() == name
      } else if !tag.hasSuffix("/") {
        open.append(name)
      }
      rest = rest[rest.index(after: end)...]
    }
    isBalanced = balanced && open.isEmpty
  }
}
