//: ## Without growing
//: Was it the growing? The same networks, the same data and rates, and from the first iteration on 32 px and
//: $\alpha = 1$, for the time that the growing run took. That is fewer iterations, for each costs what only the last
//: resolution's cost there. The table has both runs. Where growing is ahead, it is ahead by what coarse pictures taught
//: at a ninth or a third of the price; but the two may lie close together, and one seed says little about which is
//: better. Pictures of 32 px are small: the paper's claim is about 1024.
//:
//: So that the page does not take twice its time, this run of seed 0 is kept in the package with its ledger, like a
//: whole run (`--profile full --act without-growing` makes it again in minutes, and `book check` holds it to its bits);
//: with other options it is trained here.

import Datasets
import GANBook
import ProGAN

extension Hyperparameters {
  /// So many epochs at the last resolution take about as long as growing from `firstStep` on.
  ///
  /// An iteration's work is counted in pixels that go through a block: at 32 px those of 4, 8, 16 and 32 px, times the
  /// batch.
  func epochsWithoutGrowing(images: Int, firstStep: Int) -> Int {
    func work(_ step: Int) -> Int { batchSizes[step] * (0...step).reduce(0) { $0 + 16 << (2 * $1) } }
    let last = epochs.count - 1
    let whole = epochs.indices.dropFirst(firstStep).reduce(0) { $0 + iterations(atStep: $1, images: images) * work($1) }
    let epoch = iterations(atStep: last, images: images) / epochs[last] * work(last)
    return max(1, (whole + epoch / 2) / epoch)
  }

  func iterations(atStep step: Int, images: Int) -> Int { epochs[step] * ((images - 1) / batchSizes[step] + 1) }
}

/// What a run without growing has made: its samples, after so many iterations.
struct WithoutGrowing {
  let samples: [Picture]
  let iterations: Int

  /// The one that the package keeps, where it is of the same options as `plan`; else trains one.
  init(_ plan: Plan, reader: SampleReader) throws {
    if let kept = try keptWeights().first(where: { $0.act == .withoutGrowing })?.weights, plan.matches(kept.ledger) {
      let generator = try TrainedGenerator(kept.file, dtype: plan.dtype)
      samples = try reader.pictures(plan.dtype) { try generator.pictures($0) }
      iterations = kept.ledger.iterations
    } else {
      let training = try trainWithoutGrowing(plan)
      (samples, iterations) = (reader.pictures(training), training.history.count)
    }
  }
}

extension Plan {
  /// Whether this run's twin without growing is the one that a ledger is of.
  fileprivate func matches(_ ledger: Ledger) -> Bool {
    let own = [
      "seed", "dtype", "images", "image-size", "latents", "channels", "learning-rate", "falling-learning-rate",
      "critic-iterations",
      "drift", "ema", "batch-sizes",
    ]
    let batches = (data.count - 1) / parameters.batchSizes[parameters.epochs.count - 1] + 1
    return isOfPortraits && own.allSatisfy { ledger.settings[$0] == identity[$0] }
      && ledger.iterations == epochsWithoutGrowing * batches
  }
}

/// Trains at the last resolution alone and returns the training.
private func trainWithoutGrowing(_ plan: Plan) throws -> Training {
  let last = plan.parameters.epochs.count - 1
  var parameters = plan.parameters
  parameters.epochs[last] = plan.epochsWithoutGrowing
  let training = Training(parameters, data: plan.data, seed: plan.seed, dtype: plan.dtype, firstStep: last)
  training.alpha = 1
  let total = parameters.epochs[last] * training.loader.batchesPerEpoch
  try iterate("without growing", total, place: { _ in "the run without growing" }) { _ in
    _ = try training.iterate()
  }
  return training
}

/// Shows what became of a run without growing, beside the one that grew.
func showWithoutGrowing(_ ungrown: WithoutGrowing, grown: Readings, iterations: Int) throws {
  let grid = Tensor.batch(Array(ungrown.samples.prefix(12)), normalization: .unit).grid(
    columns: 12, padding: 2, padValue: 1)
  try show(
    Picture(grid).enlarged(2), as: "without-growing",
    caption: "Generated after \(ungrown.iterations) iterations without growing",
    description: "A row of twelve generated pictures.")
  let runs = [
    ("growing", iterations, grown),
    ("without", ungrown.iterations, Readings(of: ungrown.samples)),
  ]
  show(
    table: ["run", "iterations", "can be read"] + ReadFactor.all.map(\.name),
    runs.map { name, iterations, readings in
      [name, "\(iterations)", formatted(readings.share, decimals: 3)]
        + ReadFactor.all.map { formatted(readings.divergence($0), decimals: 4) }
    },
    caption:
      """
      The share of \(ungrown.samples.count) samples that can be read, and every factor's divergence to the truth, \
      after the same time
      """
  )
}
