import Files
import Foundation
import Goldens

/// Whether a chapter has to run again: not where its code, its options, its data and the libraries under it are those of the run that is there.
struct UnchangedRun {
  let runs: String
  let catalog: ChapterCatalog
  let checkout: Checkout

  /// Whether the run in the folder is what another one would leave.
  func isThere(_ chapter: String) -> Bool {
    let recorded = RecordedRuns(folder: runs, catalog: catalog, checkout: checkout)
    guard (try? recorded.require([chapter])) != nil, let made = date(of: "\(runs)/\(chapter)/run.jsonl") else {
      return false
    }
    // What whole runs have learned is data that a program's stamp does not know. A checkout makes files newer, which errs to the safe side.
    return wholeRuns().allSatisfy { path in date(of: path).map { $0 < made } ?? false }
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
