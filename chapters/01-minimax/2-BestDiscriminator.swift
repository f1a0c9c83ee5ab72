//: ## The best discriminator
//: Hold $G$ still. Each $D_i$ appears in two terms of $V$ only, and
//: $\frac{\partial}{\partial D} (p \log D + q \log(1 - D)) = \frac{p}{D} - \frac{q}{1 - D}$ is zero at
//:
//: $$D^*(x) = \frac{p_\text{data}(x)}{p_\text{data}(x) + p_g(x)}.$$
//:
//: That is proposition 1 of the paper. We do not put the formula in. We start from $D = 1/2$, ask autograd for
//: $\partial V / \partial \ell$, climb, and see where we arrive.
//:
//: The climb needs one thought. In a logit, the gradient is $(p + q)(D^* - D)$ and the curvature $-(p + q) D (1 - D)$,
//: at most a quarter of $p + q$: where there is little mass, the hill is flat. A step of $4/(p_i + q_i)$, the inverse
//: of the steepest curvature of *that* atom, climbs everywhere at the pace its logit allows and can never overshoot.
//: One common step for all must be as short as the heaviest atom demands, and the light ones hardly move.

import GANBook

extension Game {
  /// How far a step of the ascent goes along the gradient.
  enum Pace {
    /// 4/(pᵢ + qᵢ), atom by atom.
    case byMass
    /// 4/max(p + q) for all atoms, as an optimizer does that does not know the masses.
    case common
  }

  /// Logits that climb V by `steps` steps of gradient ascent, [N]. `visit` sees them before every step and after the
  /// last.
  func ascent(
    steps: Int, pace: Pace = .byMass, from start: Tensor? = nil, visit: (Int, Tensor) throws -> Void = { _, _ in }
  ) throws -> Tensor {
    let mass = withoutRecording { p + q }
    let length: Tensor
    switch pace {
    case .byMass: length = 4 / mass
    case .common: length = Tensor(4 / (mass.values.max() ?? 1), dtype: p.dtype)
    }
    var logits = start ?? .zeros(p.shape, dtype: p.dtype)
    for step in 0..<steps {
      try visit(step, logits)
      let gradient = gradients(of: value(logits), at: logits)
      logits = withoutRecording { logits + length * gradient }
    }
    try visit(steps, logits)
    return logits
  }

  /// p/(p + q), the closed form.
  var bestDiscriminator: Tensor { withoutRecording { p / (p + q) } }

  /// The largest |D − D*| over all atoms.
  func distance(of logits: Tensor) -> Double {
    withoutRecording { (logits.sigmoid() - bestDiscriminator).absolute().values.max() ?? .nan }
  }
}

//: Two dice, two bells and a pair with two humps play. Every atom in them has mass on both sides; where one side has
//: none, $D^*$ is 0 or 1, the logit has to go to infinity, and the ascent gets there only like $1/t$ (the section
//: "Perfect, and never there" comes back to it).

/// Masses [N] from weights: positive numbers, divided by their sum.
func masses(_ weights: Tensor) -> Tensor { withoutRecording { weights / weights.sum() } }

/// The weights of a normal density at `x`; the missing constant cancels in `masses`.
func bell(_ x: Tensor, mean: Double, deviation: Double) -> Tensor {
  withoutRecording { (((x - mean) * (1 / deviation)).squared() * -0.5).exp() }
}

/// The games of this chapter.
func games(dtype: DType) -> [Game] {
  func tensor(_ values: [Double]) -> Tensor { Tensor(values, shape: [values.count]).converted(to: dtype) }
  let faces = (1...6).map(Double.init)
  let line = (0...180).map { -4 + Double($0) / 20 }
  let x = tensor(line)
  return [
    Game(
      name: "dice", x: faces, p: masses(tensor([1, 1, 1, 1, 1, 1])), q: masses(tensor([1, 2, 3, 4, 5, 15]))),
    Game(
      name: "bells", x: line, p: masses(bell(x, mean: -0.5, deviation: 1)),
      q: masses(bell(x, mean: 1, deviation: 1.2))),
    Game(
      name: "humps", x: line,
      p: masses(withoutRecording { bell(x, mean: -1.5, deviation: 0.8) + bell(x, mean: 2.5, deviation: 0.8) }),
      q: masses(bell(x, mean: 0.5, deviation: 1.7))),
  ]
}

