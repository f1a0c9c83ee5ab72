//: ## The whole run
//: The quick profile shows how both runs begin. `--profile full` runs them to the document's end, 50 epochs, and keeps
//: a **ledger** of each: every line of the log, and after every epoch a digest (SHA-256) of the complete state, that is
//: of everything the next iteration depends on. The bits of a run never move, on whatever machine and with however many
//: threads, so anyone can verify any stretch of such a ledger: the first hundred lines in seconds, one epoch from a
//: checkpoint, all of it over night. A run that was interrupted and gone on with makes the same ledger.
//:
//: A third act belongs to it: the repaired networks on the photographs of *one* class, automobiles. A small GAN first
//: learns what all pictures have in common, and pictures of one subject have more in common.
//:
//: And a fourth, for in the repaired run D overpowers G, as the curves below show. A smaller $k$ would be chapter 2's
//: answer, but $k$ is 1 already, and below 1, with several steps of G to one of D, its G ran from mode to mode. So two
//: other means hold D back: a **learning rate** of $5\cdot10^{-5}$, a quarter of G's, and **one-sided label
//: smoothing**: D is told 0.9 of photographs, not 1. All else is as in the repaired act. It has 20 epochs; its first
//: ten iterations, on the 2,000 photographs, are made here and held against PyTorch's.

import Checkpoints
import Datasets
import GANBook

func trainOnAutomobiles(_ plan: Plan, in run: ChapterRun) throws -> Training {
  say("The repaired run on automobiles alone")
  return try perform(.automobiles, plan, in: run)
}

func holdBackTheDiscriminator(_ plan: Plan, in run: ChapterRun) throws -> Training {
  say("The repaired run with D held back")
  return try perform(.balanced, plan, in: run)
}

/// The first iterations of the fourth act, held against PyTorch's.
func compareBalancedBeginning(_ plan: Plan) throws {
  let training = Training(.balanced, data: plan.data, seed: plan.seed, dtype: plan.dtype)
  let count = min(10, plan.iterations ?? 10)
  let losses = try iterate("balanced", count, place: { _ in "the beginning of the fourth act" }) { _ in
    let line = try training.iterate().line
    return (d: line.lossD, g: line.lossG)
  }
  // That of the repaired act's lines: these are the same networks, and D moves less.
  let scatter = float32Scatter(at: count - 1, .balanced)
  record("balanced/loss-d", series: losses.map(\.d), atol: 1e-9, rtol: 1e-9, float32: scatter)
  record("balanced/loss-g", series: losses.map(\.g), atol: 1e-9, rtol: 1e-9, float32: scatter)
}

/// The photographs that a run trains on: in the quick profile 2,000 of the 50,000 that are part of this package.
func photographs(for options: Options) throws -> CIFAR10 {
  if let folder = options.chapter.data { return try CIFAR10(folder: folder) }
  return try .embedded(options.chapter.profile == .quick || options.pictures != nil ? .quick : .training)
}

/// Which photographs a training learns from: a resumed one must find the same.
func dataIdentity(of training: Training, _ plan: Plan) -> [String: String] {
  let isBuiltIn = plan.options.chapter.data == nil
  let pixels = isBuiltIn ? Checkpoint.builtIn : "CIFAR-10 \(digest(of: training.pictures, in: training.data))"
  return ["images": String(training.pictures.count), Checkpoint.dataKey: pixels]
}

extension Plan {
  /// How far a training goes.
  func iterations(of training: Training) -> Int {
    if let iterations { return iterations }
    return options.chapter.profile == .quick ? training.act.quickIterations : wholeRun(of: training)
  }

  /// Iterations of the whole run.
  func wholeRun(of training: Training) -> Int { training.act.epochs * training.loader.batchesPerEpoch }

  /// Where the checkpoint of an epoch is kept; `nil` where none is.
  func keptCheckpoint(of act: Act, epoch: Int, in run: ChapterRun) -> String? {
    guard options.whole.keepEpochs else { return nil }
    return "\(run.folder)/\(act.rawValue)/epoch-\(epoch < 10 ? "0" : "")\(epoch).safetensors"
  }
}

/// The ledger of a training, `nil` in the quick profile.
func beginLedger(of training: Training, _ plan: Plan, in run: ChapterRun) throws -> LedgerRecord? {
  guard plan.options.chapter.profile == .full else { return nil }
  if plan.options.whole.keepEpochs { try FileSystem.createFolder("\(run.folder)/\(training.act.rawValue)") }
  var departures = plan.k == 1 ? [] : ["--k \(plan.k)"]
  if let limit = plan.limit { departures.append("--pictures \(limit)") }
  return try run.beginLedger(
    of: training.act.rawValue, arguments: ["--act", training.act.rawValue],
    settings: [
      "images": String(training.pictures.count), "pixels": digest(of: training.pictures, in: training.data),
      "k": String(plan.k), "decimals": String(plan.decimals),
    ],
    iterations: plan.wholeRun(of: training), departures: departures, plan.options.whole)
}

/// Leaves the ledger, and of a run that has come to its end what it has learned and its thousand samples.
func finishLedger(_ ledger: LedgerRecord, of training: Training, pictures folder: String, in run: ChapterRun) throws {
  guard ledger.ledger.isComplete else { return try run.write(ledger) }
  let weights = try learned(training)
  if weights.isEmpty { try run.write(ledger) } else { try run.write(ledger, weights) }
  try generate(1_000, from: training, to: folder)
}

/// SHA-256 of the pixels of photographs, in the order they are trained on.
private func digest(of pictures: [Int], in data: CIFAR10) -> String {
  var hash = SHA256()
  for index in pictures { hash.update(data: data.picture(index).pixels) }
  return SHA256.hexadecimal(hash.finalize())
}

//: At the very end the document's program makes a thousand samples for its score, now with G in evaluation mode: batch
//: normalization takes the running statistics, which by then have been updated twice in every iteration. It wants at
//: least 32 at a time, `max(32, batch_size)`, and has long overwritten its `batch_size` of 64 with the size of the last
//: batch, 16. So it makes 32.

/// Draws `count` samples from G in evaluation mode, 32 at a time, into `gen_00000.png` and so on. Source: document 1,
/// `train.py`.
func generate(_ count: Int, from training: Training, to folder: String) throws {
  say("Generating \(count) images to folder: \(folder)")
  training.generator.setTraining(false)
  defer { training.generator.setTraining(true) }
  for start in stride(from: 0, to: count, by: 32) {
    let noise = training.random.normal([min(32, count - start), 64, 1, 1], dtype: training.dtype)
    let samples = withoutRecording { (training.generator(noise) * 0.5 + 0.5).clamped(to: 0...1) }  // [32, 3, 32, 32]
    for index in 0..<samples.shape[0] {
      let picture = Picture(samples.sliced(axis: 0, index..<index + 1).reshaped([3, 32, 32]))
      try PNG.write(picture, to: "\(folder)/gen_\(padded(start + index, 5)).png")
    }
  }
}

//: {{weave Score.swift}}
