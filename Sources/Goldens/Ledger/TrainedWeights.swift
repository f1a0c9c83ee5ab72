import Files
import TensorFiles

/// What a whole run has learned: the weights of its generator, kept beside its ledger so that pictures can be drawn at
/// once.
///
/// The file is named by the digest of the complete state at the ledger's end, of which the weights are a part, and the
/// ledger holds its SHA-256: whoever makes the run again gets these weights, bit for bit, and weights of another run
/// cannot take their place.
package struct TrainedWeights: Sendable {
  private static let format = "gan-book trained weights 1"
  private static let limit = 256 << 20

  /// The ledger of the run that made them.
  package let ledger: Ledger
  /// Networks under PyTorch's names, and what else the chapter keeps of its run.
  package let file: TensorFile

  /// Of a run that came to its end.
  ///
  /// - Throws: `FileError` where a name is taken twice.
  package init(_ entries: [TensorFile.Entry], of ledger: Ledger, metadata: [String: String] = [:]) throws {
    precondition(ledger.isComplete, "weights are kept of a run that has come to its end")
    var file = try TensorFile(path: "trained weights", entries: entries, metadata: metadata)
    file.metadata.merge(Self.identity(of: ledger)) { $1 }
    (self.ledger, self.file) = (ledger, file)
  }

  private static func identity(of ledger: Ledger) -> [String: String] {
    [
      "format": format, "chapter": ledger.chapter, "act": ledger.act, "iterations": String(ledger.iterations),
      "state": ledger.epochs.last?.state ?? "",
    ]
  }

  static func name(_ ledger: Ledger) -> String {
    "\(ledger.act)-\(ledger.epochs.last?.state.prefix(12) ?? "").safetensors.zst"
  }

  static func isName(_ name: String, of act: String) -> Bool {
    name.hasPrefix(act + "-") && name.hasSuffix(".safetensors.zst") && name.utf8.count == act.utf8.count + 1 + 12 + 16
  }

  // MARK: - Writing

  /// Writes weights and ledger into the folder, in place of earlier ones of the same act.
  package func write(to folder: String) throws {
    try FileSystem.createFolder(folder)
    let bytes = try file.safetensorsBytes()
    // The ledger comes last: until then the old one, and the weights that it names, are whole.
    try AtomicFile.write(Zstd.compress(bytes), to: "\(folder)/\(Self.name(ledger))")
    var naming = ledger
    naming.weights = Digest.of(bytes)
    try naming.write(to: folder)
  }

  // MARK: - Reading

  /// The ledgers in a folder that weights are kept of, in order of their acts.
  ///
  /// - Throws: `FileError` where one is damaged.
  package static func ledgers(in folder: String) throws -> [Ledger] {
    try Ledger.acts(in: folder).map { try Ledger(readingFrom: folder, act: $0) }.filter { $0.weights != nil }
  }

  /// Reads an act's weights and verifies that they are those of its ledger.
  ///
  /// - Throws: `FileError` where the ledger or the weights are absent, damaged, or not of one run.
  package init(readingFrom folder: String, act: String) throws {
    try self.init(of: Ledger(readingFrom: folder, act: act), in: folder)
  }

  /// Reads the weights that a ledger in `folder` names.
  package init(of ledger: Ledger, in folder: String) throws {
    let path = "\(folder)/\(Self.name(ledger))"
    guard let hash = ledger.weights else {
      throw FileError(
        Ledger.indexPath(folder, ledger.act), .inconsistent, at: "weights_sha256",
        expected: "the hash of trained weights",
        found: "none: the run was blessed without its weights")
    }
    let bytes = try Zstd.decompress(FileSystem.read(path, limit: Self.limit), limit: Self.limit, file: path)
    let found = Digest.of(bytes)
    guard found == hash else {
      throw FileError(
        path, .hashMismatch, at: "the content", expected: "SHA-256 \(hash), as the ledger of \(ledger.act) says",
        found: found, remedy: Ledger.remedy)
    }
    let file = try TensorFile(safetensors: bytes, path: path)
    for (key, value) in Self.identity(of: ledger).sorted(by: { $0.key < $1.key }) where file.metadata[key] != value {
      throw FileError(
        path, .inconsistent, at: "metadata \(key)", expected: value, found: file.metadata[key] ?? "nothing",
        remedy: Ledger.remedy)
    }
    (self.ledger, self.file) = (ledger, file)
  }

  /// The first entry that is not the same in both, or that one of them lacks.
  package func firstDifference(from other: TrainedWeights) -> String? {
    firstContradiction(of: other) ?? file.entries.first { !other.file.entries.contains($0) }?.name
      ?? other.file.entries.first { !file.entries.contains($0) }?.name
  }

  /// The first entry that both have, with other bytes.
  package func firstContradiction(of other: TrainedWeights) -> String? {
    let others = Dictionary(uniqueKeysWithValues: other.file.entries.map { ($0.name, $0) })
    return file.entries.first { entry in others[entry.name].map { $0 != entry } ?? false }?.name
  }
}
