//: ## Checkpoints
//: The document saves both networks and both optimizers after every epoch. Loading that, a run goes on with other
//: batches, other noise, $\alpha = 0.01$ and at 4 px again: the classic way to lose a week of training without
//: noticing. The checkpoint below holds the *whole* state, and a resumed run has the bits of one that never stopped. It
//: is written under another name first and then renamed, so a run that is killed while saving keeps the older one.

import Checkpoints
import Datasets
import EventLog
import GANBook
import ProGAN

extension Training {
  /// All that the next iteration depends on.
  func state(identity: [String: String] = [:]) throws -> Checkpoint {
    var checkpoint = try Checkpoint(identity: identity)
    try checkpoint.add(generator, as: "gen")
    try checkpoint.add(critic, as: "critic")
    try checkpoint.add(optimizerG, as: "opt_gen")
    try checkpoint.add(optimizerC, as: "opt_critic")
    for (index, value) in (average?.values ?? []).enumerated() { try checkpoint.add(value, as: "average/\(index)") }
    try checkpoint.add(random, as: "random")
    try checkpoint.add([step] + loader.position.integers + [tensorBoardStep], as: "place")
    try checkpoint.add([alpha], as: "alpha")
    return checkpoint
  }

  func save(
    to paths: [String], identity: [String: String], run: [UInt8], finished: [FinishedResolution], ledger: LedgerRecord?
  ) throws {
    var checkpoint = try state(identity: identity)
    try checkpoint.add(history.lines.map(\.step), as: "history/step")
    for (name, value) in History.series { try checkpoint.add(history.lines.map(value), as: "history/\(name)") }
    try checkpoint.add(history.legible.map(\.iteration), as: "legible/iteration")
    try checkpoint.add(history.legible.map(\.share), as: "legible/share")
    try checkpoint.add([finished.count], as: "finished/count")
    for (index, resolution) in finished.enumerated() {
      try checkpoint.add(resolution.pictures, as: "finished/\(index)/pictures")
      try checkpoint.add(
        resolution.quality.map { [$0.color, $0.patches] } ?? [], as: "finished/\(index)/quality")
    }
    try checkpoint.add(bytes: run, as: "run")
    if let ledger { try checkpoint.add(ledger) }
    for path in paths { try checkpoint.write(to: path) }
  }

  /// Restores everything `save` wrote; returns what the run had recorded and what is kept of finished resolutions.
  func restore(from path: String, identity: [String: String], firstStep: Int, ledger: LedgerRecord?) throws -> (
    run: [UInt8], finished: [FinishedResolution]
  ) {
    let checkpoint = try Checkpoint(readingFrom: path, identity: identity)
    let place = try checkpoint.integers("place", count: 5)
    guard plan.epochs.indices.contains(place[0]) else {
      throw ChapterError("\(path): expected a step from 0 through \(plan.epochs.count - 1), found \(place[0])")
    }
    let batchSize = plan.batchSizes[place[0]]
    let position = ShuffledLoader.Position(
      count: data.count, batchSize: batchSize, integers: Array(place[1...3]))
    let resumed = try naming(path) {
      try ShuffledLoader(count: data.count, batchSize: batchSize, resumingAt: position)
    }
    let alphas = try checkpoint.numbers("alpha")
    guard let savedAlpha = alphas.first, alphas.count == 1, (0...1).contains(savedAlpha) else {
      throw ChapterError("\(path): expected one alpha between 0 and 1, found \(alphas)")
    }
    let saved = try SavedHistory(checkpoint, resolutions: plan.epochs.count, path)
    try requirePossible(SavedPlace(place, alpha: savedAlpha), from: firstStep, saved, path)
    let run = try checkpoint.bytes("run")
    try checkpoint.restore(generator, from: "gen")
    try checkpoint.restore(critic, from: "critic")
    try checkpoint.restore(optimizerG, from: "opt_gen", atMost: saved.steps.count)
    try checkpoint.restore(optimizerC, from: "opt_critic", atMost: saved.steps.count * plan.criticIterations)
    if let average {
      try average.restore(average.values.indices.map { try checkpoint.tensor("average/\($0)") }, path)
    }
    try checkpoint.restore(random, from: "random")
    (step, tensorBoardStep, alpha, loader) = (place[0], place[4], savedAlpha, resumed)
    if Fault.forgottenAlpha.isPlanted { alpha = FadeInSchedule.start }  //src
    if Fault.forgottenStep.isPlanted { step = 0 }  //src
    if let ledger { try checkpoint.restore(ledger, state: state().digest) }
    history = saved.history
    return (run, saved.finished)
  }
}

//src begin
extension Options {
  /// Whether this is the quick profile's own run, which takes a few minutes.
  var isQuick: Bool {
    chapter.profile == .quick && chapter.iterations == nil && chapter.data == nil && epochs == nil && batchSizes == nil
      && channels == nil && criticIterations == 1 && answer == nil && act == nil
  }

  func logFolder(in run: ChapterRun) -> String { (run.isFirst ? logs : nil) ?? "\(run.folder)/logs/gan" }

  /// What a resumed run must share with the one it goes on from, but for the data.
  func identity(_ parameters: Hyperparameters, in run: ChapterRun) -> [String: String] {
    [
      "chapter": run.chapter, "seed": String(chapter.seed), "dtype": chapter.dtype.rawValue,
      "from-step": String(fromStep), "epochs": parameters.epochs.map(String.init).joined(separator: ","),
      "batch-sizes": parameters.batchSizes.map(String.init).joined(separator: ","),
      "image-size": String(parameters.imageSize), "latents": String(parameters.latents),
      "channels": String(parameters.channels), "learning-rate": String(parameters.learningRate),
      "critic-iterations": String(parameters.criticIterations),
      "falling-learning-rate": String(parameters.learningRateFalls), "drift": String(parameters.driftWeight),
      "ema": parameters.averageDecay.map { String($0) } ?? "none",
      "decimals": String(run.decimals), "log-every": String(logEvery), "act": act?.rawValue ?? "none",
      Checkpoint.kernelsKey: chapter.kernels.rawValue,
    ]
  }
}

/// Refuses to begin where an earlier run has left what cannot be gone on from, or must not be replaced.
func checkEarlierRun(_ options: Options, _ parameters: Hyperparameters, in run: ChapterRun) throws {
  let iterations = options.chapter.iterations ?? (options.isQuick ? .max : 0)
  if let start = options.whole.from {
    try EarlierCheckpoint.check(
      start, identity: options.identity(parameters, in: run), isResumed: true, isOverwritten: false, remade: nil)
  }
  try EarlierCheckpoint.check(
    GrowingRun.checkpointPath(in: run), identity: options.identity(parameters, in: run),
    isResumed: options.chapter.resume, isOverwritten: options.chapter.overwrite,
    remade: options.chapter.remake ? iterations : nil)
  guard run.isFirst, let logs = options.logs, !options.chapter.resume, !options.chapter.overwrite else { return }
  // In the output folder they belong to the checkpoint; elsewhere they may be anybody's.
  if let file = try EventFile.files(in: logs).first {
    throw ChapterError(
      "\(file): an earlier run has logged there, and TensorBoard would join both to one curve; go on from it with "
        + "--resume, replace it with --overwrite, or choose another --logs")
  }
}
//src end
