//: ## The whole run
//: `--profile full --act portraits` grows to 64 px and keeps a **ledger**: every line of the log, and after every epoch
//: a digest (SHA-256) of all that the next iteration depends on. As in chapter 3, the bits never move, and anyone can
//: make any stretch of the run again: `book check 06 --profile full --iterations 100` the first hundred lines, in
//: seconds.

import ArgumentParser
import Checkpoints
import Datasets
import GANBook
import ProGAN

/// A whole run that keeps a ledger.
enum Act: String, CaseIterable, ExpressibleByArgument {
  case portraits
  /// The quick profile's twin: at 32 px from the first iteration on, for the same time.
  case withoutGrowing = "without-growing"

  /// What it trains on.
  var data: Portraits { Portraits(count: self == .portraits ? 16_000 : 4_000, size: 64, seed: 0) }

  /// For so many pictures.
  func hyperparameters(images: Int) -> Hyperparameters {
    guard self == .withoutGrowing else { return .portraits }
    var parameters = Hyperparameters.quick
    parameters.epochs[firstStep] = parameters.epochsWithoutGrowing(images: images, firstStep: 0)
    return parameters
  }

  /// The resolution it begins with is 4·2^step.
  var firstStep: Int { self == .withoutGrowing ? Hyperparameters.quick.epochs.count - 1 : 0 }
}

//src begin
extension Plan {
  /// Where the checkpoint of an epoch is kept; `nil` where none is.
  func keptCheckpoint(stage: String, epoch: Int, in run: ChapterRun) -> String? {
    guard options.whole.keepEpochs else { return nil }
    return "\(run.folder)/\(stage.filter { $0 != " " })-epoch-\(epoch < 10 ? "0" : "")\(epoch).safetensors"
  }
}

extension Options {
  /// The options by which an act is not the run that everybody makes.
  var departures: [String] {
    var found: [String] = []
    if let epochs { found.append("--epochs \(epochs)") }
    if let batchSizes { found.append("--batch-sizes \(batchSizes)") }
    if let channels { found.append("--channels \(channels)") }
    if let learningRate { found.append("--learning-rate \(learningRate)") }
    if let ema { found.append("--ema \(ema)") }
    if let fallingLearningRate { found.append("--\(fallingLearningRate ? "" : "no-")falling-learning-rate") }
    if criticIterations != 1 { found.append("--critic-iterations \(criticIterations)") }
    if drift != 0 { found.append("--drift \(drift)") }
    if let pictures { found.append("--pictures \(pictures)") }
    return found
  }
}

/// The ledger of a whole run, `nil` for any other.
func beginLedger(of training: Training, _ plan: Plan, in run: ChapterRun) throws -> LedgerRecord? {
  guard let act = plan.options.act else { return nil }
  var settings = plan.identity
  // The data are the act's own, and other kernels are a departure.
  for key in ["chapter", "log-every", "act", Checkpoint.kernelsKey, Checkpoint.dataKey] { settings[key] = nil }
  return try run.beginLedger(
    of: act.rawValue, arguments: ["--act", act.rawValue], settings: settings, iterations: plan.wholeRun,
    departures: plan.options.departures, plan.options.whole)
}

/// Leaves the ledger, and of a run that has come to its end what it has learned.
func finish(
  _ ledger: LedgerRecord, of training: Training, _ finished: [FinishedResolution], in run: ChapterRun
) throws {
  guard ledger.ledger.isComplete else { return try run.write(ledger) }
  var file = try TensorFile()
  training.average?.exchange()
  defer { training.average?.exchange() }
  try file.append(training.generator)
  try file.append(
    training.history.legible.map(\.iteration), as: "legible/iteration", shape: [training.history.legible.count])
  let shares = training.history.legible.map(\.share)
  try file.append(.init(name: "legible/share", values: shares, shape: [shares.count]))
  for resolution in finished {
    let unit = withoutRecording { ((resolution.pictures + 1) / 2).clamped(to: 0...1) }
    let strip = Picture(unit.grid(columns: Hyperparameters.fixedCount, padding: 0))
    try file.append(
      .init(
        name: "growth/\(resolution.pictures.shape[2])px", elementType: .uint8, shape: [strip.height, strip.width, 3],
        bytes: strip.inColor.pixels[...]))
  }
  let plan = training.plan
  try run.write(
    ledger, file.entries,
    metadata: [
      "image-size": String(plan.imageSize), "latents": String(plan.latents), "channels": String(plan.channels),
      "step": String(training.step), "alpha": String(training.alpha),
    ])
}
//src end

//: {{weave Trained.swift}}
