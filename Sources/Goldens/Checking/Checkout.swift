import Files

/// The sources that programs and runs must be of: numbers of other sources say nothing about those that are there now.
package struct Checkout: Sendable {
  /// The folder that holds `chapters` and `goldens`.
  package let repository: String

  package init(repository: String) { self.repository = repository }

  /// What has changed since `stamp` was taken of the chapter.
  ///
  /// The files compared are those of this checkout; of the place where the program was built, where this is none (a folder of
  /// goldens alone).
  package func changes(since stamp: BuildStamp, chapter: String?) -> BuildStamp.Changes {
    let own = chapter.map { "\(repository)/chapters/\($0)" }
    let isPackage = FileSystem.kind(of: "\(repository)/Package.swift") == .file
    return stamp.changes(
      ownFolder: own.flatMap { FileSystem.kind(of: $0) == .folder ? $0 : nil }, root: isPackage ? repository : nil)
  }
}

extension Checkout {
  /// Throws `StaleProgram` where the program was built from other sources than those there now, or does not say from which.
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
