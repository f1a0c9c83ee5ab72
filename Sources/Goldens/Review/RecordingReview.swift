import TensorFiles

/// Accepts entries of recordings from anywhere, as `book bless --recording DIR --entry NAME` does where it asks and is
/// answered yes.
package struct RecordingReview: ReviewTarget {
  /// The folder of the recordings, read again at every decision: it may have been written to meanwhile.
  package let recordings: String
  package let goldens: String

  package init(recordings: String, goldens: String) {
    self.recordings = recordings
    self.goldens = goldens
  }

  /// What the recordings are found to be.
  package func results(names: [String] = [], pattern: Glob? = nil) throws -> [PrecisionResult] {
    try RecordingCheck(RecordingFolder(recordings), goldens: goldens, names: names, pattern: pattern).results()
  }

  package func proposal(for item: ReviewItem) throws -> ReviewProposal {
    let check = try RecordingCheck(
      RecordingFolder(recordings), goldens: goldens, names: [item.chapter], pattern: .exactly(item.name))
    let results = try check.results()
    let seen = item.results.map { ReviewedBits($0) }
    let now = results.flatMap { $0.entries.map { ReviewedBits($0) } }
    guard seen == now else {
      throw CatalogError("\(item.id) has been recorded or blessed anew since it was shown: begin the review again")
    }
    let blessing = try RecordingBlessing(item.chapter, check: check, results: results)
    return ReviewProposal(
      refusals: blessing.nonfinite.map {
        "values are NaN or infinite (\($0)); book bless --nonfinite takes such values"
      },
      changes: blessing.changes,
      write: { try blessing.write(command: "book review --recording") })
  }
}

/// What a reviewer has seen of an entry: nobody may accept other bits than those.
private struct ReviewedBits: Equatable {
  let precision: String?
  let verdict: Verdict
  let digest: String?

  init(_ result: EntryResult) {
    (precision, verdict, digest) = (result.precision?.rawValue, result.verdict, result.digest)
  }
}

extension RecordingBlessing {
  /// What would be written, a line each.
  package var changes: [String] {
    func lines(_ entries: [EntryResult], _ words: String) -> [String] {
      entries.map { "\($0.precision.map { "\($0.rawValue) " } ?? "")\($0.name): \(words)" }
    }
    return lines(added, "new") + lines(replaced, "takes the place of the golden it does not agree with")
      + lines(removed, "goes, nobody recorded it") + lines(drifted, "only the digest changes")
  }
}
