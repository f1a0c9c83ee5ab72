import TensorFiles

/// Accepts entries of chapters: the digests of their bits, as `book bless CHAPTER --entry NAME` does.
package struct ChapterReview: ReviewTarget {
  package let catalog: ChapterCatalog
  /// Throws where the chapter's sources are no longer those of the reviewed run: its numbers are nobody's then.
  private let vouch: @Sendable (_ chapter: String) throws -> Void
  /// The references that the verdicts are of, by chapter.
  private let references: [String: [String]]

  package init(catalog: ChapterCatalog, vouch: @escaping @Sendable (_ chapter: String) throws -> Void) {
    self.catalog = catalog
    self.vouch = vouch
    references = catalog.chapters.reduce(into: [:]) { known, chapter in
      known[chapter] = (try? Manifest(contentsOf: GoldenSet.manifestPath(catalog.path(of: chapter))))?.referenceHashes
    }
  }

  package func proposal(for item: ReviewItem) throws -> ReviewProposal {
    try vouch(item.chapter)
    let manifest = try Manifest(contentsOf: GoldenSet.manifestPath(catalog.path(of: item.chapter)))
    guard manifest.referenceHashes == references[item.chapter] else {
      throw CatalogError(
        "the reference of \(item.chapter) has been made anew since it was shown: begin the review again")
    }
    let blessing = Blessing(manifest, results: item.asResults, pattern: .exactly(item.name))
    let command = "book review \(item.chapter)"
    return ReviewProposal(
      refusals: blessing.refusals.compactMap { change in
        guard case .refuse(let reason) = change.action else { return nil }
        return "\(change.precision.rawValue): \(reason)"
      },
      changes: blessing.rewrites.map(\.text),
      write: { try blessing.blessed(provenance: Provenance.ofThisBuild(command: command)).write() })
  }
}

extension Manifest {
  /// What the verdicts on a recording depend on, beside the recording.
  fileprivate var referenceHashes: [String] { [contentHash, logHash] }
}

extension Blessing.Change {
  /// "float64 losses: 12ab34cd56ef… becomes 0a1b2c3d4e5f…".
  package var text: String {
    let entry = "\(precision.rawValue) \(name)"
    switch action {
    case .keep: return "\(entry): as it is"
    case .add(let new): return "\(entry): new, \(new.prefix(12))…"
    case .replace(let old, let new): return "\(entry): \(old.prefix(12))… becomes \(new.prefix(12))…"
    case .remove(let old): return "\(entry): \(old.prefix(12))… goes, the entry is no more"
    case .refuse(let reason): return "\(entry): refused, \(reason)"
    }
  }
}
