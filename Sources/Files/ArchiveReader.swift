import CArchive

/// One file of an archive.
package struct ArchiveMember: Sendable {
  package let name: String
  package let bytes: [UInt8]
}

/// Reads all files of an archive in memory through libarchive, with every size bounded.
struct ArchiveReader {
  private static let memberLimit = 100_000

  private let archive: OpaquePointer
  private let file: String
  private let kind: String
  private var remaining: Int
  private let limit: Int
  private var names: Set<String> = []

  /// All files in their order; `support` names the formats and filters to accept.
  ///
  /// Throws `FileError` where the archive is damaged, a name comes twice or is not text, a member is neither file nor
  /// folder, or the members together exceed `limit` bytes.
  static func members(
    of bytes: [UInt8], limit: Int, file: String, kind: String, support: (OpaquePointer) -> Void
  ) throws -> [ArchiveMember] {
    guard let archive = archive_read_new() else {
      throw FileError(file, .cannotRead, expected: "memory for the archive reader", found: "none")
    }
    defer { archive_read_free(archive) }
    support(archive)
    return try bytes.withUnsafeBytes { buffer in
      var reader = ArchiveReader(archive: archive, file: file, kind: kind, remaining: limit, limit: limit)
      guard archive_read_open_memory(archive, buffer.baseAddress, buffer.count) == ARCHIVE_OK else {
        throw reader.damaged()
      }
      return try reader.all()
    }
  }

  private func damaged(at place: String = "") -> FileError {
    let message = archive_error_string(archive).map { String(cString: $0) } ?? "an unknown defect"
    return FileError(file, .badContainer, at: place, expected: "an intact \(kind)", found: message)
  }

  private mutating func all() throws -> [ArchiveMember] {
    var members: [ArchiveMember] = []
    while let entry = try next() {
      guard let text = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry),
        let name = String(validatingCString: text)
      else { throw FileError(file, .badName, expected: "a member name in UTF-8", found: "other bytes") }
      guard names.insert(name).inserted else {
        throw FileError(file, .duplicateName, at: "member \(name)", expected: "every name once", found: "it again")
      }
      guard names.count <= Self.memberLimit else {
        throw FileError(file, .tooLarge, expected: "at most \(Self.memberLimit) members", found: "more")
      }
      switch archive_entry_filetype(entry) {
      case 0o040000: continue
      case 0o100000: members.append(ArchiveMember(name: name, bytes: try content(name, entry)))
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
    default: throw damaged()
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
      guard count > 0 else { throw damaged(at: "member \(name)") }
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
