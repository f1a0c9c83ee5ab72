//src begin
import Checkpoints
import GANBook
import ProGAN

/// Where a checkpoint says that its run stands.
struct SavedPlace {
  let step: Int
  let epoch: Int
  let batch: Int
  let tensorBoardStep: Int
  let alpha: Double

  /// Of the five numbers of a checkpoint's "place".
  init(_ place: [Int], alpha: Double) {
    (step, epoch, batch, tensorBoardStep, self.alpha) = (place[0], place[1], place[2], place[4], alpha)
  }
}

/// What a checkpoint keeps of the iterations behind it.
struct SavedHistory {
  let steps: [Int]
  private let series: [[Double]]
  private let legible: (iterations: [Int], shares: [Double])
  let finished: [FinishedResolution]

  /// Throws `ChapterError` naming `path` where the parts do not belong together.
  init(_ checkpoint: Checkpoint, resolutions: Int, _ path: String) throws {
    steps = try checkpoint.integers("history/step")
    series = try History.series.map { try checkpoint.numbers("history/\($0.name)") }
    legible = (try checkpoint.integers("legible/iteration"), try checkpoint.numbers("legible/share"))
    let count = steps.count
    guard series.allSatisfy({ $0.count == count }) else {
      throw ChapterError("\(path): the history's series differ in length")
    }
    guard legible.iterations.count == legible.shares.count else {
      throw ChapterError("\(path): the shares that could be read differ in number from their iterations")
    }
    let finishedCount = try checkpoint.integers("finished/count", count: 1)[0]
    guard (0...resolutions).contains(finishedCount) else {
      throw ChapterError("\(path): expected at most \(resolutions) finished resolutions, found \(finishedCount)")
    }
    finished = try (0..<finishedCount).map { index in
      let quality = try checkpoint.numbers("finished/\(index)/quality")
      return FinishedResolution(
        pictures: try checkpoint.tensor("finished/\(index)/pictures"),
        quality: quality.count == 2 ? Quality(color: quality[0], patches: quality[1]) : nil)
    }
  }

  var alphas: [Double] { series[5] }
  var legibleAt: [Int] { legible.iterations }

  var history: History {
    var history = History(steps: steps, series: series)
    history.legible = zip(legible.iterations, legible.shares).map { ($0, $1) }
    return history
  }
}

extension Training {
  /// Whether a run of this plan can stand there, with this history behind it. A checkpoint's digest tells damage, not a
  /// forgery: without this a false place would end in a trap, or in a run that nobody has made.
  ///
  /// - Throws: `ChapterError` naming `path` and what does not fit.
  func requirePossible(_ place: SavedPlace, from firstStep: Int, _ saved: SavedHistory, _ path: String) throws {
    try requirePlace(place, from: firstStep, path)
    try requireHistory(place, from: firstStep, saved, path)
    let steps = saved.steps
    try require(
      (0...steps.count).contains(place.tensorBoardStep), path, "TensorBoard's step", expected: "0 to \(steps.count)",
      found: "\(place.tensorBoardStep)")
    try require(
      saved.legibleAt.allSatisfy { (1...max(1, steps.count)).contains($0) }, path, "shares that could be read",
      expected: "iterations 1 to \(steps.count)", found: "\(saved.legibleAt.prefix(4))")
    let done = place.step - firstStep
    try require(
      saved.finished.count == done || saved.finished.count == done + 1 && place.epoch == plan.epochs[place.step], path,
      "finished resolutions", expected: "\(done)", found: "\(saved.finished.count)")
    for (index, shape) in saved.finished.map(\.pictures.shape).enumerated() {
      let side = resolution(atStep: firstStep + index)
      let expected = [Hyperparameters.fixedCount, 3, side, side]
      try require(
        shape == expected, path, "pictures of resolution \(index)", expected: "shape \(expected)", found: "\(shape)")
    }
  }

  private func requirePlace(_ place: SavedPlace, from firstStep: Int, _ path: String) throws {
    try require(
      (firstStep..<plan.epochs.count).contains(place.step), path, "step",
      expected: "\(firstStep) to \(plan.epochs.count - 1)", found: "\(place.step)")
    let epochs = plan.epochs[place.step]
    try require((0...epochs).contains(place.epoch), path, "epoch", expected: "0 to \(epochs)", found: "\(place.epoch)")
    let last = place.epoch == epochs ? 0 : batches(atStep: place.step) - 1
    try require((0...last).contains(place.batch), path, "batch", expected: "0 to \(last)", found: "\(place.batch)")
  }

  private func requireHistory(_ place: SavedPlace, from firstStep: Int, _ saved: SavedHistory, _ path: String) throws {
    let steps = saved.steps
    var expected: [Int] = []
    for step in firstStep..<place.step {
      expected += Array(repeating: step, count: min(plan.iterations(atStep: step, images: data.count), steps.count + 1))
    }
    let here = place.epoch * batches(atStep: place.step) + place.batch
    expected += Array(repeating: place.step, count: min(here, steps.count + 1))
    try require(
      steps == expected, path, "history",
      expected: "\(expected.count > steps.count ? "more" : "\(expected.count)") iterations up to there",
      found: steps.count == expected.count ? "those of other steps" : "\(steps.count)")
    // Beginning with a resolution α starts anew; without growing it is 1 throughout.
    let possible = here > 0 ? Array(saved.alphas.suffix(1)) : [FadeInSchedule.start, 1]
    try require(
      possible.contains(place.alpha), path, "alpha", expected: "that of the last iteration", found: "\(place.alpha)")
  }

  private func batches(atStep step: Int) -> Int { (data.count - 1) / plan.batchSizes[step] + 1 }
}

private func require(_ holds: Bool, _ path: String, _ what: String, expected: String, found: String) throws {
  if !holds { throw ChapterError("\(path): \(what): expected \(expected), found \(found)") }
}
//src end
