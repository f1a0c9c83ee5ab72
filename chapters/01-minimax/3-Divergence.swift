//: ## What the best discriminator measures
//: Put $D^*$ into $V$ and what is left is a function of $p_g$ alone, which the paper calls $C(G)$:
//:
//: $$C(G) = \max_D V = \sum_i p_i \log \frac{p_i}{p_i + q_i} + q_i \log \frac{q_i}{p_i + q_i}
//: = -\log 4 + 2\, \operatorname{JSD}(p_\text{data} \,\|\, p_g),$$
//:
//: with the Jensen–Shannon divergence
//: $\operatorname{JSD}(p \| q) = \tfrac12 \operatorname{KL}(p \| m) + \tfrac12 \operatorname{KL}(q \| m)$,
//: $m = \tfrac12 (p + q)$. It is zero for equal distributions and only for them, and never more than $\log 2$. So
//: $C(G)$ lies between $-\log 4$ and 0.
//:
//: The left side comes from the ascent, which knows no divergence; the right side from its definition, which knows no
//: $D$.

import GANBook

/// log 4, the loss of a discriminator that guesses.
func logFour() -> Double { withoutRecording { Tensor(4, dtype: .float64).log().item } }

/// KL(p‖q) = Σ p log(p/q) along the last axis, in nats; an atom without mass in p adds nothing.
func divergence(_ p: Tensor, from q: Tensor) -> Tensor {
  withoutRecording {
    // 1e-300 vanishes against any mass a float64 can tell from 0, and makes 0·log 0 the 0 it should be.
    let floor = p.dtype == .float64 ? 1e-300 : 1e-37
    return (p * ((p + floor) / (q + floor)).log()).sum(axes: [-1])
  }
}

/// The Jensen–Shannon divergence along the last axis, in nats: 0 … log 2.
func jensenShannon(_ p: Tensor, _ q: Tensor) -> Tensor {
  withoutRecording {
    let middle = (p + q) * 0.5
    return (divergence(p, from: middle) + divergence(q, from: middle)) * 0.5
  }
}

/// Compares the value the ascent reached with −log 4 + 2·JSD.
func compareValues(_ games: [Game], _ found: [Tensor], dtype: DType) {
  let rows = zip(games, found).map { game, logits in
    let reached = withoutRecording { game.value(logits).item }
    let closed = 2 * jensenShannon(game.p, game.q).item - logFour()
    record("value/\(game.name)/reached", scalar: reached, atol: 1e-12, rtol: 0, float32: .within(atol: 1e-6, rtol: 0))
    record(
      "value/\(game.name)/closed-form", scalar: closed, atol: 1e-13, rtol: 0, float32: .within(atol: 1e-6, rtol: 0))
    claim("value/\(game.name)", abs(reached - closed) <= 1e-6)
    return [
      game.name, formatted(reached, decimals: 8), formatted(closed, decimals: 8), scientific(abs(reached - closed)),
    ]
  }
  show(table: ["game", "max V by ascent", "−log 4 + 2·JSD", "apart"], rows)
}

//: ## The divergence is flat where it matters
//: Move a generator's bell away from the data's and follow $C$. Beyond a distance of about six standard deviations the
//: two share no mass worth mentioning, $C$ has arrived at its ceiling 0, and moving further, or **nearer**, changes
//: nothing. A $G$ that starts there is told that it is wrong and not in which direction it would be less so. The slope
//: of this curve is what $G$ learns from; we meet it again below.

func showSeparation(dtype: DType) throws -> (means: [Double], slopes: [Double]) {
  let x = Tensor((0...600).map { -10 + Double($0) / 20 }, shape: [601]).converted(to: dtype)
  let means = (0...40).map { Double($0) / 4 }
  var values: [Double] = []
  var slopes: [Double] = []
  let data = masses(bell(x, mean: 0, deviation: 1))
  for mean in means {
    let center = Tensor(mean, dtype: dtype)
    // The closed form again, this time with the generator's mean in the graph.
    let weights = ((x - center).squared() * -0.5).exp()
    let q = weights / weights.sum()
    let middle = (data + q) * 0.5
    let floor = dtype == .float64 ? 1e-300 : 1e-37
    let value =
      (data * ((data + floor) / (middle + floor)).log()).sum() + (q * ((q + floor) / (middle + floor)).log()).sum()
      - logFour()
    values.append(value.item)
    slopes.append(gradients(of: value, at: center).item)
  }
  record("separation/value", series: values, atol: 1e-12, rtol: 0, float32: .within(atol: 2e-6, rtol: 0))
  record("separation/slope", series: slopes, atol: 1e-11, rtol: 0, float32: .within(atol: 5e-6, rtol: 0))
  try show(
    LinePlot(
      title: "The value of the best D against the distance of two bells",
      description: "The curve rises from minus log 4 at distance 0 and is flat at 0 from a distance of about six on.",
      xLabel: "distance of the means, in standard deviations", yLabel: "max V",
      series: [.init("max V", x: means, y: values)],
      references: [("−log 4: equal", -logFour()), ("0: told apart perfectly", 0)]),
    as: "separation", caption: "Far apart, the divergence says how wrong, and no longer where to go")
  return (means, slopes)
}

