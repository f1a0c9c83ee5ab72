//: ## The repaired run
//: Two changes, nothing else: D ends in its score, without a Sigmoid, as a loss *with logits* expects; and real
//: pictures stay at 32×32, the size of the fakes. Same data, same seed, same random stream. The length differs: the
//: quick profile gives the literal run 128 iterations and the repaired one 64, so the curves of the repaired run end
//: earlier.
//:
//: Now the printed D(x) and D(G(z)) really are D's probabilities. Expect Loss_G to be large: D is still the stronger
//: player (this is the discussion of $k$ in chapter 2, on real pictures), but a strong D that hands out gradients is a
//: teacher, and a saturated one is a wall.

import GANBook

func repair(_ plan: Plan, in run: ChapterRun) throws -> Training {
  say("The repaired run")
  return try perform(.repaired, plan, in: run)
}

//: ## Side by side

/// Puts both acts side by side: gradients and pictures.
func compare(_ literal: Training, _ repaired: Training, in run: ChapterRun) throws {
  try showGradientsAndLosses(literal, repaired, in: run)
  try compareSamples(literal, repaired, in: run)
}

private func showGradientsAndLosses(_ literal: Training, _ repaired: Training, in run: ChapterRun) throws {
  let norms = LinePlot(
    title: "Length of the gradients",
    description:
      "Gradient norm per iteration on a logarithmic axis. In the literal run G's falls by orders of magnitude; in the "
      + "repaired one it stays where it was.",
    xLabel: "iteration", yLabel: "gradient norm", yScale: .logarithmic,
    series: [
      .init("G, literal", literal.history.lines.map(\.gradientNormG)),
      .init("G, repaired", repaired.history.lines.map(\.gradientNormG)),
      .init("D, literal", literal.history.lines.map(\.gradientNormD)),
      .init("D, repaired", repaired.history.lines.map(\.gradientNormD)),
    ])
  try AtomicFile.write(norms.svg, to: "\(run.folder)/gradient-norms.svg")
  show("gradient-norms.svg", caption: "Length of both gradients in both runs")

  let losses = LinePlot(
    title: "Losses of the literal run",
    description: "Loss_D falls toward its floor of 1.0064, Loss_G rises to log 2.",
    xLabel: "iteration", yLabel: "loss",
    series: [
      .init("Loss_D", literal.history.lines.map(\.lossD)), .init("Loss_G", literal.history.lines.map(\.lossG)),
    ],
    references: [("softplus(−1) + ln 2", 1.0064), ("ln 2", 0.6931)])
  try AtomicFile.write(losses.svg, to: "\(run.folder)/losses.svg")
  show("losses.svg", caption: "The literal run nears its fixed point")
}

//: The pictures of the fixed noise at the end of both runs. To the eye both halves are noise; on the right the 64
//: pictures also resemble one another. These are far too few iterations for shapes, and nothing that can be *seen*
//: here says that the repaired run is the better one. What says so are two claims, each of which a check can refute:
//: the literal run's G starves, the repaired run's G never does. What becomes of the repaired one in a whole run
//: stands below.

private func compareSamples(_ literal: Training, _ repaired: Training, in run: ChapterRun) throws {
  try PNG.write(sideBySide([literal, repaired].map { $0.sampleFixedNoise() }), to: "\(run.folder)/side-by-side.png")
  show(
    "side-by-side.png",
    caption:
      "Left: the document's run after \(literal.iteration) iterations. Right: the repaired run after "
      + "\(repaired.iteration). Same seed, same noise, same data.")
  guard run.dtype == .float32 else { return }
  let starved = literal.history.lines.last.map { $0.gradientNormG } ?? .nan
  let least = repaired.history.lines.map(\.gradientNormG).min() ?? .nan
  say(
    "G's gradient at the end of the literal run: \(formatted(starved, decimals: 5)); least of the repaired run: "
      + formatted(least, decimals: 2))
  claim("literal-generator-starves", starved < 0.02)
  claim("repaired-generator-keeps-learning", least > 1)
}

/// Both grids next to each other on one picture.
private func sideBySide(_ samples: [Tensor]) -> Picture {
  Picture(concatenated(samples.map { $0.grid(padding: 2, normalized: true) }, axis: 2))
}

//: {{weave WholeRun.swift}}
//: {{weave Trained.swift}}
