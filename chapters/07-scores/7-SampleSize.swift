//: ## How many pictures?
//: Both scores are biased, and differently: with few pictures $p(y)$ is estimated badly and lies too close to the
//: single predictions, which makes the Inception Score too small, and cutting the pictures into ten parts makes it
//: smaller still. The Fréchet distance of few pictures is too *large*, even between two sets from the very same source,
//: since $\mu$ and $\Sigma$ are estimated with errors that add up.

import GANBook
import Scores

/// Draws both scores of test photographs over their number.
func showSampleSize(known: Seen, unknown: Seen) throws {
  let sizes = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000].filter { $0 <= unknown.count }
  let values = try sizes.map { size in
    let part = unknown.only(0..<size)
    return (
      try inceptionScore(part.logits).score, try inceptionScore(part.logits, splits: 10).score,
      try frechetDistance(part, known)
    )
  }
  let x = sizes.map(Double.init)
  try show(
    PanelPlot(
      title: "Scores of the same source over the number of pictures",
      description: zip(sizes, values).map {
        "\($0): score \(formatted($1.0, decimals: 2)), Fréchet distance \(formatted($1.2, decimals: 2))"
      }.joined(separator: "; "),
      panels: [
        LinePlot(
          title: "classifier score", description: "", xLabel: "pictures", yLabel: "score", xScale: .logarithmic,
          series: [.init("1 part", x: x, y: values.map(\.0)), .init("10 parts", x: x, y: values.map(\.1))]),
        LinePlot(
          title: "Fréchet classifier distance", description: "", xLabel: "pictures", yLabel: "distance",
          xScale: .logarithmic, yScale: .logarithmic,
          series: [.init("to training photographs", x: x, y: values.map(\.2))]),
      ], columns: 2, panelHeight: 240),
    as: "sample-size", caption: "Test photographs: nothing but their number changes")
  record(
    "sample-size/score", series: values.map(\.0), atol: 1e-8, rtol: 0, float32: .within(atol: 2e-3, rtol: 0))
  record(
    "sample-size/score-in-ten", series: values.map(\.1), atol: 1e-8, rtol: 0, float32: .within(atol: 2e-3, rtol: 0))
  record(
    "sample-size/frechet", series: values.map(\.2), atol: 1e-7, rtol: 1e-7, float32: .within(atol: 1e-3, rtol: 2e-3))
  claim("few-pictures-score-less", values[0].1 < values[values.count - 1].1)
  claim("few-pictures-are-farther", values[0].2 > 2 * values[values.count - 1].2)
}

//: So a score without its number of pictures is no score. `book score` prints it beside every number, with weights,
//: preparation, parts and order.
