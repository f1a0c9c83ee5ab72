//: {{weave FirstIterations.swift}}
//: ## The whole training
//: The whole training takes minutes on two cores, too long for a page that is run again and again. As with the whole
//: runs of chapters 3 and 6, the package keeps what it learned, with a ledger of every line and of the state after
//: every epoch; `book check 07 --profile full` makes it again, bit for bit. The page itself runs only the first
//: iterations, and holds them against PyTorch.

import Checkpoints
import Classifier
import Datasets
import GANBook

//src begin
extension Training {
  /// All that the next iteration depends on.
  func state(identity: [String: String] = [:]) throws -> Checkpoint {
    var checkpoint = try Checkpoint(identity: identity)
    try checkpoint.add(classifier, as: "classifier")
    try checkpoint.add(optimizer, as: "optimizer")
    try checkpoint.add(random, as: "random")
    try checkpoint.add(loader.position.integers, as: "loader")
    return checkpoint
  }

  func save(to paths: [String], identity: [String: String], run: [UInt8], ledger: LedgerRecord) throws {
    var checkpoint = try state(identity: identity)
    try checkpoint.add(history.losses, as: "history/loss")
    try checkpoint.add(history.accuracies, as: "history/accuracy")
    try checkpoint.add(bytes: run, as: "run")
    try checkpoint.add(ledger)
    for path in paths { try checkpoint.write(to: path) }
  }

  /// Restores everything `save` wrote; returns what the run had recorded by then.
  func restore(from path: String, identity: [String: String], ledger: LedgerRecord) throws -> [UInt8] {
    let checkpoint = try Checkpoint(readingFrom: path, identity: identity)
    let position = ShuffledLoader.Position(
      count: loader.count, batchSize: loader.batchSize, integers: try checkpoint.integers("loader", count: 3))
    let resumed = try naming(path) {
      try ShuffledLoader(count: loader.count, batchSize: loader.batchSize, resumingAt: position)
    }
    let (losses, accuracies) = (
      try checkpoint.numbers("history/loss"), try checkpoint.numbers("history/accuracy")
    )
    guard losses.count == accuracies.count else {
      throw ChapterError("\(path): the history's series differ in length")
    }
    try naming(path) { try resumed.requireIterations(losses.count) }
    try checkpoint.restore(classifier, from: "classifier")
    try checkpoint.restore(optimizer, from: "optimizer", atMost: losses.count)
    try checkpoint.restore(random, from: "random")
    loader = resumed
    try checkpoint.restore(ledger, state: state().digest)
    history = History(losses: losses, accuracies: accuracies)
    return try checkpoint.bytes("run")
  }
}

extension Options {
  /// What a resumed run must share with the one it goes on from.
  func identity(in run: ChapterRun) -> [String: String] {
    [
      "chapter": run.chapter, "seed": String(chapter.seed), "dtype": chapter.dtype.rawValue,
      "profile": chapter.profile.rawValue, Checkpoint.kernelsKey: chapter.kernels.rawValue,
      "pictures": pictures.map(String.init) ?? "all",
    ]
  }
}

/// The one act of the whole run.
let wholeRunAct = "classifier"

/// Refuses to begin where there is a checkpoint that cannot be gone on from, or must not be replaced.
func checkEarlierRun(_ options: Options, in run: ChapterRun) throws {
  if let start = options.whole.from {
    try EarlierCheckpoint.check(
      start, identity: options.identity(in: run), isResumed: true, isOverwritten: false, remade: nil)
  }
  try EarlierCheckpoint.check(
    checkpointPath(in: run), identity: options.identity(in: run), isResumed: options.chapter.resume,
    isOverwritten: options.chapter.overwrite, remade: options.chapter.remake ? options.chapter.iterations ?? 0 : nil)
}

private func checkpointPath(in run: ChapterRun) -> String {
  "\(run.folder)/checkpoint-\(wholeRunAct)-\(run.dtype.rawValue).safetensors"
}

/// Trains the classifier from its start, or from a checkpoint, to its end, and leaves its ledger and its weights.
func trainWholly(_ options: Options, in run: ChapterRun) throws {
  let training = Training(
    data: try .embedded(.training), limit: options.pictures, seed: options.chapter.seed, dtype: run.dtype)
  let checkpoint = checkpointPath(in: run)
  let identity = options.identity(in: run)
  guard
    let ledger = try run.beginLedger(
      of: wholeRunAct, arguments: [], settings: ["images": String(training.loader.count)],
      iterations: training.iterations, departures: options.pictures.map { ["--pictures \($0)"] } ?? [], options.whole)
  else { return }
  let mark = run.mark
  try restore(training, ledger, options, identity, in: run)
  let iterations = options.chapter.iterations ?? training.iterations
  func save(keptAs kept: String? = nil) throws {
    let notes = [CheckpointNote.iteration: String(training.iteration)]
    try training.save(
      to: [checkpoint] + (kept.map { [$0] } ?? []), identity: identity.merging(notes) { $1 },
      run: run.snapshot(since: mark), ledger: ledger)
  }
  func stop() throws -> String {
    try save()
    return checkpoint
  }
  let total = min(iterations, training.iterations)
  try iterate("classifier", from: training.iteration, total, saving: stop) { _ in
    let batch = try training.iterate().batch
    let line = training.history.line(batch, batchesPerEpoch: training.loader.batchesPerEpoch)
    Terminal.shared.printLine(line)
    try ledger.line(line)
    if batch.isLast {
      try ledger.epoch(batch.epoch + 1, state: training.state().digest)
      try save(
        keptAs: options.whole.keepEpochs ? "\(run.folder)/epoch-0\(batch.epoch + 1).safetensors" : nil)
    }
  }
  try save()
  try stopIfAsked(atTheEndOf: "the training", checkpoint: checkpoint)
  try finish(ledger, of: training, in: run)
}

/// Goes on from a checkpoint where the options ask for it.
private func restore(
  _ training: Training, _ ledger: LedgerRecord, _ options: Options, _ identity: [String: String], in run: ChapterRun
) throws {
  let checkpoint = checkpointPath(in: run)
  guard options.whole.from != nil || run.resumes(from: checkpoint) else { return }
  let start = options.whole.from ?? checkpoint
  try run.restore(training.restore(from: start, identity: identity, ledger: ledger), path: start)
  if let warning = ledger.otherPrograms {
    Terminal.shared.printError("\(start): \(warning): its ledger cannot be blessed")
  }
}

private func finish(_ ledger: LedgerRecord, of training: Training, in run: ChapterRun) throws {
  guard ledger.ledger.isComplete else { return try run.write(ledger) }
  var file = try TensorFile()
  try file.append(training.classifier)
  try run.write(ledger, file.entries)
}
//src end

//: {{weave Trained.swift}}
