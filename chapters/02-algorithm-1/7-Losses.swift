//: ## One generator, an ever better discriminator
//: The document's reason for a small $k$: train $D$ to perfection and $\log(1 - D(G(z)))$ is 0, with no gradient left. Here is the experiment by itself.
//: $G$ rests, early in its training; $D$ takes step after step against it; now and then both losses' gradients at $G$ are
//: measured on the same noise.
//:
//: As $D(G(z))$ falls, the gradient of the saturating loss falls with it, as its factor $D$ says it must; that of the non-saturating loss, with its
//: factor $1 - D$, does not. It *grows*, because $D$'s slopes grow: the cliffs of the last picture.

import Autograd
import Goldens
import Literate
import Pictures
import Tensors

func showAnEverBetterDiscriminator(_ plan: Plan) throws {
  let training = Training(Rules(data: .ring), seed: plan.seed, dtype: plan.dtype)
  for _ in 0..<20 { training.iterate() }
  let stops = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter { $0 <= plan.restingSteps }
  var slopes: [(saturating: Double, nonSaturating: Double)] = []
  var onSamples: [Double] = []
  for step in 0...plan.restingSteps {
    if Interruption.isRequested { throw ChapterInterrupted(at: "step \(step) against a resting G", checkpoint: nil) }
    if stops.contains(step) {
      slopes.append((training.slope(under: .saturating), training.slope(under: .nonSaturating)))
      onSamples.append(training.meanOnOwnSamples())
    }
    training.improveDiscriminator()
  }
  let compared = stops.count { $0 <= 50 }
  record(
    "resting/saturating", series: slopes.prefix(compared).map(\.saturating), atol: 1e-9, rtol: 1e-9,
    float32: .within(atol: 1e-4, rtol: 5e-3))
  record(
    "resting/non-saturating", series: slopes.prefix(compared).map(\.nonSaturating), atol: 1e-9, rtol: 1e-9,
    float32: .within(atol: 1e-4, rtol: 5e-3))
  show(
    table: ["D's steps", "D(G(z))", "saturating", "non-saturating", "ratio"],
    stops.indices.map { index in
      let slope = slopes[index]
      return ["\(stops[index])", formatted(onSamples[index], decimals: 4)]
        + [slope.saturating, slope.nonSaturating, slope.nonSaturating / slope.saturating].map {
          formatted($0, decimals: 4)
        }
    }, caption: "Length of G's gradient, the same G throughout")
  let places = stops.map { max(Double($0), 0.5) }
  try show(
    LinePlot(
      title: "G rests, D improves",
      description: "As D takes more steps, the saturating gradient falls far below the non-saturating one.",
      xLabel: "steps of D against a resting G (the first point is 0)", yLabel: "length of G's gradient",
      xScale: .logarithmic,
      yScale: .logarithmic,
      series: [
        .init("minimize log(1 − D)", x: places, y: slopes.map(\.saturating)),
        .init("minimize −log D", x: places, y: slopes.map(\.nonSaturating)), .init("D(G(z))", x: places, y: onSamples),
      ]),
    as: "resting-generator", caption: "The better D, the less the formula's own loss tells G")
  guard plan.isComplete, let first = slopes.first, let last = slopes.last else { return }
  let ratios = slopes.map { $0.nonSaturating / $0.saturating }
  claim(
    "resting/saturating-starves", last.saturating / last.nonSaturating < 0.1 * first.saturating / first.nonSaturating)
  claim("resting/the-ratio-has-grown-tenfold", ratios[ratios.count - 1] > 10 * ratios[0])
}

//: ## Saturating or not, on the ring
//: In a whole run the difference is smaller than its fame. With $k = 1$, $D$ stays near 1/2, where the two slopes $D$ and $1 - D$ are equal,
//: and the saturating loss arrives too, later. It matters where $D$ is ahead, most of all at the start. The last run of the table
//: turns **dropout** on in $D$: eight in ten units kept. It makes $D$ a vaguer judge; slopes get smaller, and $G$ slower.

func compareLosses(_ base: Outcome, _ plan: Plan) throws {
  let outcomes = try [
    base, trainRing("saturating, k=1", plan) { $0.loss = .saturating },
    trainRing("saturating, k=20", plan) {
      $0.loss = .saturating
      $0.k = 20
    },
    trainRing("dropout, k=1", plan) { $0.keep = 0.8 },
  ]
  show(table: Outcome.headings, outcomes.map(\.row), caption: "Loss and dropout")
  try show(
    scatter(
      outcomes, plan, title: "Loss and dropout",
      description:
        "Four generators: non-saturating, saturating, saturating with k of 20, and with dropout in the discriminator."),
    as: "ring-losses",
    caption: "Both losses find the modes with k = 1; k = 20 collapses with either; dropout slows things down")
  try show(
    LinePlot(
      title: "Divergence from the ring, by loss and dropout",
      description: "All four fall; the non-saturating run falls first.",
      xLabel: "iteration of G", yLabel: "JSD", yRange: 0...0.75,
      series: outcomes.map { .init($0.run.name, x: $0.run.moments.map(Double.init), y: $0.run.divergences) }),
    as: "losses-divergence", caption: "The same start, four ways")
  guard plan.isComplete else { return }
  claim("ring/saturating-with-k-20-collapses", outcomes[2].coverage.modes <= 5)
  claim("ring/dropout-shortens-the-gradient", outcomes[3].run.late.slopeG < base.run.late.slopeG)
}