/// Climbs to the best D of every game and compares with p/(p + q).
func findBestDiscriminators(_ games: [Game], steps: Int) throws -> [Tensor] {
  let found = try games.map { game in
    var distances: [Double] = []
    let logits = try game.ascent(steps: steps) { step, logits in
      if step <= 100 { distances.append(game.distance(of: logits)) }
    }
    let d = withoutRecording { logits.sigmoid() }
    record("best/\(game.name)/d", d, atol: 1e-10, rtol: 0, float32: .within(atol: 2e-6, rtol: 0))
    record(
      "best/\(game.name)/closed-form", game.bestDiscriminator, atol: 1e-14, rtol: 0,
      float32: .within(atol: 1e-6, rtol: 0))
    record(
      "best/\(game.name)/distances", series: distances, atol: 1e-10, rtol: 0, float32: .within(atol: 2e-6, rtol: 0))
    claim("best-discriminator/\(game.name)", game.distance(of: logits) <= 1e-4)
    say("\(game.name): after \(steps) steps, |D − D*| ≤ \(scientific(game.distance(of: logits))) everywhere")
    return logits
  }
  try showBestDiscriminators(games, found)
  return found
}

private func showBestDiscriminators(_ games: [Game], _ found: [Tensor]) throws {
  let panels = zip(games, found).map { game, logits in
    let peak = max(game.p.values.max() ?? 1, game.q.values.max() ?? 1)
    return LinePlot(
      title: game.name, description: "", xLabel: "x", yLabel: "", xRange: game.x[0]...game.x[game.x.count - 1],
      yRange: 0...1.05,
      series: [
        .init("p_data", x: game.x, y: game.p.values.map { $0 / peak }, isShaded: true),
        .init("p_g", x: game.x, y: game.q.values.map { $0 / peak }, isShaded: true),
        .init("D found", x: game.x, y: withoutRecording { logits.sigmoid() }.values),
        .init("p/(p + q)", x: game.x, y: game.bestDiscriminator.values),
      ])
  }
  try show(
    PanelPlot(
      title: "The best discriminator, found and in closed form",
      description:
        "Three games. D lies near 1 where the data has more mass and near 0 where the generator has; the found and the "
        + "exact curve coincide.", panels: panels, columns: 3),
    as: "best-discriminator",
    caption: "Masses scaled to their peak. The ascent's D and p/(p + q) lie on top of each other.", isCover: true)
}

//: The first game is discrete: its lines join six points. Now the same ascent with one common step, on the bells.
//: After ten steps $D$ is right where the mass is and still says 1/2 in the tails. Nothing has told it otherwise: **a
//: discriminator is defined only where somebody has put samples.** A network fills the rest by interpolation, well or
//: badly, and it is the rest that a generator in training wanders into.

func showTheCommonPace(_ game: Game) throws {
  let moments = [10, 100, 1000]
  var seen: [LinePlot.Series] = []
  var last: [Double] = []
  _ = try game.ascent(steps: 1000, pace: .common) { step, logits in
    guard moments.contains(step) else { return }
    let d = withoutRecording { logits.sigmoid() }
    last = d.values
    seen.append(.init("\(step) steps", x: game.x, y: last))
    record("common-pace/d-\(step)", d, atol: 1e-12, rtol: 0, float32: .within(atol: 1e-6, rtol: 0))
  }
  try show(
    LinePlot(
      title: "One step length for all", description: "D follows p/(p+q) in the middle first and in the tails last.",
      xLabel: "x", yLabel: "D(x)", xRange: -4...5, yRange: 0...1,
      series: seen + [.init("p/(p + q)", x: game.x, y: game.bestDiscriminator.values)]),
    as: "common-pace", caption: "Where there is little mass, D learns slowly")
}
