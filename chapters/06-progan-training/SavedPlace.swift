//src begin
import Literate
import ProGAN
import Tensors

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

extension Training {
  /// Whether a run of this plan can stand there, with this history behind it. A checkpoint's digest tells damage, not a forgery: without
  /// this a false place would end in a trap, or in a run that nobody has made.
  ///
  /// - Throws: `ChapterError` naming `path` and what does not fit.
  func requirePossible(
    _ place: SavedPlace, from firstStep: Int, steps: [Int], alphas: [Double], legible: [Int], finished: [[Int]],
    _ path: String
  ) throws {
    func require(_ holds: Bool, _ what: String, expected: String, found: String) throws {
      if !holds { throw ChapterError("\(path): \(what): expected \(expected), found \(found)") }
    }
    try require(
      (firstStep..<plan.epochs.count).contains(place.step), "step",
      expected: "\(firstStep) to \(plan.epochs.count - 1)",
      found: "\(place.step)")
    let epochs = plan.epochs[place.step]
    let batches = (data.count - 1) / plan.batchSizes[place.step] + 1
    try require((0...epochs).contains(place.epoch), "epoch", expected: "0 to \(epochs)", found: "\(place.epoch)")
    try require(
      (0..<(place.epoch == epochs ? 1 : batches)).contains(place.batch), "batch",
      expected: "0 to \((place.epoch == epochs ? 1 : batches) - 1)", found: "\(place.batch)")
    var expected: [Int] = []
    for step in firstStep..<place.step {
      expected += Array(repeating: step, count: min(plan.iterations(atStep: step, images: data.count), steps.count + 1))
    }
    let here = place.epoch * batches + place.batch
    expected += Array(repeating: place.step, count: min(here, steps.count + 1))
    try require(
      steps == expected, "history",
      expected: "\(expected.count > steps.count ? "more" : "\(expected.count)") iterations up to there",
      found: steps.count == expected.count ? "those of other steps" : "\(steps.count)")
    // Beginning with a resolution α starts anew; without growing it is 1 throughout.
    let possible = here > 0 ? Array(alphas.suffix(1)) : [FadeInSchedule.start, 1]
    try require(
      possible.contains(place.alpha), "alpha", expected: "that of the last iteration", found: "\(place.alpha)")
    try require(
      (0...steps.count).contains(place.tensorBoardStep), "TensorBoard's step", expected: "0 to \(steps.count)",
      found: "\(place.tensorBoardStep)")
    try require(
      legible.allSatisfy { (1...max(1, steps.count)).contains($0) }, "shares that could be read",
      expected: "iterations 1 to \(steps.count)", found: "\(legible.prefix(4))")
    let done = place.step - firstStep
    try require(
      finished.count == done || finished.count == done + 1 && place.epoch == epochs, "finished resolutions",
      expected: "\(done)", found: "\(finished.count)")
    for (index, shape) in finished.enumerated() {
      let side = resolution(atStep: firstStep + index)
      let expected = [Hyperparameters.fixedCount, 3, side, side]
      try require(
        shape == expected, "pictures of resolution \(index)", expected: "shape \(expected)", found: "\(shape)")
    }
  }
}
//src end
