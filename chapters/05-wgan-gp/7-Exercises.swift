import Autograd
import Literate
import NeuralNets
import ProGAN
import Tensors
import TorchRandom

/// Runs what an exercise starts from. Nothing is recorded: there is no reference for what a reader changes.
func runExercise(_ number: Int, _ plan: Plan) throws {
  switch number {
  case 1: try train(plan, "λ = 1", weight: 1) { ($0 - 1).squared().mean() }
  case 2: try train(plan, "one-sided", weight: penaltyWeight) { ($0 - 1).relu().squared().mean() }
  default: try measureCoupling(plan)
  }
}

/// Trains a critic on squares at distance 2 with another penalty, made from the slopes' lengths [N].
private func train(_ plan: Plan, _ name: String, weight: Double, penalty: (Tensor) -> Tensor) throws {
  let random = plan.random()
  let pair = PlanePair.squares(distance: 2)
  let critic = PlaneCritic(random: random)
  let optimizer = Adam(critic.parameters, learningRate: 1e-3, betas: (0, 0.99))
  for iteration in 1...plan.iterations {
    if Interruption.isRequested { throw ChapterInterrupted(at: "iteration \(iteration)", checkpoint: nil) }
    let (real, fake) = pair.draw(64, from: random, dtype: .float32)
    let beta = random.uniform([64, 1])
    let mixed = beta * real + (1 - beta) * fake
    let lengths = gradients(of: critic(mixed).sum(), at: mixed, keepingGraph: true).norm(axis: 1)
    let (realScores, fakeScores) = (critic(real), critic(fake))
    let loss = criticLoss(real: realScores, fake: fakeScores, penalty: penalty(lengths), weight: weight)
    optimizer.step(gradientsIfConnected(of: loss, at: critic.parameters.values))
    if iteration % max(1, plan.iterations / 4) == 0 {
      let estimate = (realScores.mean() - fakeScores.mean()).item
      say(
        "\(name), iteration \(iteration): estimate \(formatted(estimate, decimals: 3)), "
          + "slope \(formatted(mean(lengths.values), decimals: 3))")
    }
  }
}

private func measureCoupling(_ plan: Plan) throws {
  let critic = Discriminator(imageSize: 8, latents: 16, channels: 16, random: plan.random())
  let images = plan.photographs.batch(0..<4, size: 8)
  let first = try critic(images, alpha: 1, step: 1).sliced(axis: 0, 0..<1).sum()
  let lengths = gradients(of: first, at: images).flattened(from: 1).norm(axis: 1).values
  say(
    "length of the gradient of picture 1's score, by picture 1, 2, 3, 4: "
      + lengths.map { formatted($0, decimals: 5) }.joined(separator: "  "))
}
