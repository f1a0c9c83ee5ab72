//: ## The number $k$
//: The document: *$k$ is a hyperparameter, neither too large nor too small*. Too large, and $D$ becomes so good that
//: $D(G(z))$ hardly changes whatever $G$ does; too small, and nothing pushes $G$ on. On the ring both can be seen.
//: Same seed, same networks, same learning rates; the number of $G$'s steps is the same, so a larger $k$ costs more.
//:
//: - $k = 1$ covers **all eight modes**. $D$'s means stay close to 1/2.
//: - $k = 20$ **collapses**: a few modes, nearly all samples of high quality on them, and a $D$ that is sure of
//:   itself.
//: - A **weak** $D$, a single hidden layer of eight units, is the other end. It cannot draw eight islands. It ends near
//:   1/2 everywhere, $G$'s gradient is a tenth of that with $k = 1$, and the samples lie in one heap away from the data.
//:
//: High quality and coverage are different things: by quality alone $k = 20$ would win. And the beginning misleads: in
//: the first 100 iterations the divergence falls faster with any $k$ above 1 than with $k = 1$. What comes after is not
//: in order of $k$ at all: $k = 2$ and $k = 5$ cross $k = 1$ again and again. All of this is **one seed**, an anecdote.

import Autograd
import Goldens
import Literate
import Pictures
import Tensors

/// What a run of the ring comes to.
struct Outcome {
  let run: Run
  let coverage: Coverage
  let divergence: Double
  let samples: Tensor

  init(_ run: Run) {
    self.run = run
    samples = run.training.samples(5000)
    coverage = Coverage(of: samples)
    divergence = run.grid.divergence(of: samples)
  }

  var row: [String] {
    let late = run.late
    return [run.name, "\(coverage.modes)"]
      + [coverage.highQuality, divergence, late.onData, late.onSamples].map { formatted($0, decimals: 3) }
      + [formatted(late.slopeG, decimals: 2)]
  }

  static let headings = ["run", "modes", "high quality", "JSD", "D(x)", "D(G(z))", "G's gradient"]
}

/// Trains one set of rules on the ring.
func trainRing(_ name: String, _ plan: Plan, change: (inout Rules) -> Void) throws -> Outcome {
  var rules = Rules(data: .ring)
  change(&rules)
  var run = Run(name, rules, seed: plan.seed, dtype: plan.dtype)
  run.recordStart()
  try run.train(iterations: plan.ringIterations, measuringEvery: 50)
  run.recordBeginning()
  return Outcome(run)
}

/// Samples over data, one panel a run.
func scatter(_ outcomes: [Outcome], _ plan: Plan, title: String, description: String) -> PanelPlot {
  // A stream of its own: these are points to look at.
  let data = Training(Rules(data: .ring), seed: 3, dtype: plan.dtype).sampleData(200)
  func columns(_ points: Tensor, _ count: Int) -> (x: [Double], y: [Double]) {
    let values = points.values
    return ((0..<count).map { values[2 * $0] }, (0..<count).map { values[2 * $0 + 1] })
  }
  let panels = outcomes.map { outcome in
    let (real, fake) = (columns(data, 200), columns(outcome.samples, 400))
    return ScatterPlot(
      title: "\(outcome.run.name): \(outcome.coverage.modes) of 8", description: "", xLabel: "", yLabel: "",
      xRange: -3...3, yRange: -3...3, isSquare: true,
      sets: [
        .init("data", x: real.x, y: real.y, radius: 2, opacity: 0.5),
        .init("samples", x: fake.x, y: fake.y, radius: 1.5, opacity: 0.7),
      ])
  }
  return PanelPlot(title: title, description: description, panels: panels, columns: 4)
}

func showTheNumberK(_ plan: Plan) throws -> [Outcome] {
  let outcomes =
    try [1, 2, 5, 20].map { k in try trainRing("k=\(k)", plan) { $0.k = k } }
    + [trainRing("weak", plan) { $0.hiddenD = [8] }]
  show(
    table: Outcome.headings, outcomes.map(\.row), caption: "Five discriminators after \(plan.ringIterations) steps of G"
  )
  try show(
    scatter(
      [outcomes[0], outcomes[2], outcomes[3], outcomes[4]], plan, title: "Four discriminators, four generators",
      description:
        "With k of 1 the samples lie on all eight clusters and thinly between them. With larger k fewer clusters are covered. "
        + "The weak discriminator leaves the samples away from the data."),
    as: "ring-k",
    caption: "One seed: k = 1 covers the ring, k = 20 collapses onto a few modes, the weak D teaches nothing")
  try show(
    LinePlot(
      title: "Divergence from the ring",
      description:
        "With k of 2, 5 and 20 the curve falls faster than with k of 1 in the first 100 iterations. k of 20 then stays near 0.45; the "
        + "other three end near 0.3, crossing each other. The weak one stays near log 2.",
      xLabel: "iteration of G", yLabel: "JSD", yRange: 0...0.75,
      series: outcomes.map { .init($0.run.name, x: $0.run.moments.map(Double.init), y: $0.run.divergences) },
      references: [("log 2: nothing in common", 0.693147)]),
    as: "ring-divergence", caption: "The divergence on the way, one seed")
  try showLandscapes([outcomes[0], outcomes[3], outcomes[4]], plan)
  if plan.isComplete {
    claim("ring/k-1-covers-all-eight", outcomes[0].coverage.modes == 8)
    claim("ring/k-20-collapses", outcomes[3].coverage.modes <= 4)
    claim("ring/collapse-has-the-higher-quality", outcomes[3].coverage.highQuality > outcomes[0].coverage.highQuality)
    claim("ring/a-weak-discriminator-teaches-nothing", outcomes[4].coverage.modes <= 1)
    claim("ring/a-larger-k-is-surer", outcomes[3].run.late.onData > outcomes[0].run.late.onData + 0.1)
  }
  return outcomes
}

//: Here is what $D$ thinks of every place in the plane. With $k = 1$ eight soft islands stand in the water: a sample
//: anywhere near one feels its slope. With $k = 20$ there is a dark bay where the samples are and, from its cliff on,
//: one light plain: over the modes $G$ has not found, $D$ says *data* with certainty. It is right, and it is of no use:
//: a gradient is felt only where samples are. The weak $D$'s map is an even gray: nowhere does it say much.

private func showLandscapes(_ outcomes: [Outcome], _ plan: Plan) throws {
  let grid = Grid(.ring)
  let places = grid.middles.flatMap { y in grid.middles.flatMap { [$0, y] } }
  let points = Tensor(places, shape: [grid.cells * grid.cells, 2]).converted(to: plan.dtype)
  let panels = outcomes.map { outcome in
    HeatMap(
      title: "D, \(outcome.run.name)", description: "", xLabel: "", yLabel: "",
      values: withoutRecording { outcome.run.training.discriminator(points).sigmoid().values }.map { $0 - 0.5 },
      columns: grid.cells, rows: grid.cells, xRange: grid.range, yRange: grid.range, colors: .diverging,
      valueRange: -0.5...0.5, isSquare: true)
  }
  try show(
    PanelPlot(
      title: "What D thinks of every place: D(x) − 1/2",
      description:
        "Three maps. For k of 1, light spots at the eight clusters on dark ground. For k of 20, a dark bay with a sharp edge in "
        + "a light plain. For the weak discriminator, an even gray.", panels: panels, columns: 3),
    as: "ring-landscapes", caption: "Light: data, says D. Dark: fake. Gray: cannot tell.")
}
