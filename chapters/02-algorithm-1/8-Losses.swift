//: ## One generator, an ever better discriminator
//: The document's reason for a small $k$: train $D$ to perfection and $\log(1 - D(G(z)))$ is 0, with no gradient left.
//: Here is the experiment by itself. $G$ rests; $D$ takes step after step against it; now and then both losses'
//: gradients at $G$ are measured on the same noise. Twice: with the $G$ of the very start, whose samples lie in a heap
//: away from all eight modes, and with one that has had twenty iterations and lies across them.
//:
//: - **At the start** the document is right in the end, but not from the first step. As long as $D(G(z))$ is near 1/2,
//:   both gradients *grow*, because $D$ becomes steeper: the saturating one from 0.076 to 0.20 in twenty steps. Then
//:   $D(G(z))$ goes to 0, since nothing of the data is where the samples are, and the saturating gradient goes with it,
//:   as its factor $D$ says: after 1,000 steps it is 0.0007, a hundredth of what it was at first. The other loss, with
//:   its factor $1 - D$, has a gradient of 4 by then.
//: - **Later** it is right only in part. Both gradients shrink for some twenty steps. Then samples that lie on data
//:   keep $D(G(z))$ from 0, and $D$'s own slopes *grow*. The saturating gradient does not vanish; it falls behind the
//:   other by a factor of about ten.

import Algorithm1
import GANBook

/// What is measured of a resting G at some step of D.
private struct RestingMeasure {
  let step: Int
  let onSamples: Double
  let saturating: Double
  let nonSaturating: Double
}

/// Trains D alone, against the G of iteration `headStart`.
private func measureAgainstRestingGenerator(_ plan: Plan, headStart: Int) throws -> [RestingMeasure] {
  let training = Training(Rules(data: .ring), seed: plan.seed, dtype: plan.dtype)
  for _ in 0..<headStart { try training.iterate() }
  let stops = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
  var found: [RestingMeasure] = []
  for step in 0...plan.restingSteps {
    if stops.contains(step) {
      found.append(
        RestingMeasure(
          step: step, onSamples: training.meanOnOwnSamples(), saturating: training.slope(under: .saturating),
          nonSaturating: training.slope(under: .nonSaturating)))
    }
    try requireFinite(training.improveDiscriminator().value, "V(D, G)", at: step + 1)
  }
  // In float32 up to step 20: at step 50 PyTorch's float32 is 4e-4 from its own float64.
  let compared = found.filter { $0.step <= (plan.dtype == .float64 ? 50 : 20) }
  for (loss, value) in [("saturating", \RestingMeasure.saturating), ("non-saturating", \.nonSaturating)] {
    record(
      "resting-\(headStart)/\(loss)", series: compared.map { $0[keyPath: value] }, atol: 1e-9, rtol: 1e-9,
      float32: .within(atol: 1e-6, rtol: 5e-5))
  }
  return found
}

func showAnEverBetterDiscriminator(_ plan: Plan) throws {
  let runs = try [0, 20].map { (headStart: $0, found: try measureAgainstRestingGenerator(plan, headStart: $0)) }
  for (headStart, found) in runs {
    show(
      table: ["D's steps", "D(G(z))", "saturating", "non-saturating", "ratio"],
      found.map { at in
        ["\(at.step)"]
          + [at.onSamples, at.saturating, at.nonSaturating].map(scientific)
          + [formatted(at.nonSaturating / at.saturating, decimals: 1)]
      }, caption: "Length of G's gradient, the G of iteration \(headStart) throughout")
  }
  try show(
    PanelPlot(
      title: "G rests, D improves",
      description:
        "Left, against the first generator: both gradients rise at first; from 20 steps on the saturating one falls by "
        + "orders of magnitude together with D of G of z, the non-saturating one goes on rising. Right, against a "
        + "generator that covers some data: both fall, then rise again, the non-saturating one well above.",
      panels: runs.map { headStart, found in
        let steps = found.map { max(Double($0.step), 0.5) }
        return LinePlot(
          title: "G of iteration \(headStart)", description: "", xLabel: "steps of D (the first point is 0)",
          yLabel: "",
          xScale: .logarithmic, yScale: .logarithmic,
          series: [
            .init("gradient of log(1 − D)", x: steps, y: found.map(\.saturating)),
            .init("gradient of −log D", x: steps, y: found.map(\.nonSaturating)),
            .init("D(G(z))", x: steps, y: found.map(\.onSamples)),
          ])
      }, columns: 2, panelHeight: 260),
    as: "resting-generator", caption: "What an ever better D leaves of G's gradient")
  guard plan.isComplete, let first = runs[0].found.first, let last = runs[0].found.last else { return }
  claim("resting/saturating-starves", last.saturating < 0.02 * first.saturating)
  claim("resting/non-saturating-does-not", last.nonSaturating > 0.2 * first.nonSaturating)
}

//: ## Saturating or not, on the ring
//: In whole runs the difference is smaller than its fame. With $k = 1$, $D$'s means stay near 1/2, where the two slopes
//: $D$ and $1 - D$ are equal: the intervals of modes and divergence overlap. With $k = 20$ both losses lose modes. The
//: last row turns **dropout** on in $D$: eight in ten units kept. It makes $G$'s gradient shorter.

func compareLosses(_ base: Outcome, _ plan: Plan) throws {
  let outcomes = try [
    base, trainRing("saturating, k=1", plan) { $0.loss = .saturating },
    trainRing("saturating, k=20", plan) {
      $0.loss = .saturating
      $0.k = 20
    },
    trainRing("dropout, k=1", plan) { $0.keep = 0.8 },
  ]
  show(
    table: Outcome.headings, outcomes.map(\.row),
    caption: "Loss and dropout, ten seeds each: mean and 95 % interval of the second half")
  try show(
    LinePlot(
      title: "Divergence from the ring, by loss and dropout",
      description:
        "Ten seeds' means. The saturating run with k of 20 falls first and stays where it is; the three with k of 1 go "
        + "on falling, their intervals overlapping.",
      xLabel: "iteration", yLabel: "JSD, mean of ten seeds", yRange: 0...0.75, series: divergenceCurves(outcomes)),
    as: "losses-divergence", caption: "The same starts, four ways")
  guard plan.isComplete else { return }
  claim("ring/dropout-shortens-the-gradient", outcomes[3].slopeG.upper < base.slopeG.lower)
  claim("ring/k-20-loses-modes-with-either-loss", outcomes[2].modes.upper < 6)
}
