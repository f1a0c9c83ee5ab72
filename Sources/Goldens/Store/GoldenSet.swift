import Files
import TensorFiles
import Tensors

/// The goldens of one chapter: `manifest.json`, `reference.safetensors.zst` and `log.txt` of one folder.
package struct GoldenSet: Sendable {
  package let folder: String
  package var manifest: Manifest
  /// What PyTorch computed, by precision and name.
  package let reference: [DType: [String: GoldenValue]]
  /// What PyTorch logged, by precision.
  package let log: [DType: [String]]

  package static func manifestPath(_ folder: String) -> String { folder + "/manifest.json" }

  /// Reads and verifies the set. Throws `FileError` where a file is absent or damaged, where a hash does not fit, where
  /// the manifest and the reference name different entries, and where the set holds nothing.
  package init(readingFrom folder: String) throws {
    self.folder = folder
    let manifest = try Manifest(contentsOf: Self.manifestPath(folder))
    self.manifest = manifest
    let remedy = "restore the golden set from version control or make it again with \(BookCommand.quoted("reference"))"
    let path = folder + "/reference.safetensors.zst"
    let content = try Zstd.decompress(FileSystem.read(path), file: path)
    guard Digest.of(content) == manifest.contentHash else {
      throw FileError(
        path, .hashMismatch, expected: "content with SHA-256 \(manifest.contentHash), as the manifest says",
        found: Digest.of(content), remedy: remedy)
    }
    let file = try TensorFile(safetensors: content, path: path)
    var reference: [DType: [String: GoldenValue]] = [:]
    var known: Set<String> = []
    for (precision, entries) in manifest.entries {
      for (name, index) in entries {
        let key = "\(precision.rawValue)/\(name)"
        let value = try GoldenValue(index: index, key: key, file: file)
        known.formUnion(value.fileKeys(for: key))
        reference[precision, default: [:]][name] = value
      }
    }
    if let stray = file.entries.first(where: { !known.contains($0.name) }) {
      throw FileError(
        path, .inconsistent, at: "tensor \(stray.name)", expected: "only entries that the manifest names",
        found: "one that it does not", remedy: remedy)
    }
    self.reference = reference
    log = try Self.readLog(folder + "/log.txt", manifest)
    guard !manifest.precisions.isEmpty else {
      throw FileError(manifest.path, .inconsistent, expected: "at least one entry", found: "an empty golden set")
    }
  }

  /// The log is plain text; a line "# float64" begins the section of that precision.
  private static func readLog(_ path: String, _ manifest: Manifest) throws -> [DType: [String]] {
    let bytes = try FileSystem.read(path, limit: 256 << 20)
    guard Digest.of(bytes) == manifest.logHash else {
      throw FileError(
        path, .hashMismatch, expected: "SHA-256 \(manifest.logHash), as the manifest says", found: Digest.of(bytes),
        remedy: "restore it from version control or make it again with \(BookCommand.quoted("reference"))")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileError(path, .notUTF8, expected: "UTF-8", found: "other bytes")
    }
    var log: [DType: [String]] = [:]
    var section: DType?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.hasPrefix("# "), let precision = DType(rawValue: String(line.dropFirst(2))) {
        section = precision
      } else if let section {
        log[section, default: []].append(String(line))
      } else {
        throw FileError(
          path, .inconsistent, at: "line 1", expected: "\"# float32\" or \"# float64\"", found: "\"\(line)\"")
      }
    }
    for precision in DType.allCases where (log[precision]?.count ?? 0) != (manifest.logLineCounts[precision] ?? 0) {
      throw FileError(
        path, .inconsistent, at: "section \(precision.rawValue)",
        expected: "\(manifest.logLineCounts[precision] ?? 0) lines, as the manifest says",
        found: "\(log[precision]?.count ?? 0)")
    }
    return log
  }
}
