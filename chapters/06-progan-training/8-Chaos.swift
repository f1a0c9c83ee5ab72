//: ## How long do two runs agree?
//: Train twice from the same seed, once in float32 and once in float64. Both start from the same weights and see the
//: same pictures, noise and $\beta$; all that differs is rounding, $6\cdot10^{-8}$ at a time. The plot shows how far
//: their losses lie apart, and the line under it says when that was more than $10^{-5}$ for the first time. The rise is
//: gradual, and nothing marks a moment at which the runs part. What can carry it is known: an activation that lands on
//: the other side of zero in one of the runs gives that iteration another slope and another penalty; a gradient near
//: zero that changes its sign becomes a full step of Adam the other way; and every step begins where the one before it
//: ended. Nothing is wrong with either run. It is why the checks of this book that must be sharp run in float64, and
//: why a curve that "looks a bit different from the paper's" is no evidence of anything.

import Datasets
import GANBook
import ProGAN

/// Draws how two runs that differ in rounding alone drift apart.
func showChaos(_ plan: Plan) throws {
  let iterations = 60
  // 8 px in small batches: the same effect as at high resolutions, in seconds.
  var parameters = Hyperparameters.document
  parameters.batchSizes[1] = 16
  let runs = [DType.float32, .float64].map { dtype in
    Training(parameters, data: plan.data, seed: plan.seed, dtype: dtype, firstStep: 1)
  }
  let differences = try iterate("two precisions", iterations) { _ in
    let lines = try runs.map { try $0.iterate().line }
    return abs(lines[0].lossC - lines[1].lossC)
  }
  let early = differences.prefix(5).max() ?? .nan
  let late = differences.suffix(10).max() ?? .nan
  let plot = LinePlot(
    title: "Distance of a float32 run from its float64 twin",
    description:
      "The difference of Loss_C per iteration on a logarithmic axis: at most \(scientific(early)) in the first 5 "
      + "iterations, at most \(scientific(late)) in the last 10.",
    xLabel: "iteration", yLabel: "|difference of Loss_C|", yScale: .logarithmic,
    series: [.init("8 px, batch 16", differences)])
  try show(plot, as: "chaos", caption: "Same seed, same draws, other rounding")
  let first = differences.firstIndex { $0 > 1e-5 }.map { "first above 1e-5 at iteration \($0)" } ?? "never above 1e-5"
  say(
    """
    largest difference of Loss_C in the first 5 iterations: \(scientific(early)); \(first); in the last 10: \
    \(scientific(late))
    """
  )
  claim("rounding-is-amplified", late > 10 * early)
}
