import CArchive

/// The members of a zip archive in memory.
///
/// Only archives with an intact central directory are read, which is what says where members are. What all members
/// together unpack to is bounded, so that a small archive cannot fill the memory.
package enum ZipArchive {
  package typealias Member = ArchiveMember

  /// Whether the bytes begin as a zip archive does; one without members begins with its end.
  package static func isZip(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
  }

  /// All files of the archive in its order; folders are left out.
  ///
  /// A member whose checksum is 0 has none: PyTorch writes such archives on request. Throws `FileError` where the
  /// archive is damaged, a member fails its checksum, a name comes twice or is not text, a member is neither file nor
  /// folder, or the members together exceed `limit` bytes. What is wrong with one member's content goes to `damaged`,
  /// where it is given, and the member is left out unless that throws.
  package static func members(
    of bytes: [UInt8], limit: Int, file: String, damaged: ((_ name: String, FileError) throws -> Void)? = nil
  ) throws -> [Member] {
    guard isZip(bytes) else {
      throw FileError(file, .badContainer, at: "offset 0", expected: "a zip archive", found: "other bytes")
    }
    let directory = try ZipDirectory(of: bytes, file: file)
    guard directory.records.allSatisfy({ $0.method == .stored || $0.method == .deflated }) else {
      // Rare methods are libarchive's business, which knows fewer oddities of the container.
      return try ArchiveReader.members(of: bytes, limit: limit, file: file, kind: "zip archive") {
        archive_read_support_format_zip_seekable($0)
      }
    }
    var remaining = limit
    return try directory.records.filter { !$0.isFolder }.compactMap { record in
      guard record.size <= remaining else {
        throw FileError(
          file, .tooLarge, at: "member \(record.name)", expected: "members of at most \(limit) bytes together",
          found: "\(record.size)")
      }
      remaining -= record.size
      do { return Member(name: record.name, bytes: try content(of: record, in: bytes, directory, file: file)) } catch {
        guard let damaged, let error = error as? FileError else { throw error }
        try damaged(record.name, error)
        return nil
      }
    }
  }

  private static func content(
    of record: ZipDirectory.Record, in bytes: [UInt8], _ directory: ZipDirectory, file: String
  ) throws -> [UInt8] {
    func damaged(_ expected: String, _ found: String) -> FileError {
      FileError(file, .badContainer, at: "member \(record.name)", expected: expected, found: found)
    }
    let packed = bytes[try directory.place(of: record, in: bytes)]
    let content: [UInt8]
    if record.method == .stored {
      guard packed.count == record.size else { throw damaged("\(record.size) bytes", "\(packed.count)") }
      content = Array(packed)
    } else {
      guard let inflated = Deflate.inflated(packed, byteCount: record.size, checksum: record.checksum) else {
        throw damaged("deflated data of \(record.size) bytes", "other data")
      }
      content = inflated
    }
    let checksum = CyclicRedundancyCheck.ieee(content)
    guard record.checksum == 0 || checksum == record.checksum else {
      throw damaged("the checksum \(record.checksum)", "\(checksum): a bad CRC")
    }
    return content
  }
}
