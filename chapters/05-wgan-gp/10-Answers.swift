//: # Answers
//: Each is a function like those above, and what stands under it is what it put out in this run. `--answer N` runs one
//: alone. The three need a few seconds; `--profile full` trains the critics of the first two five times as long.

import GANBook
import ProGAN

/// Runs the answer to one of the exercises. Nothing is recorded: the tables say what was found.
func answerExercise(_ number: Int, _ plan: Plan) throws {
  switch number {
  case 1: try answerWeights(plan)
  case 2: try answerOneSided(plan)
  default: try answerCoupling(plan)
  }
}

/// A critic of the squares at distance 2 under a penalty of its own, and what it estimated on the way.
private struct Trial {
  let critic: PlaneCritic
  var estimates: [Double] = []
  var slopes: [Double] = []

  /// `penalty` gets the slopes' lengths [N].
  init(_ plan: Plan, weight: Double, penalty: (Tensor) -> Tensor) throws {
    let random = plan.random()
    critic = PlaneCritic(random: random)
    let optimizer = Adam(critic.parameters, learningRate: 1e-3, betas: (0, 0.99))
    try iterate("answer", plan.iterations) { iteration in
      let (real, fake) = PlanePair.squares(distance: 2).draw(64, from: random, dtype: .float32)
      let beta = random.uniform([64, 1])
      let mixed = withoutRecording { beta * real + (1 - beta) * fake }
      let lengths = gradients(of: critic(mixed).sum(), at: mixed, keepingGraph: true).norm(axis: 1)
      let (realScores, fakeScores) = (critic(real), critic(fake))
      let loss = criticLoss(real: realScores, fake: fakeScores, penalty: penalty(lengths), weight: weight)
      optimizer.step(gradientsIfConnected(of: loss, at: critic.parameters.values))
      try requireFinite(loss.item, at: iteration + 1)
      estimates.append(withoutRecording { (realScores.mean() - fakeScores.mean()).item })
      slopes.append(mean(lengths.values))
    }
  }

  static func settled(_ values: [Double]) -> Double { mean(Array(values.suffix(max(1, values.count / 10)))) }
}

//: {{fold Answer to exercise 1: other weights}}
//: With slope $k$ everywhere on the way the loss is $-kW + \lambda(k - 1)^2$, least at $k = 1 + W/2\lambda$; here $W$
//: is 2, and the estimate is $kW$. A large $\lambda$ buys exactness with time: the part of the loss that knows the data
//: is a small share of it, and Adam's steps, whose length does not depend on the loss's, go into holding the slope. The
//: last column says when the estimate first came within a tenth of the one it should have.

private func answerWeights(_ plan: Plan) throws {
  let distance = 2.0
  let rows = try [1.0, 10, 100].map { weight -> [String] in
    let trial = try Trial(plan, weight: weight) { ($0 - 1).squared().mean() }
    let k = 1 + distance / (2 * weight)
    let arrival = trial.estimates.firstIndex { abs($0 - k * distance) <= k * distance / 10 }
    return [formatted(weight, decimals: 0)]
      + [k, Trial.settled(trial.slopes), k * distance, Trial.settled(trial.estimates)].map {
        formatted($0, decimals: 3)
      }
      + [arrival.map { "\($0 + 1)" } ?? "not in \(plan.iterations)"]
  }
  show(
    table: ["λ", "k = 1 + W/2λ", "mean slope", "kW", "estimate", "iterations to a tenth"], rows,
    caption: "Squares at distance 2, means over the last tenth of \(plan.iterations) iterations, one seed")
}

//: {{fold Answer to exercise 2: the one-sided penalty}}
//: Between the squares sand is moved, and there the best critic is as steep as it may be under either penalty. What
//: changes is where being flatter costs something: the two-sided penalty pulls every point of its lines to slope 1, the
//: one-sided one only those that are steeper. In the table the two differ little where lines are: there sand is moved,
//: and being flatter would cost the estimate. Neither says anything of points that no line reaches; what the critics do
//: there is left over from their architecture. One seed, so the rows say what these two critics do and no more.

private func answerOneSided(_ plan: Plan) throws {
  func slopes(of critic: PlaneCritic, x: Double) -> Double {
    let points = (0...10).flatMap { [x, -0.5 + Double($0) / 10] }
    return mean(critic.slopes(at: Tensor(points, shape: [11, 2]).converted(to: .float32)))
  }
  let trials = [
    try Trial(plan, weight: penaltyWeight) { ($0 - 1).squared().mean() },
    try Trial(plan, weight: penaltyWeight) { ($0 - 1).relu().squared().mean() },
  ]
  let places: [(String, [Double])] = [
    ("between the squares", [-0.4, -0.2, 0, 0.2, 0.4]), ("inside them", [-1.3, -1, -0.7, 0.7, 1, 1.3]),
    ("beyond them", [-3, -2.5, -2, 2, 2.5, 3]),
  ]
  var rows = places.map { name, places in
    [name] + trials.map { trial in formatted(mean(places.map { slopes(of: trial.critic, x: $0) }), decimals: 3) }
  }
  rows.append(["estimate; W₁ is 2"] + trials.map { formatted(Trial.settled($0.estimates), decimals: 3) })
  show(table: ["mean slope", "(‖∇‖ − 1)²", "max(‖∇‖ − 1, 0)²"], rows, caption: "After \(plan.iterations) iterations")
}

//: {{fold Answer to exercise 3: whose slope}}
//: The theory speaks of a function of one picture. With the minibatch standard deviation there is none: the score of
//: one depends on all. The gradient of the **sum** of scores by picture 1 holds what picture 1 does to its own score
//: and to all others; its **own** gradient only the first. The own one is the slope of the function that is left when
//: the rest of the batch is held still, and that is the nearest there is to the theory's. To compute it, each score is
//: differentiated alone, one pass backward a picture, and only the row of that picture is kept; the document's is one
//: pass for all. (The other way out is a critic without such a layer.)

private func answerCoupling(_ plan: Plan) throws {
  let critic = Discriminator(imageSize: 8, latents: 16, channels: 16, random: plan.random())
  let images = plan.photographs.batch(0..<4, size: 8)  // [4, 3, 8, 8]
  let scores = try critic(images, alpha: 1, step: 1)  // [4, 1]
  func length(_ slope: Tensor, _ row: Int) -> Double {
    withoutRecording { slope.sliced(axis: 0, row..<row + 1).squared().sum().item.squareRoot() }
  }
  let ofSum = gradients(of: scores.sum(), at: images)
  let rows = (0..<4).map { row -> [String] in
    let own = gradients(of: scores.sliced(axis: 0, row..<row + 1).sum(), at: images)
    let others = (0..<4).filter { $0 != row }.map { length(own, $0) }.max() ?? .nan
    return ["\(row + 1)"] + [length(ofSum, row), length(own, row), others].map { formatted($0, decimals: 5) }
  }
  show(
    table: ["picture", "slope of the sum of scores", "of its own score", "its score's, by another picture (largest)"],
    rows,
    caption: "An untrained critic at 8 px, a batch of four photographs")
}
