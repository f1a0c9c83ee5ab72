import CArchive

/// Unpacks deflated data, through libarchive.
package enum Deflate {
  /// The content, if it is exactly `byteCount` bytes, or the first so many where more are allowed; `nil` where the data
  /// are damaged or another amount.
  package static func inflated(
    _ packed: ArraySlice<UInt8>, byteCount: Int, checksum: UInt32 = 0, allowingMore: Bool = false
  ) -> [UInt8]? {
    // libarchive has no reader for bare deflated data, but one for gzip, which is that between a fixed header and a
    // trailer.
    func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) } }
    var gzip: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    gzip.reserveCapacity(packed.count + 18)
    gzip += packed
    gzip += little(checksum) + little(UInt32(truncatingIfNeeded: byteCount))
    guard let archive = archive_read_new() else { return nil }
    defer { archive_read_free(archive) }
    guard archive_read_support_filter_gzip(archive) == ARCHIVE_OK,
      archive_read_support_format_raw(archive) == ARCHIVE_OK
    else { return nil }
    return gzip.withUnsafeBytes { buffer -> [UInt8]? in
      var entry: OpaquePointer?
      guard archive_read_open_memory(archive, buffer.baseAddress, buffer.count) == ARCHIVE_OK else { return nil }
      switch archive_read_next_header(archive, &entry) {
      case ARCHIVE_OK: break
      case ARCHIVE_EOF: return byteCount == 0 ? [] : nil  // the raw reader knows no empty file
      default: return nil
      }
      // One byte more than there should be shows that there is more.
      let (room, overflow) = byteCount.addingReportingOverflow(1)
      // Deflate packs 1032 to 1 at best: what claims more is not believed, nor allocated.
      guard !overflow, byteCount / 1032 <= packed.count else { return nil }
      let content = [UInt8](unsafeUninitializedCapacity: room) { out, count in
        while count < room {
          let step = archive_read_data(archive, out.baseAddress.map { $0 + count }, room - count)
          if step <= 0 { break }
          count += step
        }
      }
      if allowingMore && content.count > byteCount { return Array(content.prefix(byteCount)) }
      return content.count == byteCount ? content : nil
    }
  }
}
