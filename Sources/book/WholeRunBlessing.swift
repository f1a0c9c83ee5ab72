import ArgumentParser
import Files
import Foundation
import Goldens
import Literate

/// `book bless --profile full`: takes the ledgers that a whole run has left as those that `book check --profile full`
/// expects.
struct WholeRunBlessing {
  let catalog: ChapterCatalog
  let checkout: Checkout
  /// The folder of the runs, "out".
  let runs: String
  let confirms: (String) -> Bool

  /// Throws `CatalogError` where there is no such ledger, `ExitCode` where one is refused or nobody agrees.
  func run(_ selectors: [String], act: String?) throws {
    var refused = false
    for chapter in try catalog.select(selectors) {
      let folder = ChapterRun.ledgerFolder(in: "\(runs)/\(chapter)-full")
      let acts = try Ledger.acts(in: folder).filter { act == nil || act == $0 }
      guard !acts.isEmpty else {
        if selectors.isEmpty { continue }
        throw CatalogError(
          "\(folder) holds no ledger\(act.map { " of an act \"\($0)\"" } ?? ""): an act's ledger is there once it has "
            + "come to its end; run \(BookCommand.quoted("run \(chapter) -- --profile full"))")
      }
      for act in acts { refused = try !bless(act, of: chapter, in: folder) || refused }
    }
    if refused { throw ExitCode.doesNotHold }
  }

  /// Returns whether it was not refused.
  private func bless(_ act: String, of chapter: String, in folder: String) throws -> Bool {
    let goldens = WholeRunCheck.folder(catalog, chapter)
    let ledger = try Ledger(readingFrom: folder, act: act)
    // A damaged one is replaced like any other: it says nothing.
    let golden = try? Ledger(readingFrom: goldens, act: act)
    let blessing = LedgerBlessing(ledger, chapter: chapter, golden: golden, checkout: checkout)
    let name = "\(chapter) \(act)"
    let contents = "\(ledger.lines.count) lines, \(ledger.epochs.count) epochs, \(ledger.digest.prefix(12))…"
    switch blessing.action {
    case .refuse(let reason):
      Terminal.shared.printLine(GoldenOptions.style().bad("\(name): refused, \(reason)"))
      return false
    case .keep:
      return try blessWeights(of: ledger, golden, from: folder, to: goldens)
    case .add: Terminal.shared.printLine("\(name): new, \(contents)")
    case .replace(let difference):
      let first = difference.map { "first at \($0.place): \($0.expected) becomes \($0.found)" } ?? "all of it"
      Terminal.shared.printLine("\(name): \(contents) replaces \(golden?.digest.prefix(12) ?? "")…, \(first)")
    }
    guard confirms("bless the whole run of \(name)?") else {
      Terminal.shared.printLine("\(name): nothing changed")
      throw ExitCode.couldNotRun
    }
    let blessed = blessing.blessed(
      provenance: Provenance.ofThisBuild(command: "book bless \(chapter) --profile full"))
    try write(blessed, from: folder, to: goldens)
    Terminal.shared.printLine("\(name): blessed")
    return true
  }

  /// The ledger is the golden one; takes what the run has learned, where that is not kept yet. What was blessed with it
  /// stays: the digest of the state at the ledger's end is of these weights.
  ///
  /// Returns whether it was not refused.
  private func blessWeights(of ledger: Ledger, _ golden: Ledger?, from folder: String, to goldens: String) throws
    -> Bool
  {
    let name = "\(ledger.chapter) \(ledger.act)"
    guard var kept = golden, let weights = ledger.weights, weights != kept.weights else {
      Terminal.shared.printLine("\(name): nothing to change")
      return true
    }
    // Damaged ones say nothing.
    if let blessed = try? TrainedWeights(of: kept, in: goldens),
      let entry = try blessed.firstContradiction(of: TrainedWeights(of: ledger, in: folder))
    {
      let reason = "refused, one run cannot have learned two things: \(entry) is not what was blessed with this ledger"
      Terminal.shared.printLine(GoldenOptions.style().bad("\(name): \(reason)"))
      return false
    }
    Terminal.shared.printLine(
      "\(name): the ledger is the golden one; weights \(weights.prefix(12))… "
        + (kept.weights.map { "replace \($0.prefix(12))…" } ?? "are new"))
    guard confirms("bless the weights of \(name)?") else {
      Terminal.shared.printLine("\(name): nothing changed")
      throw ExitCode.couldNotRun
    }
    kept.weights = weights
    try write(kept, from: folder, to: goldens)
    Terminal.shared.printLine("\(name): blessed")
    return true
  }

  /// Writes the ledger into the goldens, and the weights that it names, which lie in the run's folder.
  private func write(_ ledger: Ledger, from folder: String, to goldens: String) throws {
    guard ledger.weights != nil else { return try ledger.write(to: goldens) }
    let learned = try TrainedWeights(of: ledger, in: folder)
    try TrainedWeights(learned.file.entries, of: ledger, metadata: learned.file.metadata).write(to: goldens)
  }
}
