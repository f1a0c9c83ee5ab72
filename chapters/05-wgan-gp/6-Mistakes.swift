//: # Three ways to get it wrong
//: Each of these is a line or two away from the right program, and none crashes. The logs of the first two look
//: reasonable; the third shows a loss that rises. To see them we train ProGAN's critic at 8 px to tell photographs from
//: an untrained generator's pictures, four times from the same weights: with the right penalty, and with each mistake.

import GANBook
import ProGAN

enum PenaltyVariant: String, CaseIterable {
  case right
  case betaPerPixel = "β per pixel"
  case channelsOnly = "norm over channels"
  case notDifferentiated = "not differentiated"

  func penalty(
    _ critic: (Tensor) throws -> Tensor, real: Tensor, fake: Tensor, random: TorchGenerator
  ) rethrows -> Tensor {
    switch self {
    case .right: return try gradientPenalty(critic, real: real, fake: fake, random: random)
    case .betaPerPixel:
      // The mistake: [N, C, H, W] numbers where there should be [N, 1, 1, 1].
      let beta = random.uniform(real.shape, dtype: real.dtype)
      return try gradientPenalty(critic, real: real, fake: fake, beta: beta)
    case .channelsOnly:
      let mixed = mix(real, fake, random)
      let slope = gradients(of: try critic(mixed).sum(), at: mixed, keepingGraph: true)
      // The mistake: [N, H, W] lengths of 3 numbers where there should be [N] lengths of C·H·W.
      return (slope.norm(axis: 1) - 1).squared().mean()
    case .notDifferentiated:
      let mixed = mix(real, fake, random)
      // The mistake: the graph is not kept, the slope is data.
      let slope = gradients(of: try critic(mixed).sum(), at: mixed)
      return (slope.flattened(from: 1).norm(axis: 1) - 1).squared().mean()
    }
  }

  private func mix(_ real: Tensor, _ fake: Tensor, _ random: TorchGenerator) -> Tensor {
    let beta = random.uniform([real.shape[0], 1, 1, 1], dtype: real.dtype)
    return beta * real + (1 - beta) * fake
  }
}

/// What a critic has become.
private struct Outcome {
  let losses: [Double]
  /// E D(real) − E D(fake) on pictures it was not trained on.
  let estimate: Double
  /// Mean slope at β = 0, ¼, ½, ¾, 1 between such pictures.
  let slopes: [Double]
}

private let places = [0, 0.25, 0.5, 0.75, 1]

private func train(_ variant: PenaltyVariant, _ plan: Plan) throws -> Outcome {
  let random = plan.random()
  let generator = Generator(latents: 16, channels: 16, imageSize: 8, random: random)
  let critic = Discriminator(imageSize: 8, latents: 16, channels: 16, random: random)
  for network in [generator, critic] as [any Module] { network.convert(to: plan.dtype) }
  let optimizer = Adam(critic.parameters, learningRate: 1e-3, betas: (0, 0.99))
  func fakes(_ count: Int) -> Tensor {
    let noise = random.normal([count, 16, 1, 1], dtype: plan.dtype)
    return withoutRecording { generator(noise, alpha: 1, step: 1) }
  }
  func score(_ images: Tensor) throws -> Tensor { try critic(images, alpha: 1, step: 1) }

  // Drawn first, so that all four are judged on the same pictures whatever they draw in training.
  let (testReal, testFake) = (plan.photographs.batch(1_000..<1_064, size: 8, dtype: plan.dtype), fakes(64))
  let losses = try iterate(variant.rawValue, plan.pictureIterations) { iteration in
    let real = plan.photographs.batch((0..<16).map { (16 * iteration + $0) % 1_000 }, size: 8, dtype: plan.dtype)
    let fake = fakes(16)  // [16, 3, 8, 8]
    let penalty = try variant.penalty(score, real: real, fake: fake, random: random)
    let loss = criticLoss(real: try score(real), fake: try score(fake), penalty: penalty)
    optimizer.step(gradientsIfConnected(of: loss, at: critic.parameters.values))
    try requireFinite(loss.item, at: iteration + 1)
    return loss.item
  }
  let slopes = try places.map { beta in
    let mixed = withoutRecording { beta * testReal + (1 - beta) * testFake }
    return mean(gradients(of: try score(mixed).sum(), at: mixed).flattened(from: 1).norm(axis: 1).values)
  }
  return Outcome(
    losses: losses, estimate: try withoutRecording { try (score(testReal).mean() - score(testFake).mean()).item },
    slopes: slopes)
}

func makeMistakes(_ plan: Plan) throws {
  let outcomes = try PenaltyVariant.allCases.map { ($0, try train($0, plan)) }
  show(
    table: ["penalty", "last loss", "estimate"] + places.map { "slope, β = \($0)" },
    outcomes.map { variant, outcome in
      [variant.rawValue, formatted(outcome.losses.last ?? .nan, decimals: 2), formatted(outcome.estimate, decimals: 3)]
        + outcome.slopes.map { formatted($0, decimals: 3) }
    }, caption: "After \(plan.pictureIterations) iterations, on pictures the critic has not seen")
  try show(
    LinePlot(
      title: "The critic's slope from fake to real",
      description:
        "Mean length of the critic's gradient at five places between fakes and photographs, for the right penalty and "
        + "three wrong ones, on a logarithmic axis.",
      xLabel: "β: 0 is a fake, 1 a photograph", yLabel: "‖∇D‖", yScale: .logarithmic,
      series: outcomes.map { .init($0.rawValue, x: places, y: $1.slopes) }, references: [("1", 1)]), as: "mistakes")
  let window = plan.dtype == .float64 ? plan.pictureIterations : min(20, plan.pictureIterations)
  for (variant, outcome) in outcomes {
    // PyTorch's float32 lies 4e-7 from its float64 over the first 20 iterations.
    record(
      "mistakes/\(variant.rawValue)/loss", series: Array(outcome.losses.prefix(window)), atol: 1e-9, rtol: 1e-9,
      float32: .within(atol: 5e-6, rtol: 5e-6))
    if plan.dtype == .float64 {
      record("mistakes/\(variant.rawValue)/slopes", series: outcome.slopes, atol: 1e-8, rtol: 1e-8)
    }
  }
}
