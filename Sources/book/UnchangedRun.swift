import Files
import Foundation
import Goldens
import Literate

/// Whether a chapter has to run again: not where its code, its options, its data and the libraries under it are those
/// of the run that is there. Prose is none of these.
struct UnchangedRun {
  let runs: String
  let catalog: ChapterCatalog
  let checkout: Checkout

  /// Whether the run in the folder is what another one would leave.
  func isThere(_ chapter: String) -> Bool {
    let recorded = RecordedRuns(folder: runs, catalog: catalog, checkout: checkout)
    guard (try? recorded.require([chapter])) != nil, let made = date(of: "\(runs)/\(chapter)/run.jsonl"),
      hasGoldenOptions(chapter)
    else { return false }
    // What whole runs have learned is data that a program's stamp does not know. A checkout makes files newer, which
    // errs to the safe side.
    return wholeRuns().allSatisfy { path in date(of: path).map { $0 < made } ?? false }
  }

  /// Whether the run had the options that `book run` gives the chapter, in whichever order it writes them.
  private func hasGoldenOptions(_ chapter: String) -> Bool {
    guard let found = try? RunJournal(readingFrom: "\(runs)/\(chapter)", chapter: chapter).arguments,
      let golden = try? RunCommand.goldenOptions(of: catalog.path(of: chapter))
    else { return false }
    return found == golden.filter { $0 != "--remake" }
  }

  /// The files of all ledgers and weights.
  private func wholeRuns() -> [String] {
    catalog.chapters.flatMap { chapter -> [String] in
      let folder = "\(catalog.path(of: chapter))/full"
      guard FileSystem.kind(of: folder) == .folder else { return [] }
      return ((try? FileSystem.list(folder)) ?? []).map { "\(folder)/\($0)" }
    }
  }

  private func date(of path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }
}
