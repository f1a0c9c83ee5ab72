import Goldens

/// Where everything is that is served, and what may be done with it.
package struct ServeSettings: Sendable {
  /// The folder that holds `chapters` and `goldens`.
  package let repository: String
  /// The folder of the golden sets.
  package let goldens: String
  /// The folder of the chapters' executables.
  package let executables: String
  /// The folder of the runs.
  package var runs = "out"
  /// The woven book.
  package var pages = "out/book"
  /// 0: any that is free.
  package var port: UInt16 = 0
  /// Whether nothing that changes anything is served.
  package var isReadOnly = false
  /// Why nothing is accepted here, whatever is sent; `nil` where it may be.
  package var blessingRefusal = CIRefusal.of("accepting")
  /// What other programs, or a chapter in CI, have recorded; `nil` where only this machine's runs are reviewed.
  package var recordings: RecordingReview?
  /// The arguments of the run of a chapter that its goldens hold.
  package let goldenArguments: @Sendable (_ chapter: String) throws -> [String]

  package init(
    repository: String, goldens: String, executables: String,
    goldenArguments: @escaping @Sendable (_ chapter: String) throws -> [String]
  ) {
    self.repository = repository
    self.goldens = goldens
    self.executables = executables
    self.goldenArguments = goldenArguments
  }

  var checkout: Checkout { Checkout(repository: repository) }

  func catalog() throws -> ChapterCatalog { try ChapterCatalog.allChapters(repository: repository) }

  func program(of chapter: String) -> String { "\(executables)/ch\(chapter)" }

  /// The server's own files.
  var folders: RunFolders { RunFolders(root: "\(runs)/serve") }
}
