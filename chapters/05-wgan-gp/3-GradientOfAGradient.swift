//: # The gradient of a gradient
//: The penalty contains $\nabla_{\hat x} D$, and training differentiates the penalty with respect to the weights. So
//: the first gradient must itself be a result that can be differentiated: `gradients(of:at:keepingGraph: true)` records
//: the backward pass like any other computation (`create_graph=True` in PyTorch). Nothing in the engine is special
//: about it. Every rule of the backward pass is written in operations that have rules.
//:
//: ## Where it can be worked out by hand
//: For the critic $f(x) = w\cdot x$ the slope is $w$ everywhere. The penalty is $(\lVert w\rVert - 1)^2$ and its
//: gradient $2(\lVert w\rVert - 1)\,w/\lVert w\rVert$: it pulls $w$ to length 1 and never turns it.

import GANBook
import ProGAN

func workOutALinearCritic(_ plan: Plan) {
  let random = plan.random()
  let w = random.normal([3, 1], dtype: plan.dtype)  // [3, 1]
  let real = random.normal([4, 3], dtype: plan.dtype)
  let fake = random.normal([4, 3], dtype: plan.dtype)
  let penalty = gradientPenalty({ matrixProduct($0, w) }, real: real, fake: fake, random: random)
  let found = gradients(of: penalty, at: w)
  let length = w.values.map { $0 * $0 }.reduce(0, +).squareRoot()
  let closed = w.values.map { 2 * (length - 1) * $0 / length }
  show(
    table: ["", "w₁", "w₂", "w₃"],
    [
      ["by autograd"] + found.values.map { formatted($0, decimals: 8) },
      ["by hand"] + closed.map { formatted($0, decimals: 8) },
    ], caption: "Gradient of the penalty for f(x) = w·x")
  let worst = zip(found.values, closed).map { abs($0 - $1) }.max() ?? .infinity
  claim("by-hand", worst < (plan.dtype == .float64 ? 1e-14 : 1e-6))
  record("linear/gradient", found, atol: 1e-14, rtol: 1e-13, float32: .within(atol: 1e-6, rtol: 1e-6))
}

//: ## On the document's critic
//: Now ProGAN's critic at 8 px, with its convolutions, its fade-in and its minibatch standard deviation: the penalty's
//: gradient with respect to every weight, held against PyTorch's double backward. Biases that are added and never meet
//: a kink cannot change a slope; where autograd finds no path from the penalty to them, the table says so.
//:
//: One of the numbers is zero in exact arithmetic and noise in any other: the bias of `rgb_layers.0`. At 8 px nothing
//: stands between it and the score but layers that are affine and the standard deviation, which ignores a shift. In
//: float32 Adam would turn such noise into full steps.

func differentiateTwice(_ plan: Plan) throws {
  let random = plan.random()
  let critic = Discriminator(imageSize: 8, latents: 16, channels: 16, random: random)
  critic.convert(to: plan.dtype)
  let real = plan.photographs.batch(0..<4, size: 8, dtype: plan.dtype)  // [4, 3, 8, 8]
  let fake = random.uniform([4, 3, 8, 8], from: -1, to: 1, dtype: plan.dtype)
  let penalty = try gradientPenalty({ try critic($0, alpha: 0.3, step: 1) }, real: real, fake: fake, random: random)
  record("critic/penalty", scalar: penalty.item, atol: 1e-13, rtol: 1e-12, float32: .within(atol: 0, rtol: 2e-5))
  let found = gradientsIfConnected(of: penalty, at: critic.parameters.values)
  var rows: [[String]] = []
  for ((name, _), gradient) in zip(critic.namedParameters, found) {
    guard let gradient else {
      rows.append([name, "no path"])
      continue
    }
    let size = gradient.values.map(abs).max() ?? 0
    rows.append([name, "\(formatted(size, decimals: 6))"])
    // What is zero but for rounding is no number to compare.
    if name == "rgb_layers.0.conv.bias" { continue }
    // PyTorch's float32 lies up to 3e-6 of the largest element from its float64 here.
    record(
      "critic/penalty-gradient/\(name)", gradient, atol: 1e-11 * size, rtol: 1e-11,
      float32: .within(atol: 3e-5 * size, rtol: 0))
  }
  show(table: ["parameter", "largest element of the penalty's gradient"], rows)
}

//: ## Against central differences
//: PyTorch could be wrong in the same way as we are. So the last word has arithmetic: move one weight of a small critic
//: by $\pm 10^{-5}$, compute the penalty twice, and divide. Always in float64, or nothing would be left of the
//: difference.

func compareWithDifferences(_ plan: Plan) throws {
  let random = plan.random()
  let critic = PlaneCritic(width: 4, random: random)
  critic.convert(to: .float64)
  let real = random.normal([5, 2], dtype: .float64)
  let fake = random.normal([5, 2], dtype: .float64)
  let beta = random.uniform([5, 1], dtype: .float64)
  func penalty() -> Tensor { gradientPenalty({ critic($0) }, real: real, fake: fake, beta: beta) }
  let found = gradients(of: penalty(), at: critic.parameters.values)
  var worst = 0.0
  for (parameter, gradient) in zip(critic.parameters, found) {
    let original = parameter.value
    for index in 0..<original.count {
      func shifted(_ amount: Double) -> Double {
        var values = original.values
        values[index] += amount
        parameter.value = Tensor(values, shape: original.shape)
        return penalty().item
      }
      worst = max(worst, abs((shifted(1e-5) - shifted(-1e-5)) / 2e-5 - gradient.values[index]))
    }
    parameter.value = original
  }
  let count = critic.parameters.map(\.value.count).reduce(0, +)
  say(
    """
    \(count) weights: largest difference between rule and central difference \
    \(worst < 1e-8 ? "below 1e-8" : "\(worst)")
    """
  )
  claim("central-differences", worst < 1e-8)
}
