//: ## The last ten lines
//: The document's log ends like this, ten times over:
//:
//: ```
//: [50/50][781/782] Loss_D: 1.0064  Loss_G: 0.6931  D(x): 0.7311  D(G(z)): 0.5000 / 0.5000
//: ```
//:
//: These digits can be derived without training anything. D ends in a Sigmoid, so its output $p$ lies in $(0, 1)$; the loss
//: takes that $p$ for a *logit* and applies the logistic function $\sigma$ once more. The best D can do is $p \to 1$ on real
//: pictures and $p \to 0$ on fakes, and then
//:
//: $$\text{Loss}_D = \operatorname{softplus}(-1) + \operatorname{softplus}(0) = \log(1 + e^{-1}) + \log 2 = 1.0064,$$
//: $$\text{Loss}_G = \operatorname{softplus}(-0) = \log 2 = 0.6931, \qquad D(x) = \sigma(1) = 0.7311, \qquad
//: D(G(z)) = \sigma(0) = 0.5.$$
//:
//: So the last lines say one thing: D tells real from fake *perfectly*, and both are printed through a second Sigmoid that
//: squeezes $(0, 1)$ into $(0.5, 0.7311)$. A D(G(z)) of 0.5 looks like the equilibrium of theory, where D can only guess.
//: It is the opposite.
//:
//: And D may be perfect without having looked at what the pictures show: real ones are photographs of 32×32 enlarged to
//: 64×64, fakes are 32×32, and the two sizes differ in how smooth they are and in how much of the border's zeros D sees.

import Autograd
import Goldens
import Literate
import Tensors

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

  //: The approach is slow and never arrives: the closer D's output comes to 0 or 1, the flatter its Sigmoid, and the smaller
  //: the step that would bring it nearer. A short run in float64 stops long before; what is recorded of it is only the
  //: closed form.

  if training.dtype == .float32 {
    // How near a short run comes depends on its rounding: PyTorch's own quick run ends at 1.0075, the floor is 1.0064. After
    // 500 iterations it is 1.0065.
    record("fixed-point/reached", Tensor(reached, shape: [4]).converted(to: .float32), atol: 2e-3, rtol: 0)
  }
}

//: ## G starves
//: What reaches G has to pass D's inner Sigmoid, whose derivative is $p(1 - p)$: it is as small as $p$ on the fakes, whatever
//: the loss outside. The next plot shows the length of G's gradient on a logarithmic axis. In the literal run it begins at
//: 0.1 and falls, with two returns on the way, to $5 \cdot 10^{-6}$ near iteration 60. Then it rises slowly, to
//: $4 \cdot 10^{-4}$ at the end: still less than a two-hundredth of what it was. In the repaired run it stays between 30
//: and 60.
//:
//: The rise is no recovery. All the way the length is some twenty times $p$, as the derivative says, and what rises is $p$:
//: from less than $10^{-6}$ to $10^{-5}$, too little for the log's D(G(z)) to show. The fakes have the same
//: weak hold on D: their share of D's gradient is as small as $p$, while real pictures, with $1 - p$ near $10^{-3}$, still
//: move D. Nothing keeps the scores of fakes at the very bottom. And G has little of it, because Adam divides by the size of
//: the last thousand gradients, the large ones of the beginning among them.
