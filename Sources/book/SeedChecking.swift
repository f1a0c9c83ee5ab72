import ArgumentParser
import Files
import Goldens
import Literate
import TensorFiles

/// `book check --seeds`: claims and end values over many seeds, held against the reference's distributions.
struct SeedChecking {
  let catalog: ChapterCatalog
  let checkout: Checkout
  let seeds: SeedRange
  let options: SeedOptions
  let jobs: Int?
  let pattern: Glob?
  let html: String?

  /// Checks the chapters that are asked for; all that have a reference over many seeds where none is.
  func run(_ asked: [String]) throws {
    var held = true
    let selected = try catalog.select(asked)
    let known = selected.filter { FileSystem.kind(of: SeedDistributions.path(catalog.path(of: $0))) == .file }
    guard !known.isEmpty || !asked.isEmpty else {
      throw CatalogError("\(catalog.folder): no chapter has a reference over many seeds (seeds.json)")
    }
    let chapters = asked.isEmpty ? known : selected
    if let html, chapters.count > 1 {
      throw CatalogError("--html \(html): it holds one chapter, and \(chapters.count) are asked for")
    }
    for chapter in chapters {
      let goldens = catalog.path(of: chapter)
      guard let reference = try SeedOptions.reference(goldens, chapter: chapter) else {
        throw CatalogError(
          "\(SeedDistributions.path(goldens)) is not there: no reference over many seeds to hold \(chapter) against")
      }
      held = try check(chapter, reference) && held
    }
    if !held { throw ExitCode.doesNotHold }
  }

  private func check(_ chapter: String, _ reference: SeedDistributions) throws -> Bool {
    let goldens = catalog.path(of: chapter)
    let runs = options.runs(
      of: chapter, seeds,
      options: try SeedOptions.options(
        of: goldens, dtype: reference.precision == .float32 ? nil : reference.precision.rawValue),
      jobs: jobs, force: false, checkout: checkout)
    let outcome = try runs.run(seeds.seeds)
    // Left out, a run that failed would make the others look better than they are.
    if let failure = outcome.failures.first {
      throw CatalogError(
        "\(chapter): \(outcome.failures.count) of \(seeds.seeds.count) runs failed, the first from seed "
          + "\(failure.seed): "
          + failure.reason)
    }
    let summary = SeedSummary(chapter: chapter, precision: reference.precision, recordings: outcome.recordings)
    let check = SeedCheck(summary, reference, pattern: pattern)
    guard !check.verdicts.isEmpty else {
      throw CatalogError(
        "\(chapter): \(pattern.map { "no claim and no end value matches \"\($0.text)\"" } ?? "nothing was recorded")")
    }
    guard check.canFail else {
      throw CatalogError(
        "\(chapter): with \(seeds.seeds.count) seeds no outcome could fail at a false alarm in "
          + "\(NumberText.short(check.alarms.level * 100)) % of checks, so this would be no check; give more seeds")
    }
    if outcome.kept > 0 {
      Terminal.shared.printError("\(outcome.kept) of \(seeds.seeds.count) runs were there, of the code as it is")
    }
    Terminal.shared.printLine(check.text(style: GoldenOptions.style()).trimmingLineEnd)
    if let html {
      try AtomicFile.write(SeedPage(summary, reference: reference, check: check).html, to: html)
    }
    try GitHub.report(
      [check.failingResult], exact: false, sources: SourcePaths(root: checkout.repository))
    return check.failing.isEmpty
  }
}
