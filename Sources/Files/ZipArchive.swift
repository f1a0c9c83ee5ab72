import CArchive

/// The members of a zip archive in memory, read through libarchive.
///
/// Only archives with an intact central directory are read. What all members together unpack to is bounded, so that a small
/// archive cannot fill the memory.
package enum ZipArchive {
  package typealias Member = ArchiveMember

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
    // The seekable reader goes by the central directory; the streaming one would take half an archive for a whole.
    return try ArchiveReader.members(of: bytes, limit: limit, file: file, kind: "zip archive") {
      archive_read_support_format_zip_seekable($0)
    }
  }
}
