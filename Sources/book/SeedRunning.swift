import ArgumentParser
import Files
import Foundation
import Goldens
import Literate

/// `book run --seeds`: the runs, then what they have in common, as a page and as text.
struct SeedRunning {
  let runs: SeedRuns
  /// The chapter's golden set, which may know which runs share seeds.
  let goldens: String

  func run(_ range: SeedRange) throws {
    let outcome = try runs.run(range.seeds)
    if outcome.kept > 0 {
      Terminal.shared.printError("\(outcome.kept) of \(range.seeds.count) runs were there; --force makes them again")
    }
    guard let first = outcome.recordings.first else {
      throw CatalogError(
        "no run of \(runs.chapter) came to its end: \(outcome.failures.first?.reason ?? "none was asked for")")
    }
    let precision = first.recording.precision
    let summary = SeedSummary(chapter: runs.chapter, precision: precision, recordings: outcome.recordings)
    let reference = try SeedOptions.reference(goldens, chapter: runs.chapter)
    let page = "\(runs.folder)/index.html"
    let text = SeedText(summary, reference: reference, style: GoldenOptions.style()).text
    let plain = SeedText(summary, reference: reference, style: TextStyle(usesColor: false)).text
    try AtomicFile.write(SeedPage(summary, reference: reference, failures: outcome.failures).html, to: page)
    try AtomicFile.write(plain, to: "\(runs.folder)/summary.txt")
    Terminal.shared.printLine(text.trimmingLineEnd)
    Terminal.shared.printLine("\nthe page: \(URL(filePath: page).absoluteURL.path)")
    guard outcome.failures.isEmpty else {
      let seeds = outcome.failures.map { "\($0.seed)" }.joined(separator: ", ")
      Terminal.shared.printError(
        "\(outcome.failures.count) of \(range.seeds.count) runs failed (seeds \(seeds)): they are in no number above; "
          + "the same command runs them again")
      throw ExitCode.couldNotRun
    }
  }
}