//: ## Convex in $p_g$
//: For a fixed $D$, $V$ is a **linear** function of the masses $q$: $q_i$ stands there to the first power. $C$ is the
//: largest of these linear functions, and the largest of linear functions is convex. That is the heart of the paper's
//: proposition 2, and with two atoms one can see it. Data: 0.3 and 0.7. The generator's mass on the first atom runs
//: along the axis. Each straight line is one fixed $D$; the curve on which they all lie from below is $C$.

func showConvexity(dtype: DType) throws {
  func two(_ share: Double) -> Tensor { Tensor([share, 1 - share], shape: [2]).converted(to: dtype) }
  let data = two(0.3)
  let shares = (1..<100).map { Double($0) / 100 }
  let envelope = shares.map { 2 * jensenShannon(data, two($0)).item - logFour() }
  let lines = [0.05, 0.3, 0.6, 0.9].map { share -> LinePlot.Series in
    let best = Game(name: "", x: [0, 1], p: data, q: two(share)).bestDiscriminator
    let logits = withoutRecording { (best / (1 - best)).log() }
    return .init(
      "best D for \(formatted(share, decimals: 2))", x: shares,
      y: shares.map { q in withoutRecording { Game(name: "", x: [0, 1], p: data, q: two(q)).value(logits).item } })
  }
  record("convexity/envelope", series: envelope, atol: 1e-13, rtol: 0, float32: .within(atol: 1e-6, rtol: 0))
  for (index, line) in lines.enumerated() {
    record("convexity/line-\(index)", series: line.y, atol: 1e-13, rtol: 0, float32: .within(atol: 2e-6, rtol: 0))
  }
  try show(
    LinePlot(
      title: "The value is the upper edge of straight lines",
      description: "Four straight lines touch a convex curve from below; its lowest point is minus log 4 at 0.3.",
      xLabel: "generator's mass on the first atom", yLabel: "V", yRange: -2.2...0,
      series: [.init("max over D", x: shares, y: envelope)] + lines, references: [("−log 4", -logFour())]),
    as: "convexity", caption: "Fixed D: a line. Best D: the edge of all lines, lowest where p_g = p_data.")
}

//: A picture of two atoms proves nothing about eight. A thousand random pairs of generators over eight atoms, and
//: the points between them: $C(tq + (1 - t)q')$ must never lie above $t\,C(q) + (1 - t)\,C(q')$. What is recorded is
//: the smallest gap.

func measureConvexity(dtype: DType, random: TorchGenerator) {
  func drawMasses() -> Tensor {
    // Exponential draws divided by their sum are uniform over all distributions.
    withoutRecording {
      let weights = -(1 - random.uniform([1000, 8], dtype: dtype)).log()
      return weights / weights.sum(axes: [1], keepingAxes: true)
    }
  }
  let (target, first, second) = (drawMasses(), drawMasses(), drawMasses())
  let share = random.uniform([1000, 1], dtype: dtype)
  let gap = withoutRecording {
    let chord =
      share.reshaped([1000]) * jensenShannon(target, first)
      + (1 - share).reshaped([1000]) * jensenShannon(target, second)
    return (chord - jensenShannon(target, share * first + (1 - share) * second)) * 2
  }
  let least = gap.values.min() ?? .nan
  record("convexity/gaps", gap, atol: 1e-12, rtol: 0, float32: .within(atol: 5e-6, rtol: 0))
  claim("convexity/no-chord-below-the-curve", least >= (dtype == .float64 ? -1e-14 : -1e-6))
  say("1000 random chords over 8 atoms: the smallest gap between chord and curve is \(scientific(least))")
}
