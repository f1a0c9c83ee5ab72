//: ### Curves
//: A whole run has more iterations than a plot has pixels, so each point below is the mean of a four hundredth of the
//: run.

import GANBook
import Scores

/// The five numbers of a line of the log: Loss_D, Loss_G, D(x), D(G(z)) before and after D's step; `nil` for other
/// text.
func numbers(of line: String) -> [Double]? {
  let words = line.split(whereSeparator: { " /".contains($0) })
  let values = words.compactMap { Double($0) }
  return values.count == 5 && line.contains("Loss_D:") ? values : nil
}

/// The means of parts of a series, each of so many values.
func means(of values: [Double], inPartsOf part: Int) -> [Double] {
  stride(from: 0, to: values.count, by: part).map { Array(values[$0..<min($0 + part, values.count)]).mean }
}

/// Draws the losses and D's two answers over a whole run.
func showCurves(of ledger: Ledger, _ act: Act) throws {
  let lines = ledger.lines.compactMap(numbers(of:))
  guard lines.count == ledger.lines.count, !lines.isEmpty else { return }
  let points = 400
  let part = max(1, lines.count / points)
  let series = (0..<4).map { column in means(of: lines.map { $0[column] }, inPartsOf: part) }
  let x = stride(from: 0, to: lines.count, by: part).map { Double($0) + Double(part) / 2 }
  let ends = [0, lines.count - 1].map { "Loss_D \(lines[$0][0]), Loss_G \(lines[$0][1])" }
  try show(
    PanelPlot(
      title: "The whole \(act.rawValue) run",
      description: "Two panels over \(lines.count) iterations. At the start \(ends[0]), at the end \(ends[1]).",
      panels: [
        LinePlot(
          title: "losses", description: "", xLabel: "iteration", yLabel: "loss",
          series: [.init("Loss_D", x: x, y: series[0]), .init("Loss_G", x: x, y: series[1])]),
        LinePlot(
          title: "D's answers", description: "", xLabel: "iteration", yLabel: "mean answer", yRange: 0...1,
          series: [.init("D(x)", x: x, y: series[2]), .init("D(G(z)) before D's step", x: x, y: series[3])]),
      ], columns: 2, panelHeight: 240),
    as: "whole-\(act.rawValue)", caption: "The whole \(act.rawValue) run, each point the mean of \(part) iterations")
}
