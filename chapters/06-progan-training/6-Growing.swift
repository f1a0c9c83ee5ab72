//: ## Growing
//: The document's `main`: for every resolution its epochs, and after the last one the networks grow. Around it stands
//: what a program needs that runs for days: progress with the time left, a stop when asked, a checkpoint now and then.
//:
//: The progress line ends with the share of the time spent on the model itself. The document prints it as "fraction
//: spent on model training": where it is far below 1, the machine waits for data. Here pictures are decoded ahead, on a
//: thread of their own, so it should be close to 1.

import Checkpoints
import Datasets
import EventLog
import GANBook
import ProGAN

/// What the command line asks of a run.
struct Plan {
  let parameters: Hyperparameters
  let data: any ImageDataset
  let isOfPortraits: Bool
  let seed: UInt64
  let dtype: DType
  let firstStep: Int
  let iterations: Int?
  let decimals: Int
  let logEvery: Int
  let checkpointInterval: Duration
  let logFolder: String
  /// Whether this is the quick profile's own run.
  let isQuick: Bool
  /// What a resumed run must share.
  let identity: [String: String]
  let options: Options

  /// Lines held against PyTorch.
  static let window = 10

  /// Epochs of the run without growing that takes as long as this one.
  var epochsWithoutGrowing: Int { parameters.epochsWithoutGrowing(images: data.count, firstStep: firstStep) }

  /// Iterations of the whole run.
  var wholeRun: Int {
    parameters.epochs.indices.dropFirst(firstStep).reduce(0) {
      $0 + parameters.iterations(atStep: $1, images: data.count)
    }
  }

  /// Iterations of this one.
  var total: Int { min(wholeRun, iterations ?? .max) }
}

/// How far a printed line of the growing run may be from PyTorch's in float32, at 4 px: three times what PyTorch's
/// float32 is from its own float64.
///
/// The critic's `rgb_layers.0.conv.bias` has a gradient of rounding noise alone there (see the next file), of which
/// Adam makes a step of up to ±4·10⁻³, the quick profile's learning rate, per channel: all scores, and Loss_G with
/// them, move together. PyTorch's two precisions are 2.6e-3 apart in the first line and 1.1e-2 in the tenth; in Loss_C
/// and the penalty, which that bias cannot move, 1e-6.
func float32LineScatter(at iteration: Int) -> Tolerance { .within(atol: 8e-3 + 3e-3 * Double(iteration), rtol: 0) }

/// What is kept of a resolution that has had its epochs.
struct FinishedResolution {
  /// The fixed noise's pictures, [8, 3, S, S].
  let pictures: Tensor
  let quality: Quality?
}

/// A training run with everything around it, from its start or from its checkpoint.
struct GrowingRun {
  let plan: Plan
  let run: ChapterRun
  let training: Training
  /// One for each resolution, or none where quality is not measured.
  private let meters: [QualityMeter]
  /// Measures at the end of every epoch how many samples can be read; `nil` where nothing is there to be read.
  private let reader: SampleReader?
  /// What a whole run is held to; `nil` for others.
  private let ledger: LedgerRecord?
  private let events: EventFile
  private let mark: ChapterRun.Mark
  private(set) var finished: [FinishedResolution] = []

  static func checkpointPath(in run: ChapterRun) -> String {
    "\(run.folder)/checkpoint-\(run.dtype.rawValue).safetensors"
  }

  private var checkpoint: String { Self.checkpointPath(in: run) }

  /// Makes the networks, or restores them.
  init(_ plan: Plan, meters: [QualityMeter], reader: SampleReader?, in run: ChapterRun) throws {
    (self.plan, self.meters, self.reader, self.run) = (plan, meters, reader, run)
    training = Training(
      plan.parameters, data: plan.data, seed: plan.seed, dtype: plan.dtype, firstStep: plan.firstStep)
    mark = run.mark
    try Agreed.requireAlike("the run", plan.identity)
    ledger = try beginLedger(of: training, plan, in: run)
    let path = plan.options.whole.from ?? Self.checkpointPath(in: run)
    var resumesAt = 0
    let isResumed = plan.options.whole.from != nil || run.resumes(from: path)
    if isResumed {
      let restored = try training.restore(
        from: path, identity: plan.identity, firstStep: plan.firstStep, ledger: ledger)
      try run.restore(restored.run, path: path)
      finished = restored.finished
      resumesAt = training.tensorBoardStep
    } else {
      if plan.options.act == .withoutGrowing { training.alpha = 1 }
      recordFirstWeights(of: training)
    }
    events = try EventFile(inFolder: plan.logFolder, resumingAt: resumesAt, replacing: !isResumed)
  }

