import Files
import TensorFiles

/// The files that computed a reference, with the hashes they had: the program and everything of the repository that it
/// imports.
package struct ReferenceSources: Equatable {
  package struct Source: Equatable {
    /// From the root of the checkout: "goldens/reference/ch03_dcgan.py".
    package let path: String
    /// SHA-256, in hexadecimal digits.
    package let hash: String
  }

  package let files: [Source]

  /// Reads them from a reference's provenance. `nil` where it names none, as a recording's need not.
  ///
  /// Manifests of before 1.0 name the program alone (`script` and `script_sha256`). What was made anew from whole runs'
  /// weights has sources of its own (`also_sources`): a file counts as changed where either hash is not what it has
  /// now. Throws `FileError` where a hash is none, or a path leads out of the checkout.
  package init?(_ provenance: JSONCursor) throws {
    var files: [Source] = []
    if let sources = try provenance.optionalMember("sources") {
      files = try Self.read(sources)
    } else if let script = try provenance.optionalMember("script"),
      let hash = try provenance.optionalMember("script_sha256"), hash.value != .null
    {
      let path = "goldens/reference/\(try script.string())"
      files = [Source(path: try Self.inside(path, script), hash: try hash.sha256())]
    }
    if let also = try provenance.optionalMember("also_sources") {
      files += try Self.read(also).filter { !files.contains($0) }
    }
    guard !files.isEmpty else { return nil }
    self.files = files
  }

  private static func read(_ sources: JSONCursor) throws -> [Source] {
    try sources.members().map { path, cursor in Source(path: try inside(path, cursor), hash: try cursor.sha256()) }
  }

  private static func inside(_ path: String, _ cursor: JSONCursor) throws -> String {
    guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
      throw cursor.error(.badName, expected: "a path below the checkout", found: path)
    }
    return path
  }

  /// Paths of the files that are no longer what they were, or no longer there, each once. None where none of the files
  /// is there: goldens are also checked without the programs that made them.
  package func changed(in repository: String) -> [String] {
    let hashes = files.map { source in
      (try? FileSystem.read("\(repository)/\(source.path)")).map { Digest.of($0) }
    }
    guard hashes.contains(where: { $0 != nil }) else { return [] }
    return Set(zip(files, hashes).filter { $0.hash != $1 }.map(\.0.path)).sorted()
  }
}

extension Manifest {
  /// Which of the files that computed the reference have changed since. Throws `FileError` where the provenance names
  /// them as nothing does.
  package func changedSources(in repository: String) throws -> [String] {
    let provenance = try JSONCursor(.object(json), file: path).member("reference").member("provenance")
    return try ReferenceSources(provenance)?.changed(in: repository) ?? []
  }
}
