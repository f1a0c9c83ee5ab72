import Goldens
import TensorFiles

/// Hashes of a chapter's sources, to tell a run of these sources from a run of others.
package enum SourceHashes {
  /// SHA-256 of every Swift file in the folder of `mainFile` and below, by its path within that folder.
  ///
  /// Empty where the sources are not there: an installed binary may run far from them.
  package static func hashes(besides mainFile: String) -> [String: String] {
    guard let cut = mainFile.lastIndex(of: "/") else { return [:] }
    return hashes(inFolder: String(mainFile[..<cut]))
  }

  package static func hashes(inFolder root: String) -> [String: String] {
    var found: [String: String] = [:]
    collect(root, prefix: "", depth: 0, into: &found)
    return found
  }

  private static func collect(_ folder: String, prefix: String, depth: Int, into found: inout [String: String]) {
    guard depth < 8, let names = try? FileSystem.list(folder) else { return }
    for name in names where !name.hasPrefix(".") {
      let path = folder + "/" + name
      switch FileSystem.kind(of: path) {
      case .folder: collect(path, prefix: prefix + name + "/", depth: depth + 1, into: &found)
      case .file where name.hasSuffix(".swift"):
        if let bytes = try? FileSystem.read(path, limit: 16 << 20) { found[prefix + name] = Digest.of(bytes) }
      default: continue
      }
    }
  }
}
