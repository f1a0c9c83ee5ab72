//: # What goes wrong
//: - **β per pixel.** The points leave the lines and gather in their middle; near the data the slope is free. On easy
//:   data nothing is to be seen of it; between two corners of a cube the estimate is a sixth too large.
//: - **The norm over channels only.** Every *pixel's* gradient is asked to have length 1. Spread evenly over $n$
//:   pixels, a gradient of length $k$ has $k/\sqrt n$ at each, so the loss is $-kW + \lambda(k/\sqrt n - 1)^2$, least
//:   at $k = \sqrt n\,(1 + \sqrt n\,W/2\lambda)$: the critic's scale depends on the resolution, and in ProGAN $\sqrt n$
//:   doubles at each step. At 8 px $\sqrt n$ is 8. The table's 3.7 to 4.5 is on the way there: in 100 iterations the
//:   critic without any working penalty has come no further. `--profile full` trains five times as long: take the
//:   estimate divided by the slope for $W$, and compare the slope with the formula.
//: - **A penalty that is not differentiated.** Without `keepingGraph` (`create_graph`) the penalty is a number: it
//:   stands in the log, and nothing in training knows of it. Nothing bounds the slope. The printed loss *rises*, since
//:   it includes the penalty, while each step lowers the only part that it can see.
//: - **Reading the loss as a distance.** It is one only up to the slope, $1 + W/2\lambda$ here, and only for a critic
//:   that has converged.
//: - **Batch normalization in the critic.** The penalty speaks about each sample's own slope, and batch normalization
//:   couples the samples. The minibatch standard deviation of ProGAN does too, if only through one channel: exercise 3.
//:
//: # Exercises
//: `--exercise N` runs a starting point.
//:
//: 1. Set $\lambda$ to 1 and to 100 and compare slope and estimate with $k = 1 + W/2\lambda$. The starting point runs
//:    $\lambda = 1$. Why does a large $\lambda$ make training slow?
//: 2. Replace $(\lVert\nabla\rVert - 1)^2$ by $\max(\lVert\nabla\rVert - 1, 0)^2$, which allows flat places. The
//:    starting point trains that critic on the squares. What changes between the squares, and what outside?
//: 3. The starting point prints how much the score of one picture depends on the *other* pictures of its batch. Which
//:    of the two, the document's gradient of the sum of scores or the gradient of each score by its own picture, is the
//:    slope the theory means? How would you compute the other?

import GANBook
import ProGAN

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
    let (real, fake) = pair.draw(64, from: random, dtype: .float32)
    let beta = random.uniform([64, 1])
    let mixed = beta * real + (1 - beta) * fake
    let lengths = gradients(of: critic(mixed).sum(), at: mixed, keepingGraph: true).norm(axis: 1)
    let (realScores, fakeScores) = (critic(real), critic(fake))
    let loss = criticLoss(real: realScores, fake: fakeScores, penalty: penalty(lengths), weight: weight)
    optimizer.step(gradientsIfConnected(of: loss, at: critic.parameters.values))
    try requireFinite(loss.item, at: iteration)
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
