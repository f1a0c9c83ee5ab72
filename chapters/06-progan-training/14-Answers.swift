//: ## Answers
//: Each is a function like those above, and what stands under it is what it put out in this run. All train as the quick
//: profile does, on the same pictures, but no further than to 8 px: what they find there is a hint, not a proof, of
//: what happens at 32 px.

import Datasets
import GANBook
import ProGAN

/// Runs the answer to one of the exercises. Nothing is recorded: the tables say what was found.
func answerExercise(_ number: Int, _ plan: Plan) throws {
  switch number {
  case 1: try answerAverage(plan)
  case 2: try answerFallingRate(plan)
  default: try answerCriticSteps(plan)
  }
}

/// A run to 8 px, and its generator's distances to the data there.
private struct Trial {
  let training: Training
  let quality: Quality

  init(_ plan: Plan, _ change: (inout Hyperparameters) -> Void = { _ in }) throws {
    var parameters = plan.parameters
    parameters.epochs = parameters.epochs.prefix(2).map { min($0, 2) }
    change(&parameters)
    training = Training(parameters, data: plan.data, seed: plan.seed, dtype: plan.dtype)
    let last = parameters.epochs.count - 1
    var iterations = 0
    while training.step < last || !training.isResolutionDone {
      try stopIfAsked(at: "iteration \(iterations) of an answer")
      if iterations == plan.iterations { break }
      if training.isResolutionDone { training.grow() }
      _ = try training.iterate()
      iterations += 1
    }
    quality = try Self.measure(training, plan) { [training] in
      training.sample($0, alpha: training.alpha, step: training.step)
    }
  }

  static func measure(_ training: Training, _ plan: Plan, _ generate: (Tensor) -> Tensor) throws -> Quality {
    let meter = try QualityMeter(
      plan.data, size: resolution(atStep: training.step), latents: training.plan.latents, dtype: plan.dtype)
    return meter.measure(generate)
  }

  /// The critic's estimate of the distance, mean of the last hundred iterations.
  var estimate: Double {
    let last = training.history.lines.suffix(100).map(\.distance)
    return last.reduce(0, +) / Double(max(last.count, 1))
  }
}

private func row(_ name: String, _ quality: Quality) -> [String] {
  [name, formatted(quality.color, decimals: 3), formatted(quality.patches, decimals: 3)]
}

//: {{fold Answer to exercise 1: weights as they are}}
//: One run, its last generator asked twice: with the averaged weights, and with those of the last step. Each step of
//: Adam moves every weight by about the learning rate, to and fro; what the single step adds to all pictures at once, a
//: tint, the average takes out. So the color distance is where it should show first. In the long run it shows less than
//: here, as the learning rate falls to zero there and the weights come to rest by themselves.

private func answerAverage(_ plan: Plan) throws {
  let trial = try Trial(plan) { ($0.learningRateFalls, $0.averageDecay) = (false, 0.999) }
  let training = trial.training
  let plain = try Trial.measure(training, plan) { training.generator($0, alpha: training.alpha, step: training.step) }
  show(
    table: ["weights", "color distance", "patches"], [row("averaged", trial.quality), row("of the last step", plain)],
    caption: "One generator after \(training.history.count) iterations")
}

//: {{fold Answer to exercise 2: a learning rate that stays}}
//: Both runs are the same up to the middle of the 8 px, where one's learning rate begins to fall.

private func answerFallingRate(_ plan: Plan) throws {
  let rows = try [("falls", true), ("stays", false)].map { name, falls in
    row(name, try Trial(plan) { $0.learningRateFalls = falls }.quality)
  }
  show(
    table: ["learning rate", "color distance", "patches"], rows, caption: "Distances to the data at the end of 8 px")
}

//: {{fold Answer to exercise 3: five critic steps}}
//: One epoch at each size with five critic steps, five epochs with one: both have made the same number of critic steps,
//: and the first run a fifth of the other's generator steps. A critic that is nearer its optimum estimates a larger
//: distance of the same pictures; but these are not the same pictures, for this generator has had fewer steps. The
//: table has both.

private func answerCriticSteps(_ plan: Plan) throws {
  let rows = try [1, 5].map { steps in
    let trial = try Trial(plan) { parameters in
      parameters.criticIterations = steps
      parameters.epochs = [5 / steps, 5 / steps]
    }
    return row("\(steps)", trial.quality) + ["\(trial.training.history.count)", formatted(trial.estimate, decimals: 3)]
  }
  show(
    table: ["critic steps", "color distance", "patches", "generator steps", "estimate"], rows,
    caption: "Runs to 8 px with equally many critic steps; the estimate is the mean of the last 100 iterations")
}
