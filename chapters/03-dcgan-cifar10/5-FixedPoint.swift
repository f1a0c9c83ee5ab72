//: ## The document's run
//: First the program as it is. The lines are those that are held against PyTorch.

import GANBook

func reproduceTheDocument(_ plan: Plan, in run: ChapterRun) throws -> Training {
  say("The literal run")
  let training = try perform(.literal, plan, in: run)
  compareWithFixedPoint(training)
  try showStarving(training)
  countDeadWeights(of: training, seed: plan.seed)
  return training
}

//: ## The last ten lines
//: The document's log ends like this, ten times over:
//:
//: ```
//: [50/50][781/782] Loss_D: 1.0064  Loss_G: 0.6931  D(x): 0.7311  D(G(z)): 0.5000 / 0.5000
//: ```
//:
//: These digits can be derived without training anything. D ends in a Sigmoid, so its output $p$ lies in $(0, 1)$; the
//: loss takes that $p$ for a *logit* and applies the logistic function $\sigma$ once more. The best D can do is
//: $p \to 1$ on real pictures and $p \to 0$ on fakes, and then
//:
//: $$\text{Loss}_D = \operatorname{softplus}(-1) + \operatorname{softplus}(0) = \log(1 + e^{-1}) + \log 2 = 1.0064,$$
//: $$\text{Loss}_G = \operatorname{softplus}(-0) = \log 2 = 0.6931, \qquad D(x) = \sigma(1) = 0.7311, \qquad
//: D(G(z)) = \sigma(0) = 0.5.$$
//:
//: So the last lines say one thing: D tells real from fake *perfectly*, and both are printed through a second Sigmoid
//: that squeezes $(0, 1)$ into $(0.5, 0.7311)$. A D(G(z)) of 0.5 looks like the equilibrium of theory, where D can only
//: guess. It is the opposite.
//:
//: And D may be perfect without having looked at what the pictures show: real ones are photographs of 32×32 enlarged to
//: 64×64, fakes are 32×32, and the two sizes differ in how smooth they are and in how much of the border's zeros D
//: sees.

/// Loss_D, Loss_G, D(x) and D(G(z)) where D's inner Sigmoid is saturated: 1 on real pictures, 0 on fakes.
func saturatedFixedPoint(dtype: DType) -> Tensor {
  let one = Tensor(1, dtype: dtype)
  let zero = Tensor(0, dtype: dtype)
  return concatenated(
    [(-one).softplus() + zero.softplus(), (-zero).softplus(), one.sigmoid(), zero.sigmoid()].map { $0.reshaped([1]) },
    axis: 0)
}

/// Compares the end of the literal run with the closed form.
func compareWithFixedPoint(_ training: Training) {
  let fixedPoint = saturatedFixedPoint(dtype: training.dtype)
  record("fixed-point", fixedPoint, atol: 1e-15, rtol: 0, float32: .ulps(2))
  say(
    "closed form:  "
      + ["Loss_D", "Loss_G", "D(x)", "D(G(z))"].enumerated().map {
        "\($0.element) \(formatted(fixedPoint.values[$0.offset], decimals: 4))"
      }.joined(separator: "  "))

  let last = training.history
  let reached = [
    last.mean(ofLast: 10, \.lossD), last.mean(ofLast: 10, \.lossG), last.mean(ofLast: 10, \.dX),
    last.mean(ofLast: 10, \.dGZ1),
  ]
  say(
    "last 10 its:  "
      + ["Loss_D", "Loss_G", "D(x)", "D(G(z))"].enumerated().map {
        "\($0.element) \(formatted(reached[$0.offset], decimals: 4))"
      }.joined(separator: "  "))

  //: The approach is slow and never arrives: the closer D's output comes to 0 or 1, the flatter its Sigmoid, and the
  //: smaller the step that would bring it nearer. A short run in float64 stops long before; what is recorded of it is
  //: only the closed form.

  if training.dtype == .float32 {
    // How near a short run comes depends on its rounding: PyTorch's own quick run ends at 1.0070, the floor is 1.0064.
    // After 500 iterations it is 1.0065.
    record("fixed-point/reached", Tensor(reached, shape: [4]).converted(to: .float32), atol: 2e-3, rtol: 0)
  }
}

//: ## G starves
//: What reaches G has to pass D's inner Sigmoid. With D's score $s$ on a fake and $p = \sigma(s)$,
//:
//: $$\frac{\partial\,\text{Loss}_G}{\partial s} = \frac{\partial}{\partial s}\operatorname{softplus}(-p) = -(1 - \sigma(p))\;p\,(1 - p)
//: \;\approx\; -\tfrac12\,p \qquad\text{for small } p,$$
//:
//: so G's gradient is as small as D's $p$ on the fakes, whatever the loss outside. In the repaired run there is no
//: inner Sigmoid, and the same derivative is $-(1 - \sigma(s))$: near 1 where D is sure.
//:
//: Measured: on the left the length of G's gradient and the mean $p$ on the fakes that it comes from, on one
//: logarithmic axis. They go up and down together, over orders of magnitude. On the right their ratio: it hardly moves.
//: That is the lesson of this run. How far down $p$ goes, and where it turns, is past iteration 24 a matter of
//: rounding; that the gradient goes with it is not.

func showStarving(_ training: Training) throws {
  let lines = training.history.lines
  let gradients = lines.map(\.gradientNormG)
  let p = lines.map(\.outputGZ)
  let ratios = zip(gradients, p).map { $0 / $1 }
  try show(
    PanelPlot(
      title: "G's gradient goes with D's p",
      description:
        "Left: two curves that fall and rise together over several powers of ten. Right: their ratio, nearly level.",
      panels: [
        LinePlot(
          title: "gradient and p", description: "", xLabel: "iteration", yLabel: "", yScale: .logarithmic,
          series: [.init("length of G's gradient", gradients), .init("D's mean p on the fakes", p)]),
        LinePlot(
          title: "their ratio", description: "", xLabel: "iteration", yLabel: "", yScale: .logarithmic,
          yRange: 1...1000,
          series: [.init("", ratios)]),
      ], columns: 2, panelHeight: 240), as: "starving", caption: "The literal run: what D lets through is what G gets")
  guard let least = ratios.min(), let greatest = ratios.max(), let last = lines.last,
    let low = gradients.indices.min(by: { gradients[$0] < gradients[$1] })
  else { return }
  say(
    "G's gradient: \(scientific(gradients[0])) at the start, least \(scientific(gradients[low])) at iteration \(low), "
      + "\(scientific(last.gradientNormG)) at the end")
  say("p on the fakes: \(scientific(p[0])), \(scientific(p[low])), \(scientific(last.outputGZ))")
  say("1 − p on the photographs at the end: \(scientific(1 - last.outputX))")
  say("G's gradient / p: between \(formatted(least, decimals: 1)) and \(formatted(greatest, decimals: 1))")
  if training.dtype == .float32 { claim("gradient-goes-with-p", greatest < 4 * least) }
}

//: Where the gradient rises again that is no recovery. What rises is $p$, by some thousandths at most, which nobody
//: would notice in the log's D(G(z)). Fakes have the same weak hold on D: their share of D's gradient is as small as
//: $p$, while real pictures, whose share goes with $1 - p$, still move D. Nothing keeps the scores of fakes at the very
//: bottom.
//:
//: {{weave Maps.swift}}
//: {{weave DeadTaps.swift}}
