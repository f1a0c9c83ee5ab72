//: ## What is printed
//: The document prints one line per iteration:
//:
//: ```
//: [1/50][0/782] Loss_D: 1.4032  Loss_G: 0.6854  D(x): 0.6174  D(G(z)): 0.5983 / 0.5039
//: ```
//:
//: D(x) is the mean of the logistic function of D's score on real pictures, D(G(z)) the same on fakes, before and after
//: D's step. We also keep the length of both gradients and the mean of what D itself puts out, before the loss's
//: logistic function, which the document does not print. They will turn out to be the story.

import Checkpoints
import Datasets
import GANBook

/// The numbers of one iteration.
struct LogLine: Equatable {
  var lossD: Double
  var lossG: Double
  var dX: Double
  var dGZ1: Double
  var dGZ2: Double
  var gradientNormG: Double
  var gradientNormD: Double
  /// The mean of what D puts out, on real pictures before its step and on fakes after it.
  var outputX: Double
  var outputGZ: Double

  /// What must stay finite.
  var losses: [(name: String, value: Double)] { [("Loss_D", lossD), ("Loss_G", lossG)] }

  /// In the document's format.
  func text(_ batch: ShuffledLoader.Batch, batchesPerEpoch: Int, epochs: Int, decimals: Int) -> String {
    func fixed(_ value: Double) -> String { formatted(value, decimals: decimals) }
    return "[\(batch.epoch + 1)/\(epochs)][\(batch.number)/\(batchesPerEpoch)] Loss_D: \(fixed(lossD))  "
      + "Loss_G: \(fixed(lossG))  D(x): \(fixed(dX))  D(G(z)): \(fixed(dGZ1)) / \(fixed(dGZ2))"
  }
}

/// The lines so far, as series.
struct History {
  private(set) var lines: [LogLine] = []

  var count: Int { lines.count }

  mutating func append(_ line: LogLine) { lines.append(line) }

  /// The series by the names they are recorded under.
  static let series: [(name: String, value: @Sendable (LogLine) -> Double)] = [
    ("loss-d", { $0.lossD }), ("loss-g", { $0.lossG }), ("d-x", { $0.dX }), ("d-gz1", { $0.dGZ1 }),
    ("d-gz2", { $0.dGZ2 }), ("gradient-norm-g", { $0.gradientNormG }), ("gradient-norm-d", { $0.gradientNormD }),
    ("output-x", { $0.outputX }), ("output-gz", { $0.outputGZ }),
  ]

  /// The mean of `value` over the last `count` iterations.
  func mean(ofLast count: Int, _ value: (LogLine) -> Double) -> Double {
    let last = lines.suffix(count)
    return last.map(value).reduce(0, +) / Double(last.count)
  }
}

//: ## Checkpoints
//: A run can be stopped with Ctrl-C and goes on with `--resume` as if nothing had happened: same bits, same log. That
//: takes more than the weights: Adam's moments and step counts, the state of the random stream, the epoch's order and
//: the position in it, and the history.

extension Training {
  /// All that the next iteration depends on.
  func state(identity: [String: String] = [:]) throws -> Checkpoint {
    var checkpoint = try Checkpoint(identity: identity)
    try checkpoint.add(generator, as: "G")
    try checkpoint.add(discriminator, as: "D")
    try checkpoint.add(optimizerG, as: "optimizer-G")
    try checkpoint.add(optimizerD, as: "optimizer-D")
    try checkpoint.add(random, as: "random")
    try checkpoint.add(loader.position.integers, as: "loader")
    return checkpoint
  }

  func save(to paths: [String], identity: [String: String], run: [UInt8], ledger: LedgerRecord?) throws {
    var checkpoint = try state(identity: identity)
    for (name, value) in History.series { try checkpoint.add(history.lines.map(value), as: "history/\(name)") }
    for grid in grids { try checkpoint.add(grid.entry) }  //src
    try checkpoint.add(bytes: run, as: "run")
    if let ledger { try checkpoint.add(ledger) }
    for path in paths { try checkpoint.write(to: path) }
  }