  /// Trains to the end, or until asked to stop.
  mutating func train() throws {
    let progress = ProgressBar("training", total: plan.total, startingAt: training.history.count)
    defer { progress.finish() }
    var timings = IterationTimings()
    let clock = ContinuousClock()
    let start = clock.now
    var (lastSaved, onModel) = (start, Duration.zero)
    while training.history.count < plan.total {
      if Agreed.stopIsRequested {
        try save()
        throw ChapterInterrupted(at: "iteration \(training.history.count)", checkpoint: checkpoint)
      }
      if training.isResolutionDone { grow() }
      let began = clock.now
      do {
        let iteration = try timings.measure { try training.iterate() }
        onModel += clock.now - began
        try tell(iteration)
      } catch let difference as LedgerDifference {
        throw difference
      } catch let loss as NonFiniteLoss {
        throw loss  // there is nothing left worth saving
      } catch {
        // A damaged picture, or a full disk under the logs: what has been learned is saved before the error is told.
        if training.history.count > 0 { try save() }
        throw error
      }
      if Agreed.any(clock.now - lastSaved >= plan.checkpointInterval) {
        try save()
        lastSaved = clock.now
      }
      progress.advance(
        to: training.history.count,
        note: "\(resolution(atStep: training.step)) px, \(share(onModel, of: clock.now - start)) on the model")
    }
    try end()
    if let path = run.options.timings { try timings.write(to: path) }
  }

  private mutating func end() throws {
    if training.isResolutionDone { finishResolution() }
    try save(isLast: true)
    try stopIfAsked(atTheEndOf: "training", checkpoint: checkpoint)
    if let ledger { try finish(ledger, of: training, finished, in: run) }
  }

  /// Prints what the iteration was and tells TensorBoard; at an epoch's end, reads samples and keeps the state.
  private func tell(_ iteration: Iteration) throws {
    try report(iteration)
    if let reader, iteration.batch.isLast {
      training.history.legible.append((training.history.count, reader.share(training)))
    }
    if iteration.batch.number % 300 == 0 { try tellTensorBoard(iteration) }
    guard iteration.batch.isLast, let ledger else { return }
    let stage = "\(resolution(atStep: training.step)) px"
    try ledger.epoch(iteration.batch.epoch + 1, stage: stage, state: training.state().digest)
    try save(keptAs: plan.keptCheckpoint(stage: stage, epoch: iteration.batch.epoch + 1, in: run))
  }

  private mutating func grow() {
    finishResolution()
    training.grow()
  }

  private mutating func finishResolution() {
    let done = training.step - plan.firstStep
    guard finished.count == done else { return }
    let (alpha, step) = (training.alpha, training.step)
    finished.append(
      FinishedResolution(
        pictures: training.sample(training.fixedNoise, alpha: alpha, step: step),
        quality: meters.isEmpty ? nil : meters[done].measure { training.sample($0, alpha: alpha, step: step) }))
  }

  private func save(isLast: Bool = false, keptAs kept: String? = nil) throws {
    var identity = plan.identity
    identity[CheckpointNote.iteration] = String(training.history.count)
    if isLast && plan.isQuick { identity[CheckpointNote.isQuick] = "yes" }
    try training.save(
      to: [checkpoint] + (kept.map { [$0] } ?? []), identity: identity, run: run.snapshot(since: mark),
      finished: finished,
      ledger: ledger)
  }

  /// Prints the iteration's line; the first ones are held against PyTorch.
  private func report(_ iteration: Iteration) throws {
    let number = training.history.count - 1
    guard number % plan.logEvery == 0 || ledger != nil else { return }
    let text = iteration.line.text(
      epoch: iteration.batch.epoch, epochs: plan.parameters.epochs[iteration.line.step], batch: iteration.batch.number,
      batches: training.loader.batchesPerEpoch, decimals: plan.decimals)
    try ledger?.line(text)
    guard number % plan.logEvery == 0 else { return }
    if number < Plan.window {
      record(log: text, atol: 1e-9, rtol: 0, float32: float32LineScatter(at: number))
    } else {
      Terminal.shared.printLine(text)
    }
  }

  //: TensorBoard hears of every 300th batch of an epoch, as in the document: "Loss Critic", and eight real and eight
  //: generated pictures as "Real" and "Fake". The other curves are ours.

  private func tellTensorBoard(_ iteration: Iteration) throws {
    let step = training.tensorBoardStep
    let fakes = training.sample(training.fixedNoise, alpha: training.alpha, step: training.step)
    let line = iteration.line
    for (tag, value) in [
      ("Loss Critic", line.lossC), ("Loss Generator", line.lossG), ("Gradient Penalty", line.penalty),
      ("Alpha", line.alpha), ("Resolution", Double(resolution(atStep: line.step))),
    ] {
      try events.add(scalar: value, as: tag, step: step)
    }
    let shown = min(Hyperparameters.fixedCount, iteration.real.shape[0])
    let real = withoutRecording { iteration.real.sliced(axis: 0, 0..<shown) }
    for (tag, pictures) in [("Real", real), ("Fake", fakes)] {
      try events.add(Picture(pictures.grid(normalized: true)), as: tag, step: step)
    }
    training.tensorBoardStep += 1
  }
}

private func share(_ part: Duration, of whole: Duration) -> String {
  let percent = whole.inSeconds > 0 ? 100 * part.inSeconds / whole.inSeconds : 0
  return "\(Int(percent.rounded())) %"
}

/// The first weights are pure draws: every bit of them is PyTorch's.
private func recordFirstWeights(of training: Training) {
  record("fixed-noise", exact: training.fixedNoise)
  for (name, parameter) in training.generator.namedParameters { record("initial/G/\(name)", exact: parameter.value) }
  for (name, parameter) in training.critic.namedParameters { record("initial/C/\(name)", exact: parameter.value) }
}
