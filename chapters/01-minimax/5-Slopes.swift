//: ## A perfect discriminator teaches nothing
//: The document: if $D$ is trained to perfection, $\log(1 - D(G(z))) = 0$, and *differentiating something that is 0
//: makes no sense*. The reason is right, if put casually: what has to vanish is the slope, and it does. In the logit
//: $\ell$ of a sample,
//:
//: $$\frac{d}{d\ell} \log(1 - \sigma(\ell)) = -\sigma(\ell) = -D, \qquad
//: \frac{d}{d\ell} \bigl( -\log \sigma(\ell) \bigr) = -(1 - D).$$
//:
//: $G$ descends both, and both push $\ell$ up, so they agree about the direction. They differ in who gets the push.
//: The first, the $\log(1 - D)$ of the formula, is strong where $D$ is **already fooled** and vanishes with $D$ where
//: it is not: it *saturates*. The second, maximizing $\log D(G(z))$ instead, is strong exactly where $D$ says *fake*.
//: The document's own advice is the second: when updating $G$, *maximize $D(G(z))$* to keep the gradient from
//: vanishing.

import GANBook

/// What G minimizes, as a function of the logits D gives its samples.
enum GeneratorLoss: String, CaseIterable {
  /// log(1 − D): the formula's own.
  case saturating
  /// −log D: what everyone trains with.
  case nonSaturating = "non-saturating"

  func callAsFunction(_ logits: Tensor) -> Tensor {
    switch self {
    case .saturating: -logits.softplus()
    case .nonSaturating: (-logits).softplus()
    }
  }
}

func showSlopes(dtype: DType) throws {
  let logits = Tensor((-60...60).map { Double($0) / 10 }, shape: [121]).converted(to: dtype)
  let d = withoutRecording { logits.sigmoid() }
  let losses = withoutRecording { GeneratorLoss.allCases.map { $0(logits) } }
  let slopes = GeneratorLoss.allCases.map { gradients(of: $0(logits).sum(), at: logits) }
  for (loss, slope) in zip(GeneratorLoss.allCases, slopes) {
    record("slope/\(loss.rawValue)", slope, atol: 1e-14, rtol: 1e-12, float32: .within(atol: 1e-6, rtol: 1e-5))
  }
  let fromFormula = withoutRecording {
    [(slopes[0] + d), (slopes[1] + (1 - d))].map { $0.absolute().values.max() ?? .nan }
  }
  claim("slopes-are-minus-d-and-minus-one-plus-d", fromFormula.allSatisfy { $0 <= (dtype == .float64 ? 1e-14 : 1e-6) })
  let names = ["log(1 − D)", "−log D"]
  try show(
    PanelPlot(
      title: "Two losses for the generator",
      description:
        "Left, both losses fall as D rises. Right, the length of their slopes: log(1 minus D) has none where D is near "
        + "0, minus log D has its steepest there.",
      panels: [
        LinePlot(
          title: "loss", description: "", xLabel: "D(G(z))", yLabel: "loss of G",
          series: zip(names, losses).map { .init($0, x: d.values, y: $1.values) }),
        LinePlot(
          title: "slope", description: "", xLabel: "D(G(z))", yLabel: "|d loss / d logit|",
          series: zip(names, slopes).map { .init($0, x: d.values, y: $1.values.map(abs)) }),
      ], columns: 2, panelHeight: 240),
    as: "slopes", caption: "Where D is sure that a sample is fake (left end), only −log D still has a slope")
}

//: ## The same in a game
//: Data $\mathcal N(0, 1)$, generator $x = \mu + z$, and the best $D$ there is: its logit is
//: $\log p(x) - \log q(x) = \tfrac12 \mu^2 - \mu x$. Autograd follows one sample's way: from $\mu$ to $x$, through
//: $D$'s logit, to the loss. $D$ is held still, as in every generator step. The expectation over $z$ is a sum over a
//: fine grid.

