//: ## Without growing
//: Was it the growing? The same networks, the same data and rates, and from the first iteration on 32 px and $\alpha = 1$, for the
//: time that the growing run took. That is fewer iterations, for each costs what only the last resolution's cost there. The table has both
//: runs. Where growing is ahead, it is ahead by what coarse pictures taught at a ninth or a third of the price; but the two may
//: lie close together, and one seed says little about which is better. Pictures of 32 px are small: the paper's claim is about 1024.

import Datasets
import Literate
import Pictures
import ProGAN
import Tensors

/// Trains at the last resolution alone and returns the training.
func trainWithoutGrowing(_ plan: Plan) throws -> Training {
  let last = plan.parameters.epochs.count - 1
  var parameters = plan.parameters
  parameters.epochs[last] = plan.epochsWithoutGrowing
  let training = Training(parameters, data: plan.data, seed: plan.seed, dtype: plan.dtype, firstStep: last)
  training.alpha = 1
  let progress = ProgressBar("without growing", total: parameters.epochs[last] * training.loader.batchesPerEpoch)
  defer { progress.finish() }
  while !training.isResolutionDone {
    if Interruption.isRequested { throw ChapterInterrupted(at: "the run without growing", checkpoint: nil) }
    _ = try training.iterate()
    progress.advance(to: training.history.count)
  }
  return training
}

/// Shows what became of a run without growing, beside the one that grew.
func showWithoutGrowing(_ training: Training, _ samples: [Picture], grown: Readings, iterations: Int) throws {
  let grid = Tensor.batch(Array(samples.prefix(12)), normalization: .unit).grid(columns: 12, padding: 2, padValue: 1)
  try show(
    Picture(grid).enlarged(2), as: "without-growing",
    caption: "Generated after \(training.history.count) iterations without growing",
    description: "A row of twelve generated pictures.")
  let runs = [
    ("growing", iterations, grown),
    ("without", training.history.count, Readings(of: samples)),
  ]
  show(
    table: ["run", "iterations", "can be read"] + ReadFactor.all.map(\.name),
    runs.map { name, iterations, readings in
      [name, "\(iterations)", formatted(readings.share, decimals: 3)]
        + ReadFactor.all.map { formatted(readings.divergence($0), decimals: 4) }
    },
    caption:
      "The share of \(samples.count) samples that can be read, and every factor's divergence to the truth, after the same time"
  )
}
