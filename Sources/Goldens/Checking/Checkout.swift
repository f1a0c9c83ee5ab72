import Files

/// The sources that programs and runs must be of: numbers of other sources say nothing about those that are there now.
package struct Checkout: Sendable {
  /// The folder that holds `chapters` and `goldens`.
  package let repository: String

  package init(repository: String) { self.repository = repository }

  /// What has changed since `stamp` was taken of the chapter.
  ///
  /// The files compared are those of this checkout; of the place where the program was built, where this is none (a
  /// folder of goldens alone).
  package func changes(since stamp: BuildStamp, chapter: String?) -> BuildStamp.Changes {
    stamp.changes(ownFolder: ownFolder(of: chapter), root: root)
  }

  /// Prose and code of a file of the stamp as it is now, where it can be read.
  func lines(of path: String, in stamp: BuildStamp, chapter: String?) -> LiterateLines? {
    stamp.lines(of: path, ownFolder: ownFolder(of: chapter), root: root)
  }

  private func ownFolder(of chapter: String?) -> String? {
    let own = chapter.map { "\(repository)/chapters/\($0)" }
    return own.flatMap { FileSystem.kind(of: $0) == .folder ? $0 : nil }
  }

  private var root: String? { FileSystem.kind(of: "\(repository)/Package.swift") == .file ? repository : nil }
}

extension Checkout {
  /// Throws `StaleProgram` where the program was built from other code than that there now, or does not say from which.
  /// Prose is no part of a program.
  ///
  /// `executable` is the program's path; `chapter` its chapter, `nil` for `book` itself.
  package func require(_ stamp: BuildStamp?, of executable: String, chapter: String?) throws {
    guard let stamp else {
      throw StaleProgram(executable: executable, reason: "it does not say what it was built from")
    }
    let isThere = FileSystem.kind(of: "\(stamp.root)/Package.swift") == .file
    let changes = changes(since: stamp, chapter: chapter)
    guard !changes.isEmpty else { return }
    throw StaleProgram(
      executable: executable,
      reason: isThere
        ? "since it was built, \(changes.description)" : "it was built in \(stamp.root), and its sources are not there")
  }
}

/// A program that is older than its sources.
package struct StaleProgram: Error, Sendable, Equatable, CustomStringConvertible {
  package let executable: String
  package let reason: String

  package var description: String { "\(executable) is not of the sources as they are: \(reason); run `make build`" }
}