func showGradientsOfAMovedBell(_ separation: (means: [Double], slopes: [Double]), dtype: DType) throws {
  let z = Tensor((0...640).map { -8 + Double($0) / 40 }, shape: [641]).converted(to: dtype)
  let weight = masses(bell(z, mean: 0, deviation: 1))
  let lengths = GeneratorLoss.allCases.map { loss in
    separation.means.map { mean -> Double in
      let mu = Tensor(mean, dtype: dtype)
      let x = z + mu
      let logits = x * -mean + mean * mean / 2
      return gradients(of: (weight * loss(logits)).sum(), at: mu).item
    }
  }
  for (loss, length) in zip(GeneratorLoss.allCases, lengths) {
    record(
      "moved-bell/\(loss.rawValue)", series: length, atol: 1e-12, rtol: 1e-10, float32: .within(atol: 1e-5, rtol: 1e-4))
  }

  //: One more check falls out. By the envelope theorem the slope of $C$ equals the slope of $V$ with $D^*$ held still:
  //: moving $D$ from its top changes nothing to first order. So the saturating gradient must be the slope of the curve
  //: $\max V$ above, which was computed from the divergence, on another grid, without any $D$.

  let apart = zip(lengths[0], separation.slopes).map { abs($0 - $1) }.max() ?? .nan
  say("the saturating gradient and the slope of max V differ by at most \(scientific(apart))")
  claim("saturating-gradient-is-the-slope-of-the-divergence", apart <= (dtype == .float64 ? 1e-9 : 1e-4))
  try showGradients(lengths, separation.means)
  let far = separation.means.firstIndex(of: 8) ?? 0
  claim("far-away-only-the-non-saturating-gradient-is-left", lengths[0][far] < 1e-2 && lengths[1][far] > 1)
  say(
    """
    at a distance of 8: saturating \(scientific(lengths[0][far])), non-saturating \
    \(formatted(lengths[1][far], decimals: 3))
    """
  )
}

private func showGradients(_ lengths: [[Double]], _ means: [Double]) throws {
  try show(
    LinePlot(
      title: "G's gradient against the distance to the data",
      description:
        "The saturating gradient peaks at a distance between one and two and falls by orders of magnitude beyond; the "
        + "non-saturating one grows with the distance.",
      xLabel: "distance of the means, in standard deviations", yLabel: "gradient in the generator's mean",
      yScale: .logarithmic,
      series: zip(["minimize log(1 − D)", "minimize −log D"], lengths).map { name, length in
        .init(name, x: Array(means.dropFirst()), y: Array(length.dropFirst()))
      }),
    as: "moved-bell", caption: "Against the best D: one gradient dies with the distance, the other grows")
}

//: ## Perfect, and never there
//: Last, two distributions that share nothing: atoms 1 and 2 are data, atoms 3 and 4 are samples. $D^*$ is 1, 1, 0, 0,
//: $\max V = 0$ is not reached by any finite logit, and the gap closes like $1/t$: each step the gradient is what is
//: left of $1 - D$. $G$'s gradient in the logits closes with it.

func showPerfection(dtype: DType) throws {
  let p = Tensor([0.5, 0.5, 0, 0], shape: [4]).converted(to: dtype)
  let q = Tensor([0, 0, 0.5, 0.5], shape: [4]).converted(to: dtype)
  let game = Game(name: "strangers", x: [1, 2, 3, 4], p: p, q: q)
  var (steps, gaps, pushes): ([Double], [Double], [Double]) = ([], [], [])
  _ = try game.ascent(steps: 4096) { step, logits in
    guard step > 0, step & (step - 1) == 0 else { return }
    let d = withoutRecording { logits.sigmoid() }.values
    steps.append(Double(step))
    gaps.append(-withoutRecording { game.value(logits).item })
    pushes.append(d[2])
  }
  record("strangers/gap", series: gaps, atol: 1e-13, rtol: 1e-11, float32: .within(atol: 0, rtol: 1e-3))
  record("strangers/push", series: pushes, atol: 1e-13, rtol: 1e-11, float32: .within(atol: 0, rtol: 1e-3))
  try show(
    LinePlot(
      title: "A discriminator on its way to perfection",
      description: "Both the gap to V = 0 and the saturating gradient fall like one over the number of steps.",
      xLabel: "steps of D", yLabel: "", xScale: .logarithmic, yScale: .logarithmic,
      series: [.init("0 − V", x: steps, y: gaps), .init("G's push, D(G(z))", x: steps, y: pushes)]),
    as: "perfection", caption: "V reaches 0 in no finite time, and takes G's gradient along")
}
