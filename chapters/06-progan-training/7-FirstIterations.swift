//: ## Held against PyTorch at every resolution
//: A run that grows compares only its first iterations at 4 px with PyTorch: by the time it reaches 8 px, float32's
//: rounding has been amplified beyond comparison. So we start anew at each resolution (`--from-step` does the same) and
//: compare the first iterations there. In float32, the precision of this page, these are ten at 4, 8 and 16 px and one
//: at 32 px. In float64 they are ten at each of 4 to 32 px and one at 64 and at 128 px, and there the very first
//: gradients are compared too, weight for weight, at all six resolutions.
//:
//: One gradient cannot be compared: that of the bias of the critic's first `fromRGB`, at 4 px and, while it fades out,
//: at 8 px. Everything between it and the score is affine, so it moves all scores alike, and $-E[D(x)] + E[D(G(z))]$
//: does not see it: its gradient is zero. In floating point it is rounding noise, and Adam, which divides by the
//: gradient's own size, turns noise into full steps. In float32 the scores of two programs therefore walk apart
//: together, a learning rate at a time, while their difference, which is all that matters, stays the same.

import Datasets
import GANBook
import ProGAN

/// How far a series in float32 may be from PyTorch's after `count` iterations: at most four times what PyTorch's
/// float32 is from its own float64.
///
/// That is 1e-6 after one iteration. After ten at 4 and 8 px it is 3e-7 in the penalty, 2.5e-5 in Loss_C, and 2e-4 in
/// the scores, which walk with the bias of the text above. At 16 px it is 1.3e-4 in the penalty, and 1.2e-3 in Loss_C,
/// which holds the penalty ten times.
private func float32Scatter(of series: String, step: Int, count: Int) -> Tolerance {
  let atol =
    switch (series, step, count) {
    case ("alpha", _, _): 0.0
    case (_, _, 1): 4e-6
    case ("penalty", ...1, _): 1e-6
    case ("loss-c", ...1, _): 8e-5
    case (_, ...1, _): 8e-4
    default: series == "loss-c" ? 4e-3 : 4e-4
    }
  return .within(atol: atol, rtol: 0)
}

/// Runs the first iterations at every resolution and records them.
func compareFirstIterations(_ plan: Plan) throws {
  // Where a resolution costs seconds an iteration, or float32 has nothing to compare any more, one iteration is enough.
  let counts = plan.dtype == .float64 ? [10, 10, 10, 10, 1, 1] : [10, 10, 10, 1]
  for (step, count) in counts.enumerated() {
    let training = Training(.document, data: plan.data, seed: plan.seed, dtype: plan.dtype, firstStep: step)
    let prefix = "first/\(resolution(atStep: step))px"
    try iterate("first iterations of \(resolution(atStep: step)) px", count) { number in
      let iteration = try training.iterate()
      // The noise follows from every draw before it: order, noise, and β of all earlier iterations.
      record("\(prefix)/noise-\(number)", exact: iteration.noise)
      if number == 0 {
        record("\(prefix)/order", exact: training.loader.order)
        record("\(prefix)/real", exact: iteration.real)
        if plan.dtype == .float64 { recordGradients(of: iteration, training, prefix) }
      }
    }
    for (name, value) in History.series {
      record(
        "\(prefix)/\(name)", series: training.history.lines.map(value), atol: 1e-9, rtol: 0,
        float32: float32Scatter(of: name, step: step, count: count))
    }
    let lines = training.history.lines
    say(
      "\(resolution(atStep: step)) px, batch \(training.plan.batchSizes[step]): "
        + "Loss_C \(lines.map { formatted($0.lossC, decimals: 4) }.joined(separator: " "))")
  }
}

private func recordGradients(of iteration: Iteration, _ training: Training, _ prefix: String) {
  for (label, network, gradients) in [
    ("C", training.critic as any Module, iteration.gradientsC), ("G", training.generator, iteration.gradientsG),
  ] {
    for ((name, _), gradient) in zip(network.namedParameters, gradients) {
      guard let gradient else { continue }
      if training.step <= 1 && label == "C" && name == "rgb_layers.0.conv.bias" { continue }
      record("\(prefix)/gradient/\(label)/\(name)", relativeToLargest: gradient, atol: 1e-9, rtol: 0)
    }
  }
}
