//: ## Faces
//: Above, portraits as they are drawn; below, what the generator makes of latents it has never seen, no picture chosen.

import Datasets
import GANBook
import ProGAN

/// Shows real portraits beside generated ones.
func showFaces(_ portraits: Portraits, _ samples: [Picture]) throws {
  let (columns, rows) = (12, 3)
  let size = samples[0].height
  let real = try (0..<columns * rows).map { try portraits.colorPicture($0, size: size) }
  let generated = Array(samples.prefix(columns * rows))
  for (name, pictures, what) in [("real", real, "Portraits as they are drawn"), ("generated", generated, "Generated")] {
    let grid = Tensor.batch(pictures, normalization: .unit).grid(columns: columns, padding: 2, padValue: 1)
    try show(
      Picture(grid).enlarged(2), as: "faces-\(name)", caption: "\(what), \(size) px",
      description: "Three rows of twelve heads and shoulders in front of backgrounds of a single color.")
  }
}

//: How often each value of a factor was read off a thousand samples. The dashed steps are the truth the portraits are
//: drawn from.

/// Draws the histogram of every factor beside its truth, and shows the divergences.
func showFactors(_ samples: Readings) throws {
  let panels = ReadFactor.all.map { factor in
    let values = factor.truth.indices.map(Double.init)
    let range = -0.5...Double(factor.truth.count) - 0.5
    let counts = samples.counts(factor)
    let read = zip(values, counts).flatMap { Array(repeating: $0, count: $1) }
    return Histogram(
      title: factor.name, description: "\(counts)", xLabel: factor.name,
      sets: [.init("samples", read)],
      curves: [
        .init(
          "truth", x: values.flatMap { [$0 - 0.5, $0 + 0.5] }, y: factor.truth.flatMap { [$0, $0] })
      ], bins: factor.truth.count, range: range)
  }
  let text = ReadFactor.all.map { "\($0.name) \(samples.counts($0))" }.joined(separator: ", ")
  try show(
    PanelPlot(
      title: "What was read off \(samples.readings.count) samples, and the truth",
      description: "Six histograms. How often each value was read: \(text).", panels: panels, columns: 3),
    as: "factors", caption: "Shares of the values of every factor")
  show(
    table: ["factor", "read", "divergence"],
    ReadFactor.all.map { factor in
      [
        factor.name, "\(samples.counts(factor).reduce(0, +))",
        formatted(samples.divergence(factor), decimals: 4),
      ]
    }, caption: "Samples of which a factor could be read, and its Jensen–Shannon divergence to the truth in nats")
}

//: At 4 and 8 px there is next to nothing to be read: no reader finds a head in eight pixels. At 16 px colors can be.
//: While the last block fades in the share wavers, and it rises once the learning rate falls.

/// Draws the share of samples that could be read at the end of every epoch.
func showLegibility(_ history: History) throws {
  let text = history.beginnings.map { "\(resolution(atStep: $0.step)) px from iteration \($0.iteration)" }
    .joined(separator: ", ")
  try show(
    LinePlot(
      title: "Share of samples that can be read",
      description: "The share of readable samples at the end of every epoch; \(text).", xLabel: "iteration",
      yLabel: "share",
      series: [
        .init("readable", x: history.legible.map { Double($0.iteration) }, y: history.legible.map(\.share))
      ]),
    as: "legible", caption: "At the end of every epoch: \(text)")
}

/// Records what the text says of the run's samples.
func claimThatPortraitsWereLearned(_ samples: Readings) {
  claim("most-samples-can-be-read", samples.share >= 0.6)
  for factor in ReadFactor.all {
    claim("every-\(factor.name)-occurs", samples.counts(factor).allSatisfy { $0 > 0 })
    claim("divergence-of-\(factor.name)-is-small", samples.divergence(factor) <= 0.1)
  }
}
