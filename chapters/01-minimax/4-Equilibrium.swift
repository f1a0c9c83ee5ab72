//: ## The equilibrium
//: Now both play. $G$ is a table too: a softmax over logits $\theta$, free to become any distribution over eight
//: atoms. A round is what the paper's proposition 2 asks for: $D$ climbs (near) to its best against the present $G$,
//: then $G$ makes one small step down the gradient of $V$ with $D$ held still.
//:
//: Convexity says the descent cannot get stuck, and that there is one lowest point: $\operatorname{JSD} = 0$,
//: $p_g = p_\text{data}$, $V = -\log 4$, $D^* = \tfrac{p}{p + p} = \tfrac12$ on every atom. *D equals 1/2 everywhere*,
//: because there is nothing left to tell apart; not because D has grown dull. It is the best D there is.

import GANBook

/// What a round leaves behind.
struct Round {
  let value: Double
  let d: [Double]
  let q: [Double]
}

/// Plays rounds of D's ascent and G's descent from a uniform G, and compares the end with theory.
func playToEquilibrium(rounds: Int, dtype: DType) throws {
  let data = masses(Tensor([8, 1, 4, 2, 16, 3, 6, 2], shape: [8]).converted(to: dtype))
  var theta = Tensor.zeros([8], dtype: dtype)
  var logits = Tensor.zeros([8], dtype: dtype)
  var history: [Round] = []
  try iterate("equilibrium", rounds) { round in
    let q = theta.softmax(axis: 0)
    let game = Game(name: "round \(round)", x: (1...8).map(Double.init), p: data, q: q.detached)
    logits = try game.ascent(steps: 20, from: logits)
    // G's step: D held still, the gradient through p_g alone. The first term of V does not contain G.
    let loss = Game(name: game.name, x: game.x, p: data, q: q).value(logits)
    let gradient = gradients(of: loss, at: theta)
    history.append(Round(value: loss.item, d: withoutRecording { logits.sigmoid() }.values, q: q.values))
    theta = withoutRecording { theta - gradient * 6 }
  }
  judge(history, end: withoutRecording { theta.softmax(axis: 0) }, data)
  try showGame(Array(history.prefix(61)))
}

/// Records where the game ended, and holds it against theory.
private func judge(_ history: [Round], end: Tensor, _ data: Tensor) {
  let apart = withoutRecording { (end - data).absolute().values.max() ?? .nan }
  let last = history[history.count - 1]
  let fromHalf = last.d.map { abs($0 - 0.5) }.max() ?? .nan
  let fromOptimum = abs(last.value + logFour())

  record(
    "equilibrium/value", series: history.map(\.value), atol: 1e-12, rtol: 0, float32: .within(atol: 5e-6, rtol: 0))
  record("equilibrium/p-g", end, atol: 1e-11, rtol: 0, float32: .within(atol: 1e-5, rtol: 0))
  record(
    "equilibrium/d", Tensor(last.d, shape: [8]).converted(to: data.dtype), atol: 1e-11, rtol: 0,
    float32: .within(atol: 1e-5, rtol: 0))
  say(
    "after \(history.count) rounds: V is \(scientific(fromOptimum)) from −log 4, D within \(scientific(fromHalf)) of "
      + "1/2, p_g within \(scientific(apart)) of p_data")
  claim("equilibrium/value", fromOptimum <= 1e-6)
  claim("equilibrium/d-is-one-half", fromHalf <= 1e-4)
  claim("equilibrium/generator-is-data", apart <= 1e-4)
}

private func showGame(_ shown: [Round]) throws {
  try show(
    PanelPlot(
      title: "Eight atoms find the equilibrium",
      description:
        """
        The value falls to minus log 4, the discriminator's eight outputs all go to one half, and the generator's \
        masses to the data's.
        """,
      panels: [
        LinePlot(
          title: "V", description: "", xLabel: "round", yLabel: "", xRange: 0...60,
          series: [.init("", shown.map(\.value))],
          references: [("−log 4", -logFour())]),
        LinePlot(
          title: "D on each atom", description: "", xLabel: "round", yLabel: "", xRange: 0...60, yRange: 0...1,
          series: (0..<8).map { atom in .init("", shown.map { $0.d[atom] }) }),
        LinePlot(
          title: "p_g on each atom", description: "", xLabel: "round", yLabel: "", xRange: 0...60,
          series: (0..<8).map { atom in .init("", shown.map { $0.q[atom] }) }),
      ], columns: 3),
    as: "equilibrium", caption: "V falls to −log 4, every D goes to 1/2, every mass to the data's")
}

//: What proposition 2 asks for is more than any training run gives. $G$ here moves its *masses*, and $V$ is convex in
//: those. A network moves *parameters*, in which nothing is convex, and its $D$ makes a few noisy steps instead of a
//: climb to the top. Chapter 2 is about that difference.
