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
  /// Manifests of before 1.0 name the program alone (`script` and `script_sha256`). Throws `FileError` where a hash is
  /// none, or a path leads out of the checkout.
  package init?(_ provenance: JSONCursor) throws {
    if let sources = try provenance.optionalMember("sources") {
      files = try sources.members().map { path, cursor in
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
          throw cursor.error(.badName, expected: "a path below the checkout", found: path)
        }
        return Source(path: path, hash: try cursor.sha256())
      }
    } else if let script = try provenance.optionalMember("script")?.string(), !script.contains("/"),
      let hash = try provenance.optionalMember("script_sha256")?.sha256()
    {
      files = [Source(path: "goldens/reference/\(script)", hash: hash)]
    } else {
      return nil
    }
  }

  /// Paths of the files that are no longer what they were, or no longer there.
  package func changed(in repository: String) -> [String] {
    files.filter { source in
      guard let bytes = try? FileSystem.read("\(repository)/\(source.path)") else { return true }
      return Digest.of(bytes) != source.hash
    }.map(\.path)
  }
}
