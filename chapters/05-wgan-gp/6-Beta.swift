//: ## Where β per pixel goes wrong
//: On those pictures the wrong β did no visible harm: the critic was nearly linear from fake to photograph, and a slope that is
//: right in the middle is right everywhere. But nothing made sure of it. Written out for a picture of $n$ numbers: with one β the
//: point $\hat x$ lies on the line from fake to real, anywhere on it. With $n$ of them its position along the line is an average of
//: many independent numbers, always close to the middle, and it stands off the line by about $\sqrt{1/12} = 0.29$ of the line's
//: length. The critic is asked for a slope of 1 at places where neither data nor fakes ever are.

import Autograd
import Literate
import NeuralNets
import Pictures
import ProGAN
import Tensors
import TorchRandom

func measureBeta(_ plan: Plan) {
  let random = plan.random()
  let real = plan.photographs.batch(0..<64, size: 8, dtype: plan.dtype)
  let fake = random.uniform([64, 3, 8, 8], from: -1, to: 1, dtype: plan.dtype)
  let line = (real - fake).flattened(from: 1)  // [64, 192]
  let squares = line.squared().sum(axes: [1], keepingAxes: true)
  var rows: [[String]] = []
  for (name, shape) in [("per sample", [64, 1, 1, 1]), ("per pixel", real.shape)] {
    let beta = random.uniform(shape, dtype: plan.dtype)
    let way = (beta * real + (1 - beta) * fake - fake).flattened(from: 1)
    let position = (way * line).sum(axes: [1], keepingAxes: true) / squares  // [64, 1]
    let off = ((way - position * line).squared().sum(axes: [1], keepingAxes: true) / squares).squareRoot()
    let spread = position.standardDeviation().item
    rows.append([name, formatted(spread, decimals: 4), formatted(off.mean().item, decimals: 4)])
    record(
      "beta/\(name)", series: [spread, off.mean().item], atol: 1e-9, rtol: 1e-9,
      float32: .within(atol: 1e-6, rtol: 1e-5))
  }
  show(
    table: ["β", "spread of the position along the line", "distance from the line"], rows,
    caption: "Share of the line's length; U(0, 1) spreads by 0.2887")
}

//: Smooth networks rarely use that freedom at once, but where the best critic has to bend they do. The ring again, in four
//: dimensions: fakes in one point, real samples on a sphere of radius $r = 4$ around it. $W_1 = 4$, and by the formula above the
//: right estimate is $4(1 + 4/20) = 4.8$. A β per coordinate turns $\hat x$ off the radius to which it belongs. The critic is held to
//: slope 1 in other directions than it climbs in, and its estimate goes past what the penalty was meant to allow.

func trainOnASphere(_ plan: Plan) throws {
  let runs = try [("per sample", 1), ("per coordinate", 4)].map { name, count in
    (name, try estimatesOnASphere(name, betasPerSample: count, plan))
  }
  let predicted = sphereRadius * (1 + sphereRadius / (2 * penaltyWeight))
  let settled = runs.map { mean(Array($1.suffix(max(1, plan.iterations / 10)))) }
  show(
    table: ["β", "W₁", "predicted estimate", "estimate"],
    zip(runs, settled).map { run, estimate in
      [run.0] + [sphereRadius, predicted, estimate].map { formatted($0, decimals: 3) }
    }, caption: "A sphere of radius 4 in four dimensions, mean of the last tenth of training")
  try show(
    LinePlot(
      title: "The estimate with one β per sample and with one per coordinate",
      description:
        "With one beta per sample the estimate rises to the predicted 4.8 and stays; with one per coordinate it goes on "
        + "to more than 5.5.",
      xLabel: "iteration", yLabel: "E f(real) − E f(fake)", series: runs.map { .init("β \($0)", $1) },
      references: [("W₁", sphereRadius), ("W₁(1 + W₁/2λ)", predicted)]), as: "sphere")
  for ((name, estimates), end) in zip(runs, settled) {
    let window = plan.dtype == .float64 ? plan.iterations : min(50, plan.iterations)
    record(
      "sphere/\(name)/estimate", series: Array(estimates.prefix(window)), atol: 1e-9, rtol: 1e-9,
      float32: .within(atol: 1e-4, rtol: 1e-4))
    record("sphere/\(name)/settled", scalar: end, atol: 1e-8, rtol: 1e-8, float32: .within(atol: 0, rtol: 1e-2))
  }
  if plan.iterations >= 400 {
    claim("beta-per-sample-meets-the-prediction", abs(settled[0] / predicted - 1) < 0.03)
    claim("beta-per-coordinate-overshoots", settled[1] / predicted > 1.1)
  }
}

private let sphereRadius = 4.0

/// The estimates of a critic in training, with so many β for each sample.
private func estimatesOnASphere(_ name: String, betasPerSample: Int, _ plan: Plan) throws -> [Double] {
  let random = plan.random()
  let critic = PlaneCritic(dimensions: 4, random: random)
  critic.convert(to: plan.dtype)
  let optimizer = Adam(critic.parameters, learningRate: 1e-3, betas: (0, 0.99))
  let center = Tensor.zeros([64, 4], dtype: plan.dtype)
  let progress = ProgressBar("sphere, β \(name)", total: plan.iterations)
  defer { progress.finish() }
  return try (1...plan.iterations).map { iteration in
    if Interruption.isRequested { throw ChapterInterrupted(at: "iteration \(iteration), sphere", checkpoint: nil) }
    let direction = random.normal([64, 4], dtype: plan.dtype)
    let real = direction / direction.norm(axis: 1, keepingAxis: true) * sphereRadius  // [64, 4]
    let beta = random.uniform([64, betasPerSample], dtype: plan.dtype)
    let penalty = gradientPenalty({ critic($0) }, real: real, fake: center, beta: beta)
    let (realScores, fakeScores) = (critic(real), critic(center))
    let loss = criticLoss(real: realScores, fake: fakeScores, penalty: penalty)
    optimizer.step(gradientsIfConnected(of: loss, at: critic.parameters.values))
    progress.advance(to: iteration)
    return (realScores.mean() - fakeScores.mean()).item
  }
}
