import Files
import Goldens
import Tensors

/// What the last check of a chapter has left: recordings that can be held against the goldens again without running
/// anything.
///
/// For each precision of the golden set the run of `book check` counts, in `scratch`; where there is none of the code
/// as it is, the one of `book run`, in `runs`.
package struct CheckedRuns: Sendable {
  package let catalog: ChapterCatalog
  package let checkout: Checkout
  package let scratch: String
  package let runs: String

  package init(catalog: ChapterCatalog, checkout: Checkout, scratch: String, runs: String) {
    self.catalog = catalog
    self.checkout = checkout
    self.scratch = scratch
    self.runs = runs
  }

  /// The verdicts on a chapter's recordings, one for every precision of its golden set.
  ///
  /// - Throws: `CatalogError` where a precision has no recording that may be vouched for: none at all, one of other
  ///   code or options, of only some entries, one that is not as its run left it. `FileError` for a damaged golden set.
  package func results(of chapter: String, pattern: Glob? = nil) throws -> [PrecisionResult] {
    let goldens = try GoldenSet(readingFrom: catalog.path(of: chapter))
    return try goldens.manifest.precisions.map { precision in
      let recording = try recording(of: chapter, precision, goldens.manifest)
      return Checker(goldens: goldens, pattern: pattern).check(recording)
    }
  }

  /// Throws `CatalogError` where the recordings that `results(of:)` reads may no longer be vouched for.
  package func vouch(for chapter: String) throws {
    let manifest = try Manifest(contentsOf: GoldenSet.manifestPath(catalog.path(of: chapter)))
    for precision in manifest.precisions { _ = try recording(of: chapter, precision, manifest) }
  }

  private func recording(of chapter: String, _ precision: DType, _ manifest: Manifest) throws -> Recording {
    var reasons: [String] = []
    for folder in ["\(scratch)/\(chapter)/\(precision.rawValue)", "\(runs)/\(chapter)"] {
      guard FileSystem.kind(of: Recording.indexPath(folder, precision)) == .file else { continue }
      do {
        let journal = try RunJournal(readingFrom: folder, chapter: chapter)
        guard journal.precision == precision else { continue }
        try journal.requireSources(in: checkout)
        if let reason = journal.reasonNotToCheck(against: manifest) {
          reasons.append("\(folder): \(reason)")
          continue
        }
        let relocation = SourceRelocation(since: journal.program, in: checkout, chapter: chapter)
        return try Recording(readingFrom: folder, precision).relocated(relocation)
      } catch let error as WeavingError { reasons.append("\(error)") }
    }
    let found = reasons.isEmpty ? "there is none" : reasons.joined(separator: "; ")
    throw CatalogError(
      "\(chapter): no recording of \(precision.rawValue) can be vouched for (\(found)); run "
        + BookCommand.quoted("check \(chapter)"))
  }
}