  /// Restores everything `save` wrote; returns what the run had recorded by then.
  func restore(from path: String, identity: [String: String], ledger: LedgerRecord?) throws -> [UInt8] {
    let checkpoint = try Checkpoint(readingFrom: path, identity: identity)
    let position = ShuffledLoader.Position(
      count: pictures.count, batchSize: loader.batchSize, integers: try checkpoint.integers("loader", count: 3))
    let resumed = try naming(path) {
      try ShuffledLoader(count: pictures.count, batchSize: loader.batchSize, resumingAt: position)
    }
    let series = try History.series.map { try checkpoint.numbers("history/\($0.name)") }
    let run = try checkpoint.bytes("run")
    grids = checkpoint.entries.compactMap(KeptGrid.init)  //src
    guard Set(series.map(\.count)).count == 1 else {
      throw ChapterError("\(path): the history's series differ in length")
    }
    try naming(path) { try resumed.requireIterations(series[0].count) }
    try checkpoint.restore(generator, from: "G")
    try checkpoint.restore(discriminator, from: "D")
    try checkpoint.restore(optimizerG, from: "optimizer-G", atMost: series[0].count)
    try checkpoint.restore(optimizerD, from: "optimizer-D", atMost: series[0].count * k)
    try checkpoint.restore(random, from: "random")
    loader = resumed
    if let ledger { try checkpoint.restore(ledger, state: state().digest) }
    history = History()
    for step in series[0].indices {
      history.append(
        LogLine(
          lossD: series[0][step], lossG: series[1][step], dX: series[2][step], dGZ1: series[3][step],
          dGZ2: series[4][step], gradientNormG: series[5][step], gradientNormD: series[6][step],
          outputX: series[7][step], outputGZ: series[8][step]))
    }
    return run
  }
}

//src begin
extension Options {
  /// What a resumed run must share with the one it goes on from, but for the data.
  func identity(of act: Act, in run: ChapterRun) -> [String: String] {
    [
      "chapter": run.chapter, "act": act.rawValue, "seed": String(chapter.seed), "dtype": chapter.dtype.rawValue,
      "grid-every": String(gridEvery), "decimals": String(run.decimals), "k": String(k),
      "profile": chapter.profile.rawValue, Checkpoint.kernelsKey: chapter.kernels.rawValue,
    ]
  }

  /// What a checkpoint says beside that.
  func notes(at iteration: Int, isLast: Bool) -> [String: String] {
    let isQuick = chapter.profile == .quick && chapter.iterations == nil && chapter.data == nil && pictures == nil
    var notes = [CheckpointNote.iteration: String(iteration)]
    if isLast && isQuick { notes[CheckpointNote.isQuick] = "yes" }
    return notes
  }
}

/// Refuses to begin where there is a checkpoint that cannot be gone on from, or must not be replaced.
func checkEarlierCheckpoint(of act: Act, _ options: Options, in run: ChapterRun) throws {
  let iterations = options.chapter.iterations ?? (options.chapter.profile == .quick ? act.quickIterations : 0)
  if let start = options.whole.from {
    try EarlierCheckpoint.check(
      start, identity: options.identity(of: act, in: run), isResumed: true, isOverwritten: false, remade: nil)
  }
  try EarlierCheckpoint.check(
    checkpointPath(of: act, in: run), identity: options.identity(of: act, in: run),
    isResumed: options.chapter.resume, isOverwritten: options.chapter.overwrite,
    remade: options.chapter.remake ? iterations : nil)
}

/// A new run has saved its first checkpoint. Those of a run before it are removed, so that `--resume` cannot mix two
/// runs.
func removeEarlierCheckpoints(after act: Act, _ options: Options, in run: ChapterRun) throws {
  guard !options.chapter.resume else { return }
  for later in options.acts(in: run).drop(while: { $0 != act }).dropFirst() {
    try FileSystem.remove(checkpointPath(of: later, in: run))
  }
}
//src end
