import ArgumentParser
import Files
import Goldens
import TensorFiles
import Tensors

/// The options of chapters that keep a ledger of their whole run (`--profile full`).
package struct WholeRunOptions: ParsableArguments {
  @Flag(help: "In the full profile, keep the checkpoint of every epoch, epoch-NN.safetensors (some 20 MB each).")
  package var keepEpochs = false

  @Option(
    help: ArgumentHelp(
      "Go on from this checkpoint, of the full profile, instead of from the one in the output folder.",
      valueName: "file"))
  package var from: String?

  @Option(
    help: ArgumentHelp(
      "Hold the run against the ledgers in this folder, and stop at the first difference.", valueName: "dir",
      visibility: .hidden))
  package var ledger: String?

  package init() {}

  package func validate() throws {
    if from?.isEmpty == true { throw ValidationError("--from: expected a file, found an empty text") }
    if ledger?.isEmpty == true { throw ValidationError("--ledger: expected a folder, found an empty text") }
  }

  /// Refuses what is for runs that keep a ledger, where this is none; `expected` says which are.
  package func validate(keepsLedger: Bool, resumes: Bool, expected: String) throws {
    if !keepsLedger {
      if from != nil { throw ValidationError("--from: expected \(expected) beside it") }
      if keepEpochs { throw ValidationError("--keep-epochs: expected \(expected) beside it") }
    }
    if from != nil && resumes { throw ValidationError("--from and --resume: expected one of them at most") }
  }
}

extension ChapterRun {
  /// Where a whole run leaves its ledgers.
  package static func ledgerFolder(in folder: String) -> String { folder + "/ledger" }

  /// Begins the ledger of an act of the whole run; `nil` in the quick profile, which has none.
  ///
  /// - Parameters:
  ///   - act: One word.
  ///   - arguments: The chapter's options that make this act and no other.
  ///   - settings: What decides the numbers, beside seed and precision: the data for one.
  ///   - iterations: Of the whole run, however far this one goes.
  ///   - departures: The chapter's own options by which this run is not the one that everybody makes.
  /// - Throws: `FileError` where the ledger it is to be held against is absent or damaged, `LedgerDifference` where
  ///   that is one of other settings.
  package func beginLedger(
    of act: String, arguments: [String], settings: [String: String], iterations: Int, departures: [String],
    _ whole: WholeRunOptions
  ) throws -> LedgerRecord? {
    guard options.profile == .full else { return nil }
    let own = ["seed": String(options.seed), "dtype": options.dtype.rawValue]
    let ledger = Ledger(
      chapter: chapter, act: act, arguments: arguments, settings: own.merging(settings) { $1 }, iterations: iterations,
      departures: options.departures + departures)
    return try LedgerRecord(
      ledger, program: program, threads: ThreadPool.shared.threads,
      expected: whole.ledger.map { try Ledger(readingFrom: $0, act: act) })
  }

  /// Leaves the ledger in the output folder, where `book bless` finds it.
  package func write(_ ledger: LedgerRecord) throws {
    try ledger.current.write(to: Self.ledgerFolder(in: folder))
  }

  /// Leaves the ledger of a run that has come to its end there, with what the run has learned.
  package func write(_ ledger: LedgerRecord, _ learned: [TensorFile.Entry], metadata: [String: String] = [:]) throws {
    try TrainedWeights(learned, of: ledger.current, metadata: metadata).write(to: Self.ledgerFolder(in: folder))
  }
}

/// The folder of the ledgers, and of the weights, of a chapter's whole runs.
///
/// - Throws: `CatalogError` where this program came without goldens.
package func goldenWholeRuns(of chapter: String) throws -> String {
  try ChapterCatalog.ownFolder() + "/\(chapter)/full"
}

extension Ledger {
  /// What made it, in words: hours, processors, and its digest's first digits.
  package var making: String {
    let hours = Double(stretches.reduce(0) { $0 + $1.seconds }) / 3600
    let processors = Set(stretches.map(\.processor)).sorted().joined(separator: ", ")
    return "\(formatted(hours, decimals: 1)) h on \(processors); ledger \(digest.prefix(12))…"
  }
}

extension ChapterOptions {
  /// The options by which a run of the full profile is not the one that everybody makes.
  fileprivate var departures: [String] {
    var found: [String] = []
    if seed != 0 { found.append("--seed \(seed)") }
    if dtype != .float32 { found.append("--dtype \(dtype.rawValue)") }
    if let data { found.append("--data \(data)") }
    if let decimals { found.append("--decimals \(decimals)") }
    if let request = tracing.fault { found.append("--fault \(request.fault.rawValue)") }
    if kernels != .own { found.append("--kernels \(kernels.rawValue)") }
    return found
  }
}
