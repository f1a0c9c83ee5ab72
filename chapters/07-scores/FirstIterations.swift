//: ## Held against PyTorch
//: The first ten iterations, here and in PyTorch: the same draws to the bit, and losses and gradients within rounding.

import GANBook

/// Runs the first iterations of the training and records them.
func compareFirstIterations(_ plan: Plan, iterations: Int) throws {
  guard iterations > 0 else { return }
  let training = Training(data: plan.training, seed: plan.seed, dtype: plan.dtype)
  for (name, parameter) in training.classifier.namedParameters { record("initial/\(name)", exact: parameter.value) }
  try iterate("first iterations", iterations) { number in
    let iteration = try training.iterate()
    say(training.history.line(iteration.batch, batchesPerEpoch: training.loader.batchesPerEpoch))
    guard number == 0 else { return }
    record("first/order", exact: training.loader.order)
    record("first/pictures", exact: iteration.pictures)
    for ((name, _), gradient) in zip(training.classifier.namedParameters, iteration.gradients) {
      record(
        "first/gradient/\(name)", relativeToLargest: gradient, atol: 1e-11, rtol: 1e-11,
        float32: .within(atol: 2e-3, rtol: 0))
    }
  }
  record(
    "first/loss", series: training.history.losses, atol: 1e-9, rtol: 0, float32: .within(atol: 3e-3, rtol: 0))
  record(
    "first/accuracy", series: training.history.accuracies, atol: 1e-12, rtol: 0,
    float32: .within(atol: 2.5 / 128, rtol: 0))
}
