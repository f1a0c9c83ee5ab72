//: ## The first line, over seeds
//: The document's run was not seeded, so its first line cannot be reproduced digit for digit. What can be said is whether it
//: looks like one of ours. Below are the first lines of 24 seeds: mean, standard deviation, and how many standard deviations
//: the document's number lies from the mean.

import Autograd
import Datasets
import Goldens
import Literate
import Tensors

/// The document's first log line: Loss_D, Loss_G, D(x), D(G(z)) before and after D's step.
let documentFirstLine = [1.4032, 0.6854, 0.6174, 0.5983, 0.5039]

/// Runs one iteration from each of 24 seeds and compares the document's first line with their spread.
func compareFirstLines(_ plan: Plan) throws {
  let seeds = 24
  let progress = ProgressBar("first lines", total: seeds)
  defer { progress.finish() }
  var rows: [[Double]] = []
  for seed in 0..<seeds {
    let line = Training(.literal, data: plan.data, seed: UInt64(seed), dtype: plan.dtype).iterate().line
    rows.append([line.lossD, line.lossG, line.dX, line.dGZ1, line.dGZ2])
    progress.advance(to: seed + 1)
  }
  let table = Tensor(rows.flatMap { $0 }, shape: [seeds, 5])
  let mean = table.mean(axes: [0]).values
  let deviation = table.standardDeviation(axes: [0]).values
  say("                   mean      sd  document      z")
  for (column, name) in ["Loss_D", "Loss_G", "D(x)", "D(G(z)) before", "D(G(z)) after"].enumerated() {
    let z = (documentFirstLine[column] - mean[column]) / deviation[column]
    let cells = [mean[column], deviation[column], documentFirstLine[column]].map { formatted($0, decimals: 4) }
    say(
      "\(name)\(String(repeating: " ", count: 16 - name.count)) \(cells[0])  \(cells[1])    \(cells[2])  "
        + "\(z < 0 ? "" : " ")\(formatted(z, decimals: 2))")
  }
  record("first-lines", table.converted(to: plan.dtype), atol: 1e-9, rtol: 0, float32: .within(atol: 1e-4, rtol: 0))
}
