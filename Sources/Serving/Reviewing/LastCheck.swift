import Goldens
import Literate
import TensorFiles
import Tensors

/// What the last check, or the last run, of a chapter recorded, held against its goldens once more.
struct LastCheck {
  let settings: ServeSettings
  let chapter: String

  /// One result for each precision that the goldens hold; a recording that is not of the sources as they are, or of
  /// other options, is a failure that says so, and so is one that is not there.
  func results() -> [PrecisionResult] {
    let goldens: GoldenSet
    do { goldens = try GoldenSet(readingFrom: "\(settings.goldens)/\(chapter)") } catch {
      return [PrecisionResult(chapter: chapter, precision: nil, failure: "\(error)")]
    }
    return goldens.manifest.precisions.map { precision in
      do {
        return Checker(goldens: goldens).check(try recording(precision, goldens.manifest))
      } catch {
        return PrecisionResult(chapter: chapter, precision: precision, failure: "\(error)")
      }
    }
  }

  /// The newest recording of the precision: one that `book check` has left, or the last run's.
  private func recording(_ precision: DType, _ manifest: Manifest) throws -> Recording {
    let folders = ["\(settings.runs)/check/\(chapter)/\(precision.rawValue)", "\(settings.runs)/\(chapter)"]
    let dated = folders.compactMap { folder in
      Platform.signature(of: Recording.indexPath(folder, precision)).map { (folder, $0[0]) }
    }
    guard let (folder, _) = dated.max(by: { $0.1 < $1.1 }) else {
      throw ServingError("it has not been checked: run \(BookCommand.quoted("check \(chapter)"))")
    }
    let journal = try RunJournal(readingFrom: folder, chapter: chapter)
    try journal.requireSources(in: settings.checkout)
    if let reason = journal.reasonNotToCheck(against: manifest) { throw ServingError("\(folder): \(reason)") }
    return try Recording(readingFrom: folder, precision)
  }
}
