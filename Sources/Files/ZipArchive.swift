import CArchive

/// The members of a zip archive in memory, read through libarchive.
///
/// Only archives with an intact central directory are read. What all members together unpack to is bounded, so that a small
/// archive cannot fill the memory.
package enum ZipArchive {
  package struct Member: Sendable {
    package let name: String
    package let bytes: [UInt8]
  }

  private static let memberLimit = 100_000

  /// Whether the bytes begin as a zip archive does.
  package static func isZip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) }

  /// All files of the archive in its order; folders are left out.
  ///
  /// Throws `FileError` where the archive is damaged, a member fails its checksum, a name comes twice or is not text, a member is neither
  /// file nor folder, or the members together exceed `limit` bytes.
  package static func members(of bytes: [UInt8], limit: Int, file: String) throws -> [Member] {
    guard isZip(bytes) else {
      throw FileError(file, .badContainer, at: "offset 0", expected: "a zip archive", found: "other bytes")
    }
    guard let archive = archive_read_new() else {
      throw FileError(file, .cannotRead, expected: "memory for the archive reader", found: "none")
    }
    defer { archive_read_free(archive) }
    // The seekable reader goes by the central directory; the streaming one would take half an archive for a whole.
    archive_read_support_format_zip_seekable(archive)
    return try bytes.withUnsafeBytes { buffer in
      guard archive_read_open_memory(archive, buffer.baseAddress, buffer.count) == ARCHIVE_OK else {
        throw damaged(archive, file)
      }
      var reader = Reader(archive: archive, file: file, remaining: limit, limit: limit)
      return try reader.all()
    }
  }

  private static func damaged(_ archive: OpaquePointer, _ file: String, at place: String = "") -> FileError {
    let message = archive_error_string(archive).map { String(cString: $0) } ?? "an unknown defect"
    return FileError(file, .badContainer, at: place, expected: "an intact zip archive", found: message)
  }

  private struct Reader {
    let archive: OpaquePointer
    let file: String
    var remaining: Int
    let limit: Int
    var names: Set<String> = []

    mutating func all() throws -> [Member] {
      var members: [Member] = []
      while let entry = try next() {
        guard let text = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry),
          let name = String(validatingCString: text)
        else { throw FileError(file, .badName, expected: "a member name in UTF-8", found: "other bytes") }
        guard names.insert(name).inserted else {
          throw FileError(file, .duplicateName, at: "member \(name)", expected: "every name once", found: "it again")
        }
        guard names.count <= ZipArchive.memberLimit else {
          throw FileError(file, .tooLarge, expected: "at most \(ZipArchive.memberLimit) members", found: "more")
        }
        switch archive_entry_filetype(entry) {
        case 0o040000: continue
        case 0o100000: members.append(Member(name: name, bytes: try content(name, entry)))
        default:
          throw FileError(file, .unsupported, at: "member \(name)", expected: "a file", found: "a link or device")
        }
      }
      return members
    }

    private func next() throws -> OpaquePointer? {
      var entry: OpaquePointer?
      switch archive_read_next_header(archive, &entry) {
      case ARCHIVE_OK: return entry
      case ARCHIVE_EOF: return nil
      default: throw ZipArchive.damaged(archive, file)
      }
    }

    private mutating func content(_ name: String, _ entry: OpaquePointer) throws -> [UInt8] {
      let declared = archive_entry_size_is_set(entry) != 0 ? Int(archive_entry_size(entry)) : 0
      guard declared >= 0, declared <= remaining else { throw tooLarge(name, "\(declared)") }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(declared)
      var chunk = [UInt8](repeating: 0, count: min(1 << 16, max(declared, 1 << 10)))
      while true {
        let count = chunk.withUnsafeMutableBytes { archive_read_data(archive, $0.baseAddress, $0.count) }
        if count == 0 { break }
        guard count > 0 else { throw ZipArchive.damaged(archive, file, at: "member \(name)") }
        guard count <= remaining else { throw tooLarge(name, "more") }
        remaining -= count
        bytes.append(contentsOf: chunk[..<count])
      }
      guard bytes.count == declared || archive_entry_size_is_set(entry) == 0 else {
        throw FileError(
          file, .badContainer, at: "member \(name)", expected: "\(declared) bytes", found: "\(bytes.count)")
      }
      return bytes
    }

    private func tooLarge(_ name: String, _ found: String) -> FileError {
      FileError(
        file, .tooLarge, at: "member \(name)", expected: "members of at most \(limit) bytes together", found: found)
    }
  }
}
