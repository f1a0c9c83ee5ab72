import ArgumentParser
import Files
import Foundation
import Goldens
import Literate
import Processes
import TensorFiles

/// `book check --profile full`: makes a stretch of a whole run again and holds it against its ledger, line by line and
/// epoch by epoch.
struct WholeRunCheck {
  let catalog: ChapterCatalog
  let checkout: Checkout
  let scratch: String
  let timeLimit: Int?

  /// What of a run is made again.
  struct Extent {
    /// Only this act; `nil` for all.
    var act: String?
    /// So many epochs, or iterations; all where neither is given. Counted from the checkpoint, where the run goes on
    /// from one.
    var epochs: Int?
    var iterations: Int?
    var checkpoint: String?
    /// Whether it goes on where an interrupted check has left off.
    var resumes = false
  }

  static func folder(_ catalog: ChapterCatalog, _ chapter: String) -> String { catalog.path(of: chapter) + "/full" }

  /// Checks the chapters' ledgers. `selectors` is what was asked for; nothing asks for all that there are.
  ///
  /// - Throws: `CatalogError` where there is no ledger to hold anything against, `ExitCode` where something does not
  ///   hold.
  func run(_ selectors: [String], _ extent: Extent) throws {
    var plans: [(ledger: Ledger, goldens: String)] = []
    let start = try extent.checkpoint.map(Start.init)
    for chapter in try catalog.select(selectors) {
      let goldens = Self.folder(catalog, chapter)
      let acts = try Ledger.acts(in: goldens)
      if acts.isEmpty {
        if selectors.isEmpty { continue }
        throw noLedger(in: goldens, chapter)
      }
      let wanted =
        try start.map { [try $0.act(of: chapter, among: acts, extent.act)] } ?? extent.act.map { [$0] } ?? acts
      for act in wanted {
        guard acts.contains(act) else {
          throw CatalogError(
            "\(goldens) holds no ledger of an act \"\(act)\"; it holds \(acts.joined(separator: ", "))")
        }
        let ledger = try read(act, in: goldens)
        guard ledger.chapter == chapter else {
          throw CatalogError(
            "\(Ledger.indexPath(goldens, act)): it is the ledger of \(ledger.chapter), not of \(chapter)")
        }
        plans.append((ledger, goldens))
      }
    }
    guard !plans.isEmpty else { throw noLedger(in: catalog.folder + "/<chapter>/full", "<chapter>") }
    let ends = try plans.map { try end(of: $0.ledger, extent, from: start) }
    for chapter in Set(plans.map(\.ledger.chapter)) {
      try ChapterProgram(chapter: chapter).requireCurrent(in: checkout)
    }
    var holds = true
    for (plan, end) in zip(plans, ends) {
      holds = try check(plan.ledger, plan.goldens, through: end, start, resumes: extent.resumes) && holds
    }
    if !holds { throw ExitCode.doesNotHold }
  }

  /// A ledger that was tampered with does not hold.
  private func read(_ act: String, in goldens: String) throws -> Ledger {
    do {
      let ledger = try Ledger(readingFrom: goldens, act: act)
      // Made again only at the run's end, but known to be the ones that were blessed in every check.
      if ledger.weights != nil { _ = try TrainedWeights(of: ledger, in: goldens) }
      return ledger
    } catch let error as FileError {
      Terminal.shared.printLine(
        "\(GoldenOptions.style().bad("does not hold")): the ledger itself, or its weights, are damaged: \(error)")
      throw ExitCode.doesNotHold
    }
  }

  private func noLedger(in folder: String, _ chapter: String) -> CatalogError {
    CatalogError(
      "\(folder): there is no ledger yet to hold a whole run against; make one with "
        + "\(BookCommand.quoted("run \(chapter) -- --profile full")) (hours), then "
        + BookCommand.quoted("bless \(chapter) --profile full"))
  }

  // MARK: - How far

  /// The iteration at which the stretch ends.
  private func end(of ledger: Ledger, _ extent: Extent, from start: Start?) throws -> Int {
    let done = start?.iteration ?? 0
    guard done < ledger.lines.count else {
      throw CatalogError("\(start?.path ?? "") is at iteration \(done), and the ledger ends at \(ledger.lines.count)")
    }
    if let iterations = extent.iterations {
      guard iterations <= ledger.lines.count - done else {
        throw CatalogError(
          """
          --iterations \(iterations): from iteration \(done) the ledger of \(ledger.act) has \
          \(ledger.lines.count - done) more
          """
        )
      }
      return done + iterations
    }
    guard let epochs = extent.epochs else { return ledger.lines.count }
    let later = ledger.epochs.filter { $0.iteration > done }
    guard epochs <= later.count else {
      throw CatalogError(
        "--epochs \(epochs): from iteration \(done) the ledger of \(ledger.act) has \(later.count) more")
    }
    return later[epochs - 1].iteration
  }

  // MARK: - Running

