import Files
import Goldens
import Literate
import TensorFiles
import Tensors

/// Runs that are there already, and whether anything may be said of them.
struct RecordedRuns {
  /// The folder of the runs.
  let folder: String
  let catalog: ChapterCatalog
  let checkout: Checkout

  /// Throws `CatalogError` for a chapter without a run, or with one that says nothing about the goldens: a recording of
  /// other sources than those there now, one with other options, one that is not as the run left it.
  func require(_ chapters: [String]) throws {
    for chapter in chapters {
      let own = "\(folder)/\(chapter)"
      guard FileSystem.kind(of: "\(own)/run.jsonl") == .file else {
        throw CatalogError("\(own) holds no run; run \(BookCommand.quoted("run \(chapter)"))")
      }
      do { try requireOne(chapter, in: own) } catch let error as WeavingError { throw CatalogError("\(error)") }
    }
  }

  private func requireOne(_ chapter: String, in own: String) throws {
    let journal = try RunJournal(readingFrom: own, chapter: chapter)
    try journal.requireSources(in: checkout)
    for other in DType.allCases where other != journal.precision {
      let path = Recording.indexPath(own, other)
      if FileSystem.kind(of: path) == .file { throw CatalogError("\(path): it is not of the run in \(journal.path)") }
    }
    let manifest = try Manifest(contentsOf: GoldenSet.manifestPath(catalog.path(of: chapter)))
    if let reason = journal.reasonNotToCheck(against: manifest) {
      throw CatalogError("\(journal.path): \(reason) Run \(BookCommand.quoted("run \(chapter)")).")
    }
  }
}

extension CheckSession {
  /// A session on runs that are there: what they say of their lines is where those stand now.
  mutating func follow(_ runs: String) {
    recorded = runs
    recordedStamp = { chapter, folder in
      do { return try RunJournal(readingFrom: folder, chapter: chapter).program } catch let error as WeavingError {
        throw CatalogError("\(error)")
      }
    }
  }
}
