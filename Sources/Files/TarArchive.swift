import CArchive

/// The members of a gzip-compressed tar archive in memory, read through libarchive.
package enum TarArchive {
  /// Whether the bytes begin as a gzip stream does.
  package static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// All files of the archive in its order; folders are left out.
  ///
  /// Throws `FileError` where the archive is damaged or cut short, a name comes twice or is not text, a member is
  /// neither file nor folder, or the members together exceed `limit` bytes.
  package static func members(of bytes: [UInt8], limit: Int, file: String) throws -> [ArchiveMember] {
    guard isGzip(bytes) else {
      throw FileError(
        file, .badContainer, at: "offset 0", expected: "a gzip-compressed tar archive", found: "other bytes")
    }
    return try ArchiveReader.members(of: bytes, limit: limit, file: file, kind: "tar.gz archive") {
      archive_read_support_filter_gzip($0)
      archive_read_support_format_tar($0)
    }
  }
}
