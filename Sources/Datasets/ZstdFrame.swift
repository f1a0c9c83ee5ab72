import CZstd

/// Zstandard decompression of a frame whose size is known beforehand.
package enum ZstdFrame {
  /// The contents of `compressed`, which must be one frame of exactly `byteCount` bytes with a checksum.
  ///
  /// Nothing is allocated by what the file claims: the size is the caller's.
  ///
  /// - Throws: `ZstdFrameError` naming `path`.
  package static func decompress(_ compressed: [UInt8], byteCount: Int, path: String) throws -> [UInt8] {
    try compressed.withUnsafeBytes { source in
      let claimed = ZSTD_getFrameContentSize(source.baseAddress, source.count)
      guard claimed == UInt64(byteCount) else {
        throw ZstdFrameError.size(path: path, expected: byteCount, found: Int(exactly: claimed))
      }
      // Bit 2 of the frame header's descriptor says whether a checksum follows the blocks (RFC 8878, 3.1.1.1.1.5).
      guard source.count > 4, source[4] & 4 != 0 else { throw ZstdFrameError.noChecksum(path: path) }
      return try [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
        initialized = 0
        let result = ZSTD_decompress(buffer.baseAddress, byteCount, source.baseAddress, source.count)
        guard ZSTD_isError(result) == 0 else {
          throw ZstdFrameError.damaged(path: path, reason: String(cString: ZSTD_getErrorName(result)))
        }
        guard result == byteCount else { throw ZstdFrameError.size(path: path, expected: byteCount, found: result) }
        initialized = byteCount
      }
    }
  }
}

/// Why compressed data was refused.
package enum ZstdFrameError: Error, Equatable, CustomStringConvertible {
  /// `found` is nil where there is no zstd frame, or one that does not state its size.
  case size(path: String, expected: Int, found: Int?)
  case noChecksum(path: String)
  case damaged(path: String, reason: String)

  package var description: String {
    switch self {
    case .size(let path, let expected, let found):
      "\(path): expected a zstd frame of \(expected) bytes at byte 0, found \(found.map { "\($0) bytes" } ?? "none")"
    case .noChecksum(let path): "\(path): expected a zstd frame with a checksum, found one without (byte 4)"
    case .damaged(let path, let reason): "\(path): expected intact zstd data, found: \(reason)"
    }
  }
}
