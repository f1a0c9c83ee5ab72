//: ## Answers
//: Each is a function like those above, and what stands under it is what it put out in this run. `--answer N` runs one
//: alone: a few seconds for 12 iterations, with `--iterations 128` as many as the literal run has.

import DCGAN
import Datasets
import GANBook

/// Runs the answer to one of the exercises. Nothing is recorded: the tables say what was found.
func answerExercise(_ number: Int, _ plan: Plan, iterations: Int) throws {
  switch number {
  case 1: try answerWhichMistake(plan, iterations)
  case 2: answerEquilibrium()
  default: try answerSmoothedLabels(plan, iterations)
  }
}

/// A run with rules between those of the literal and of the repaired act.
private struct Trial {
  var endsInSigmoid = false
  var realSize = 32
  var realLabel = 1.0

  /// What each iteration left: D's mean probability on real pictures and on fakes, and the length of G's gradient.
  struct Moment {
    let onReal: Double
    let onFakes: Double
    let slopeG: Double
  }

  func run(_ plan: Plan, _ iterations: Int) throws -> [Moment] {
    let random = TorchGenerator(seed: plan.seed)
    let generator = Generator(random: random)
    let discriminator = Discriminator(endsInSigmoid: endsInSigmoid, random: random)
    for network in [generator, discriminator] as [any Layer] {
      initializeWeights(of: network, random: random)
      network.convert(to: plan.dtype)
    }
    let optimizers = [generator, discriminator].map { (network: any Layer) in
      Adam(network.parameters, learningRate: 2e-4, betas: (0.5, 0.999))
    }
    var loader = ShuffledLoader(count: plan.data.count, batchSize: 64)
    return try iterate("answer", iterations) { iteration in
      let batch = loader.next(drawingFrom: random)
      let real = plan.data.batch(batch.indices, size: realSize, dtype: plan.dtype)
      let fakes = generator(random.normal([real.shape[0], 64, 1, 1], dtype: plan.dtype))
      func loss(_ scores: Tensor, _ label: Double) -> Tensor {
        binaryCrossEntropy(logits: scores, targets: Tensor(repeating: label, shape: scores.shape, dtype: plan.dtype))
      }
      let (realScore, fakeScore) = (discriminator(real), discriminator(fakes.detached))
      let lossD = loss(realScore, realLabel) + loss(fakeScore, 0)
      optimizers[1].step(gradients(of: lossD, at: discriminator.parameters.values))
      let slopes = gradients(of: loss(discriminator(fakes), 1), at: generator.parameters.values)
      optimizers[0].step(slopes)
      try requireFinite(lossD.item, "Loss_D", at: iteration + 1)
      return withoutRecording {
        // D's own probability: its last layer's where that is a Sigmoid, else that of its logit.
        let means = [realScore, fakeScore].map { (endsInSigmoid ? $0 : $0.sigmoid()).mean().item }
        let length = slopes.reduce(0) { $0 + $1.converted(to: .float64).squared().sum().item }.squareRoot()
        return Moment(onReal: means[0], onFakes: means[1], slopeG: length)
      }
    }
  }
}

private func compare(_ trials: [(String, Trial)], _ plan: Plan, _ iterations: Int, caption: String) throws {
  let rows = try trials.map { name, trial -> [String] in
    let moments = try trial.run(plan, iterations)
    guard let first = moments.first, let last = moments.last else { return [name, "", "", "", ""] }
    return [name, formatted(last.onReal, decimals: 4), formatted(last.onFakes, decimals: 4)]
      + [first.slopeG, last.slopeG].map { formatted($0, decimals: 3) }
  }
  show(
    table: ["run", "D on real, at the end", "D on fakes", "G's gradient, first", "last"], rows, caption: caption)
}

//: {{fold Answer to exercise 1: which of the two mistakes starves G}}
//: Both mistakes are made one at a time, the last two columns have the length of G's gradient. The slope that reaches G
//: goes through the inner Sigmoid and carries its factor $p(1 - p)$: with a sure D it is gone, whatever the sizes.
//: Unequal sizes only make D sure sooner, and a D without Sigmoid that is sure of a fake has a loss whose slope is 1,
//: so G is told all the more.

private func answerWhichMistake(_ plan: Plan, _ iterations: Int) throws {
  try compare(
    [
      ("both mistakes", Trial(endsInSigmoid: true, realSize: 64)),
      ("Sigmoid twice, equal sizes", Trial(endsInSigmoid: true, realSize: 32)),
      ("one Sigmoid, real pictures of 64 px", Trial(endsInSigmoid: false, realSize: 64)),
      ("neither", Trial()),
    ], plan, iterations, caption: "\(iterations) iterations from the same weights and data, one seed")
}

//: {{fold Answer to exercise 2: equilibrium with the second Sigmoid}}
//: A D that outputs $p$ on everything has the losses $\operatorname{softplus}(-p) + \operatorname{softplus}(p)$ and
//: $\operatorname{softplus}(-p)$, and prints $\sigma(p)$ twice. For $p = 1/2$ that is the second row: nowhere a one
//: half, and a log that nobody would take for equilibrium. But it is none. If samples could not be told from data, D
//: would lower its loss by going from $p = 1/2$ to $p = 0$, the least there is: then the program prints 1.3863, 0.6931,
//: and 0.5000 twice, the numbers of a GAN at equilibrium without the second Sigmoid. The document's last lines differ
//: from them in Loss_D and D(x) alone.

private func answerEquilibrium() {
  let rows = [0, 0.5, 1].map { p -> [String] in
    let logit = Tensor(p, dtype: .float64)
    let (real, fake) = ((-logit).softplus().item, logit.softplus().item)
    return [p, real + fake, real, logit.sigmoid().item].map { formatted($0, decimals: 4) }
  }
  show(
    table: ["p on everything", "Loss_D", "Loss_G", "D(x) = D(G(z))"], rows,
    caption: "What the document's program prints for a D that says p of every picture")
}

//: {{fold Answer to exercise 3: real pictures labelled 0.9}}
//: With the label 0.9 D's loss on real pictures is least at the logit $\log 9$, a probability of 0.9, and rises again
//: beyond: D is not rewarded for growing steeper on real pictures. On fakes nothing is smoothed, so the factor with
//: which G's loss meets D's logit, $1 - D(G(z))$, stays near 1. What can change is how steeply the logit falls from
//: real pictures to fakes, and that is what G's gradient is made of. After so few iterations the two runs show how
//: large the effect is at first; it takes some hundred (`--answer 3 --iterations 100`, about a minute) to see where
//: they go.

private func answerSmoothedLabels(_ plan: Plan, _ iterations: Int) throws {
  try compare(
    [("real pictures labelled 1", Trial()), ("labelled 0.9", Trial(realLabel: 0.9))], plan, iterations,
    caption: "\(iterations) iterations of the repaired run, one seed")
}
