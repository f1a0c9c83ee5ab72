//: ## Answers
//: Each is a function like those above, and what stands under it is what it put out in this run. `--answer N` runs one
//: alone. On this page the second and third train for 300 iterations; with `--answer 2 --iterations 1000` and
//: `--answer 3 --iterations 1000`, some minutes, they go as far as the chapter's own runs.

import Algorithm1
import GANBook

#if canImport(Algorithm1)
  import Algorithm1
#endif

/// Runs the answer to one of the exercises. Nothing is recorded: the tables say what was found.
func answerExercise(_ number: Int, _ plan: Plan, iterations: Int) throws {
  switch number {
  case 1: try answerOneLatentNumber(plan)
  case 2: try answerRates(plan, iterations: iterations)
  default: try answerNoise(plan, iterations: iterations)
  }
}

//: {{fold Answer to exercise 1: one latent number}}
//: The monotone map that turns $\mathcal N(0, 1)$ into the bell is the straight line $G(z) = 2 + z/2$. A fold is a
//: place where $G$ turns back: $G' = 0$ there, and the density of the samples, a sum of $p_z(z)/|G'(z)|$ over all $z$
//: that lead to the place, has a spike. Each sample feels only $D$'s slope where it is. To unfold, two branches would
//: have to pass through each other, and on the way the density would fit the data worse; where the branches together
//: have the right density, there is no slope at all.

private func answerOneLatentNumber(_ plan: Plan) throws {
  var rules = Rules.bell
  rules.latent = 1
  let z = (-60...60).map { Double($0) / 20 }
  let rows = try (0..<3).map { index -> [String] in
    var run = Run("one latent number", rules, seed: plan.seed &+ UInt64(index), dtype: plan.dtype)
    try run.train(iterations: plan.bellIterations, measuringEvery: max(1, plan.bellIterations / 6))
    let x = withoutRecording {
      run.training.generator(Tensor(z, shape: [z.count, 1]).converted(to: plan.dtype)).values
    }
    let slopes = zip(x.dropFirst(), x).map { $0 - $1 }
    let folds = zip(slopes.dropFirst(), slopes).count { $0 * $1 < 0 }
    let ends = [20, 40, 60, 80, 100].map { formatted(x[$0], decimals: 2) }
    return ["\(run.training.history.count)", "\(plan.seed &+ UInt64(index))", "\(folds)"] + ends
      + [formatted(run.grid.divergence(of: run.training.samples(20_000)), decimals: 4)]
  }
  let line = [-2.0, -1, 0, 1, 2].map { formatted(2 + $0 / 2, decimals: 2) }
  show(
    table: ["iterations", "seed", "folds in −3…3", "G(−2)", "G(−1)", "G(0)", "G(1)", "G(2)", "JSD"],
    rows + [["the line", "", "0"] + line + ["0.0000"]], caption: "Three generators of one latent number")
}

//: {{fold Answer to exercise 2: five steps, or one of five times the rate}}
//: Adam divides a gradient by its own size, so a step is as long as the learning rate and five of them go as far as one
//: of five times the rate **if they all point one way**. They need not: each of the five sees a fresh batch and the $D$
//: that the one before has left. The table says that the two are not the same. After equally many steps of $G$ the $D$
//: of five steps is surer of data, and $G$'s gradient is the longer one. Both have gone further than $k = 1$ at the old
//: rate. Two seeds are two anecdotes.

private func answerRates(_ plan: Plan, iterations: Int) throws {
  var rows: [[String]] = []
  for (name, k, factor) in [("k = 1", 1, 1.0), ("k = 5", 5, 1), ("k = 1, five times the rate", 1, 5)] {
    for index in 0..<2 {
      var rules = Rules(data: .ring)
      rules.k = k
      rules.rateD *= factor
      var run = Run(name, rules, seed: plan.seed &+ UInt64(index), dtype: plan.dtype)
      try run.train(iterations: iterations, measuringEvery: max(1, iterations / 6))
      let samples = run.training.samples(2000)
      rows.append([
        name, "\(plan.seed &+ UInt64(index))", "\(Coverage(of: samples).modes)",
        formatted(run.grid.divergence(of: samples), decimals: 3), formatted(run.late(\.onData), decimals: 3),
        formatted(run.late(\.slopeG), decimals: 3),
      ])
    }
  }
  show(
    table: ["run", "seed", "modes", "JSD", "D(x)", "G's gradient"], rows,
    caption: "The ring, \(iterations) iterations: modes and JSD at the end, D and gradient over the last 100")
}

//: {{fold Answer to exercise 3: noise on everything that D sees}}
//: A $D$ of twenty steps tells data from samples where they do not overlap, and its slope there says little of where to
//: go: chapter 1's figure of the two bells that move apart, whose divergence is flat far away. Noise of deviation 0.5
//: makes both so wide that they overlap between the clusters too; it is the limit of chapter 1's last section taken
//: from the other side. As it is drawn back the clusters become sharp again, with samples already near all that the
//: noise has shown. In the table the run with noise has more of the clusters, and a smaller share of its samples is
//: near any.

private func answerNoise(_ plan: Plan, iterations: Int) throws {
  var rows: [[String]] = []
  for (name, start) in [("k = 20", 0.0), ("k = 20, noise from 0.5 to 0", 0.5)] {
    let random = TorchGenerator(seed: plan.seed)
    let generator = Perceptron([2, 64, 64, 2], random: random)
    let discriminator = Perceptron([2, 64, 64, 1], random: random)
    for player in [generator, discriminator] { player.convert(to: plan.dtype) }
    let optimizers = [generator, discriminator].map {
      Adam($0.parameters, learningRate: Rules(data: .ring).rateG, betas: (0.5, 0.999))
    }
    try iterate(name, iterations) { iteration in
      let deviation = start * (1 - Double(iteration) / Double(iterations))
      func seen(_ points: Tensor) -> Tensor { points + random.normal(points.shape, dtype: plan.dtype) * deviation }
      func fakes() -> Tensor { generator(random.normal([128, 2], dtype: plan.dtype)) }
      for _ in 0..<20 {
        let fake = seen(withoutRecording(fakes))
        let real = seen(DataSet.ring.sample(128, random: random, dtype: plan.dtype))
        let loss = (-discriminator(real)).softplus().mean() + discriminator(fake).softplus().mean()
        optimizers[1].step(gradients(of: loss, at: discriminator.parameters.values))
      }
      let loss = (-discriminator(seen(fakes()))).softplus().mean()
      optimizers[0].step(gradients(of: loss, at: generator.parameters.values))
      try requireFinite(loss.item, at: iteration + 1)
    }
    let samples = withoutRecording { generator(TorchGenerator(seed: 1).normal([2000, 2], dtype: plan.dtype)) }
    let coverage = Coverage(of: samples)
    rows.append([
      name, "\(coverage.modes)", formatted(coverage.highQuality, decimals: 3),
      formatted(Grid(.ring).divergence(of: samples), decimals: 3),
    ])
  }
  show(
    table: ["run", "modes", "high quality", "JSD"], rows,
    caption: "The ring after \(iterations) iterations, one seed: an anecdote, not a rate of success")
}
