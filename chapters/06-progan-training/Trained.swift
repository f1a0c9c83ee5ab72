//: ### What it learned
//: The lines and pictures below are drawn from the weights that this package keeps of that run, the averaged ones, and
//: from its ledger.

import Datasets
import GANBook
import ProGAN

/// What is kept of whole runs, by act.
func keptWeights() throws -> [(act: Act, weights: TrainedWeights)] {
  let folder = try goldenWholeRuns(of: "06-progan-training")
  return try TrainedWeights.ledgers(in: folder).compactMap { ledger in
    try Act(rawValue: ledger.act).map { ($0, try TrainedWeights(of: ledger, in: folder)) }
  }
}

/// Draws from the weights of the whole run what PyTorch draws from them.
func recordTrainedSamples(_ plan: Plan) throws {
  for (act, weights) in try keptWeights() {
    record(
      "trained/\(act.rawValue)/samples", try samples(of: weights, plan).sliced(axis: 0, 0..<2), atol: 1e-11, rtol: 0,
      float32: .within(atol: 5e-5, rtol: 0))
  }
}

/// 24 pictures in [0, 1], [24, 3, S, S].
private func samples(of weights: TrainedWeights, _ plan: Plan) throws -> Tensor {
  let generator = try TrainedGenerator(weights.file, dtype: plan.dtype)
  return try generator.pictures(
    TorchGenerator(seed: plan.seed).normal([24, generator.latents, 1, 1], dtype: plan.dtype))
}

/// Shows what is kept of the whole run, if it is.
func showWholeRun(_ plan: Plan) throws {
  for (act, weights) in try keptWeights() where act == .portraits {
    showProvenance(of: weights.ledger)
    let samples = try samples(of: weights, plan)
    try show(
      Picture(samples.grid(columns: 8, padding: 2, padValue: 1)).enlarged(2), as: "trained-\(act.rawValue)",
      caption: "24 samples of the whole run on portraits, \(samples.shape[2]) px, none chosen",
      description: "Three rows of eight generated heads and shoulders in front of backgrounds.")
    try showGrowth(of: weights, act)
    try showLegibility(of: weights, act)
    try showReadings(of: TrainedGenerator(weights.file, dtype: plan.dtype), act, plan)
  }
}

/// Draws the share of a hundred samples that could be read at the end of every epoch of the run.
private func showLegibility(of weights: TrainedWeights, _ act: Act) throws {
  let (iterations, shares) = (
    try weights.file.entry("legible/iteration").values, try weights.file.entry("legible/share").values
  )
  guard iterations.count == shares.count, let last = shares.last else { return }
  try show(
    LinePlot(
      title: "Share of samples that can be read, over the whole run",
      description: "The share of a hundred samples at the end of every epoch; at the last one \(last).",
      xLabel: "iteration", yLabel: "share", series: [.init("readable", x: iterations, y: shares)]),
    as: "trained-legible-\(act.rawValue)",
    caption: "The whole run: readable of a hundred samples at the end of every epoch")
}

private func showProvenance(of ledger: Ledger) {
  let epochs = Dictionary(grouping: ledger.epochs, by: \.stage).values.sorted { $0[0].iteration < $1[0].iteration }
    .map { "\($0.count) at \($0[0].stage)" }.joined(separator: ", ")
  say(
    "The whole run on \(ledger.act): \(ledger.iterations) iterations, epochs: \(epochs); \(ledger.making)")
  let shown = ["channels", "learning-rate", "falling-learning-rate", "ema", "batch-sizes", "images"]
  say(shown.map { "\($0) \(ledger.settings[$0] ?? "?")" }.joined(separator: ", "))
}

private func showGrowth(of weights: TrainedWeights, _ act: Act) throws {
  let strips = weights.file.entries.filter {
    $0.name.hasPrefix("growth/") && $0.elementType == .uint8 && $0.shape.count == 3
  }
  .map { Picture(width: $0.shape[1], height: $0.shape[0], channels: 3, pixels: Array($0.bytes)) }
  guard let last = strips.last else { return }
  let rows = strips.flatMap { $0.enlarged(last.width / $0.width).pixels }
  try show(
    Picture(width: last.width, height: rows.count / (3 * last.width), channels: 3, pixels: rows),
    as: "trained-growth-\(act.rawValue)",
    caption: "The same eight latents at the end of every resolution, from 4 px on",
    description: "Five rows of eight pictures, from patches of color above to faces below.")
}

//: And read like the quick run's samples: what can be read of a thousand, and how far the generator is from having
//: learned its training portraits by heart.

private func showReadings(of generator: TrainedGenerator, _ act: Act, _ plan: Plan) throws {
  let random = TorchGenerator(seed: plan.seed)
  let pictures = try (0..<20).flatMap { _ in
    try generator.pictures(random.normal([50, generator.latents, 1, 1], dtype: plan.dtype)).pictures
  }
  let samples = Readings(of: pictures)
  show(
    table: ["factor", "read", "divergence"],
    ReadFactor.all.map { factor in
      [factor.name, "\(samples.counts(factor).reduce(0, +))", formatted(samples.divergence(factor), decimals: 4)]
    }, caption: "The whole run: samples of which a factor could be read, and its divergence to the truth in nats")
  say("the whole run, \(pictures[0].width) px: \(samples.summary)")
  try showNearest(act.data, Array(pictures.prefix(100)), as: "trained-nearest-\(act.rawValue)")
}
