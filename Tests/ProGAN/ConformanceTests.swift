import Autograd
import Files
import NeuralNets
import ProGAN
import Tensors
import Testing
import TorchRandom

@Suite struct ConformanceTests {
  @Test(arguments: try Reference.shared.get().initial)
  func `the first weights are PyTorch's bit for bit`(_ expected: Reference.Initial) {
    let random = TorchGenerator(seed: expected.seed)
    let generator = Generator(
      latents: expected.latents, channels: expected.channels, imageSize: expected.size, random: random)
    let critic = Discriminator(
      imageSize: expected.size, latents: expected.latents, channels: expected.channels, random: random)
    let networks: [(String, any Module)] = [("G", generator), ("D", critic)]
    let found = networks.flatMap { label, network in
      network.namedParameters.map { name, parameter in
        Reference.Initial.Weight(name: "\(label)/\(name)", shape: parameter.shape, sha256: hash(parameter.value))
      }
    }
    #expect(found.count == expected.weights.count)
    for (found, expected) in zip(found, expected.weights) { #expect(found == expected) }
    #expect(random.uniform([1]).withElements(of: Float.self) { $0[0].bitPattern } == expected.next)
  }

  private func hash(_ tensor: Tensor) -> String {
    tensor.withBytes { String(SHA256.hexadecimal(SHA256.hash(data: $0)).prefix(16)) }
  }

  /// Losses, first gradients of both networks, and the second gradients that the penalty's are.
  @Test(arguments: try Reference.shared.get().gradients)
  func `gradients agree with PyTorch's`(_ expected: Reference.Gradients) throws {
    let game = try SmallGame(step: expected.step)
    let scoresOfFakes = try game.score(game.fake)
    #expect(zip(scoresOfFakes.values, expected.scores).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($1)) })
    let losses = [try game.criticLoss, try game.penalty, -scoresOfFakes.mean()]
    for (loss, expected) in zip(losses, expected.losses) {
      #expect(abs(loss.item - expected) <= 1e-12 * max(1, abs(expected)))
    }
    expectAgreement(losses[0], game.critic, expected.critic, "critic", expected.step)
    expectAgreement(losses[1], game.critic, expected.penalty, "penalty", expected.step)
    expectAgreement(losses[2], game.generator, expected.generator, "generator", expected.step)
  }

  private func expectAgreement(
    _ loss: Tensor, _ network: any Module, _ expected: [String: Reference.Projected], _ part: String, _ step: Int
  ) {
    let found = gradientsIfConnected(of: loss, at: network.parameters.values)
    var worst = 0.0
    for ((name, _), gradient) in zip(network.namedParameters, found) {
      guard let reference = expected[name], let gradient else {
        #expect((gradient != nil) == (expected[name] != nil), "\(part) \(name): only one side has a gradient")
        continue
      }
      if isZero(name, part, step) {
        #expect(gradient.values.allSatisfy { abs($0) < 1e-13 }, "\(part) \(name)")
        #expect(reference.norm < 1e-13)
      } else {
        let difference = relativeDifference(gradient, reference)
        worst = max(worst, difference)
        #expect(difference <= 1e-9, "\(part) \(name) at \(4 << step) px")
      }
    }
    print("\(part) at \(4 << step) px: largest relative difference \(worst)")
  }

  /// Gradients that are zero in exact arithmetic.
  ///
  /// The last two biases move every score alike, and scores enter the critic's loss as a difference. At 4 and 8 px so
  /// does `fromRGB[0]`'s bias: between it and the score there is nothing but the standard deviation, which it does not
  /// change, and layers that are affine.
  private func isZero(_ name: String, _ part: String, _ step: Int) -> Bool {
    switch (part, name) {
    case ("critic", "conv.conv.bias"), ("critic", "linear.bias"): true
    case ("critic", "rgb_layers.0.conv.bias"), ("penalty", "rgb_layers.0.conv.bias"): step <= 1
    default: false
    }
  }

  @Test func `the first two biases of the critic's loss cancel exactly`() throws {
    let game = try SmallGame(step: 2)
    let found = gradients(of: try game.criticLoss, at: game.critic.parameters.values)
    for ((name, _), gradient) in zip(game.critic.namedParameters, found)
    where name == "conv.conv.bias" || name == "linear.bias" {
      // Exactly, or Adam would turn the noise into full steps.
      #expect(gradient.values.allSatisfy { $0 == 0 }, "\(name)")
    }
  }

  @Test func `alpha grows as PyTorch's program adds it up`() throws {
    for expected in try Reference.shared.get().alphas {
      let schedule = FadeInSchedule(
        datasetSize: expected.dataset, batchSize: expected.batch, epochs: expected.epochs)
      var alpha = FadeInSchedule.start
      for (index, value) in expected.values.enumerated() {
        alpha = schedule.alpha(after: alpha, images: schedule.images(inBatch: index))
        #expect(alpha == value)
        #expect(schedule.alpha(afterBatches: index + 1) == value)
      }
      #expect(schedule.alpha(afterBatches: 0) == 0.01)
      #expect(expected.values.count == schedule.batchesPerEpoch * expected.epochs)
    }
  }
}

/// Both networks, small, in float64, with a batch of noise, real images and β, as the reference program draws them.
struct SmallGame {
  let step: Int
  let alpha: Double
  let generator: Generator
  let critic: Discriminator
  let noise: Tensor
  let real: Tensor
  let beta: Tensor

  init(step: Int, order: HalvingOrder = .beforeBlock) throws {
    let small = try Reference.shared.get().small
    let random = TorchGenerator(seed: UInt64(step))
    self.step = step
    alpha = small.alpha
    generator = Generator(latents: small.latents, channels: small.channels, imageSize: small.size, random: random)
    critic = Discriminator(
      imageSize: small.size, latents: small.latents, channels: small.channels, order: order, random: random)
    let side = resolution(atStep: step)
    noise = random.normal([small.batch, small.latents, 1, 1], dtype: .float64)
    real = random.uniform([small.batch, 3, side, side], from: -1, to: 1, dtype: .float64)
    beta = random.uniform([small.batch, 1, 1, 1], dtype: .float64)
    generator.convert(to: .float64)
    critic.convert(to: .float64)
  }

  var fake: Tensor { generator(noise, alpha: alpha, step: step) }
  func score(_ images: Tensor) throws -> Tensor { try critic(images, alpha: alpha, step: step) }
  var penalty: Tensor { get throws { try gradientPenalty(score, real: real, fake: fake.detached, beta: beta) } }
  var criticLoss: Tensor {
    get throws { try -(score(real).mean() - score(fake.detached).mean()) + 10 * penalty }
  }
}