  /// Returns whether the stretch holds. Throws where it could not be made.
  private func check(
    _ ledger: Ledger, _ goldens: String, through end: Int, _ start: Start?, resumes: Bool
  ) throws -> Bool {
    let (chapter, act) = (ledger.chapter, ledger.act)
    // A stretch begins anew: it must not take the place of a whole run that waits to be gone on with.
    let isWhole = start == nil && end == ledger.lines.count
    let folder = "\(scratch)/\(chapter)/full/\(act)" + (isWhole ? "" : "-stretch")
    try FileSystem.createFolder(folder)
    // An earlier check's must not be taken for this one's.
    let written = ChapterRun.ledgerFolder(in: folder)
    try Ledger.remove(act, from: written)
    let stretch = "lines \((start?.iteration ?? 0) + 1) to \(end)"
    Terminal.shared.printError("running \(chapter) \(act), \(stretch) of \(ledger.lines.count)")
    let arguments =
      ["--profile", "full", "--seed", ledger.settings["seed"] ?? "0", "--dtype", ledger.settings["dtype"] ?? "float32"]
      + ledger.arguments + [
        "--iterations", String(end), "--out", folder, resumes ? "--resume" : "--overwrite", "--ledger", goldens,
      ]
      + (start.map { ["--from", $0.path] } ?? [])
    let ending = try ChapterProgram(chapter: chapter).run(
      arguments, output: folder + "/stdout.txt", errors: folder + "/stderr.txt", timeLimit: timeLimit)
    if Interruption.isPending { throw Interrupted() }
    let words = ChapterProcess.tail(folder + "/stderr.txt", lines: 1)
    if ending == .exited(1) {
      report(words, holds: false)
      return false
    }
    if let problem = ending.problem(errors: folder + "/stderr.txt") {
      throw CatalogError("\(chapter) \(act) could not be run: \(problem)")
    }
    // The chapter has compared as it went; what counts is what it left.
    let run = try Ledger(readingFrom: written, act: act)
    try requireOneProgram(run, folder)
    if let difference = ledger.difference(from: run, through: end) {
      report("\(difference)", holds: false)
      return false
    }
    if end == ledger.iterations, ledger.weights != nil {
      let (golden, made) = try (TrainedWeights(of: ledger, in: goldens), TrainedWeights(of: run, in: written))
      if let name = golden.firstDifference(from: made) {
        report("\(chapter) \(act): the weights, at \(name)", holds: false)
        return false
      }
    }
    let epochs = ledger.epochs.filter { $0.iteration > start?.iteration ?? 0 && $0.iteration <= end }
    let names = epochs.isEmpty ? "no epoch's end among them" : Self.names(of: epochs)
    report("\(chapter) \(act): \(stretch) of \(ledger.lines.count), \(names)", holds: true)
    return true
  }

  /// A check says something about the sources as they are, so they must have made all of it.
  private func requireOneProgram(_ run: Ledger, _ folder: String) throws {
    let program = try ChapterProgram(chapter: run.chapter).stamp()?.digest
    guard let other = run.stretches.first(where: { $0.program != program }) else { return }
    throw CatalogError(
      """
      \(folder): its iterations \(other.start) to \(other.end) were made by other sources than the rest; check \
      again without --resume
      """
    )
  }

  private static func names(of epochs: [Ledger.Epoch]) -> String {
    guard epochs.count > 1, let first = epochs.first, let last = epochs.last else { return "\(epochs[0].name)'s state" }
    return "the states of \(first.name) to \(last.name)"
  }

  private func report(_ text: String, holds: Bool) {
    let style = GoldenOptions.style()
    Terminal.shared.printLine(
      holds ? "\(style.good("holds bit for bit"))  \(text)" : "\(style.bad("does not hold"))  \(text)")
  }
}

/// The checkpoint that a check goes on from.
private struct Start {
  let path: String
  let iteration: Int
  private let options: [String: String]

  /// Throws `FileError` for a file that is absent, damaged or no checkpoint.
  init(_ path: String) throws {
    self.path = path
    options = try TensorFile(safetensorsAt: path).metadata
    guard let iteration = options["iteration"].flatMap({ Int($0) }), iteration >= 0, options["chapter"] != nil else {
      throw FileError(
        path, .inconsistent, at: "metadata", expected: "a chapter's checkpoint, with its iteration", found: "none")
    }
    self.iteration = iteration
  }

  /// The act it is of. Throws `CatalogError` where that is not the one asked for.
  func act(of chapter: String, among acts: [String], _ wanted: String?) throws -> String {
    guard options["chapter"] == chapter else {
      throw CatalogError("\(path): it is a checkpoint of \(options["chapter"] ?? "nothing"), not of \(chapter)")
    }
    let act = options["act"] ?? wanted ?? acts[0]
    if let wanted, wanted != act {
      throw CatalogError("\(path): it is a checkpoint of the act \(act), not of \(wanted)")
    }
    return act
  }
}
