import Files

extension CIFAR10 {
  /// Which of the official files make up a dataset.
  package enum Split: Sendable {
    /// 50,000 images.
    case training
    /// 10,000 images.
    case test

    var fileNames: [String] {
      switch self {
      case .training: (1...5).map { "data_batch_\($0).bin" }
      case .test: ["test_batch.bin"]
      }
    }
  }

  /// Whether the path is, or holds, CIFAR-10's binary version: an archive, or a folder with its first batch.
  package static func isHeld(by path: String) -> Bool {
    let names = [
      "data_batch_1.bin", "cifar-10-batches-bin/data_batch_1.bin", "cifar-10-batches-bin", "cifar-10-binary.tar.gz",
    ]
    return FileSystem.kind(of: path) == .file || names.contains { FileSystem.kind(of: "\(path)/\($0)") != nil }
  }

  /// Reads the official binary version from a folder that holds `cifar-10-batches-bin`, or is it, or straight out of
  /// `cifar-10-binary.tar.gz`.
  ///
  /// `recordsPerFile` is 10,000 in the official files; every file must have exactly so many.
  ///
  /// - Throws: `CIFAR10Error` for a missing folder or file, a file that is too short or too long (with the byte where
  ///   it should or does end), a label above 9 (with record and byte); `OtherCIFAR` for another version of the data;
  ///   `FileError` for a file that cannot be read.
  package init(folder: String, split: Split = .training, recordsPerFile: Int = 10_000) throws {
    if let other = OtherCIFAR(at: folder) { throw other }
    if FileSystem.kind(of: folder) == .file {
      self = try Self.readArchive(folder, names: split.fileNames, recordsPerFile: recordsPerFile)
      return
    }
    guard FileSystem.kind(of: folder) == .folder else { throw CIFAR10Error.missingFolder(path: folder) }
    let names = split.fileNames
    let candidates = [folder, folder + "/cifar-10-batches-bin"]
    let home = candidates.first { home in names.contains { FileSystem.kind(of: home + "/" + $0) != nil } }
    let archive = folder + "/cifar-10-binary.tar.gz"
    if home == nil, FileSystem.kind(of: archive) == .file {
      self = try Self.readArchive(archive, names: names, recordsPerFile: recordsPerFile)
      return
    }
    guard let home else {
      throw CIFAR10Error.noBatches(folder: folder, expected: names.joined(separator: ", "))
    }
    let expected = recordsPerFile * Self.recordByteCount
    self.init(joining: try names.map { try Self.readFile(home + "/" + $0, byteCount: expected) })
  }

  private static func readArchive(_ path: String, names: [String], recordsPerFile: Int) throws -> CIFAR10 {
    let archive = try FileSystem.read(path, limit: 256 << 20)
    let members = try TarArchive.members(of: archive, limit: 256 << 20, file: path)
    let expected = recordsPerFile * recordByteCount
    return CIFAR10(
      joining: try names.map { name in
        guard let member = members.first(where: { $0.name == name || $0.name.hasSuffix("/" + name) }) else {
          throw CIFAR10Error.missingBatch(path: "\(path)/\(name)")
        }
        let place = "\(path)/\(member.name)"
        guard member.bytes.count <= expected else {
          throw CIFAR10Error.oversized(path: place, offset: expected, byteCount: member.bytes.count)
        }
        guard member.bytes.count == expected else {
          throw CIFAR10Error.truncated(path: place, offset: member.bytes.count, expected: expected)
        }
        return try CIFAR10(member.bytes, path: place)
      })
  }

  private static func readFile(_ path: String, byteCount expected: Int) throws -> CIFAR10 {
    guard FileSystem.kind(of: path) != nil else { throw CIFAR10Error.missingBatch(path: path) }
    if let byteCount = FileSystem.byteCount(of: path), byteCount > expected {
      throw CIFAR10Error.oversized(path: path, offset: expected, byteCount: byteCount)
    }
    let bytes = try FileSystem.read(path, limit: expected)
    guard bytes.count == expected else {
      throw CIFAR10Error.truncated(path: path, offset: bytes.count, expected: expected)
    }
    return try CIFAR10(bytes, path: path)
  }
}
