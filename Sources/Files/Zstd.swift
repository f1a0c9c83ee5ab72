import CZstd

/// Zstandard, with bounded output: a small file cannot make the reader allocate more than the caller allows.
package enum Zstd {
  /// What a compressed file may grow to where the caller does not say: four times its size and 64 MiB.
  package static func defaultLimit(for byteCount: Int) -> Int { byteCount * 4 + 64 << 20 }

  /// Whether the bytes begin as a zstd frame does.
  package static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) }

  /// One frame holding the content's size and checksum.
  package static func compress(_ bytes: [UInt8], level: Int32 = 19) throws -> [UInt8] {
    guard let context = ZSTD_createCCtx() else {
      throw FileError("zstd", .cannotWrite, expected: "memory for the compressor", found: "none")
    }
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    var result = 0
    let out = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { buffer, count in
      result = ZSTD_compress2(context, buffer.baseAddress, buffer.count, bytes, bytes.count)
      count = ZSTD_isError(result) == 0 ? result : 0
    }
    guard ZSTD_isError(result) == 0 else {
      throw FileError(
        "zstd", .cannotWrite, expected: "compressed bytes", found: String(cString: ZSTD_getErrorName(result)))
    }
    return out
  }

  /// The content of all frames in `bytes`.
  ///
  /// Throws `FileError` where the bytes are no zstd frame, end early, fail their checksum, are followed by anything
  /// else, or would exceed `limit` bytes when decompressed.
  package static func decompress(_ bytes: [UInt8], limit: Int? = nil, file: String) throws -> [UInt8] {
    let limit = limit ?? defaultLimit(for: bytes.count)
    guard isCompressed(bytes) else {
      throw FileError(file, .notCompressed, at: "offset 0", expected: "a zstd frame", found: "other bytes")
    }
    guard let context = ZSTD_createDCtx() else {
      throw FileError(file, .cannotRead, expected: "memory for the decompressor", found: "none")
    }
    defer { ZSTD_freeDCtx(context) }
    // A frame may demand a window of gigabytes before it has shown a single byte; 32 MiB is four times what level 19
    // uses.
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 25)
    var stream = Stream(bytes: bytes, limit: limit, file: file)
    while stream.offset < bytes.count { try stream.frame(context) }
    return stream.out
  }

  private struct Stream {
    let bytes: [UInt8]
    let limit: Int
    let file: String
    var out: [UInt8] = []
    var offset = 0

    func tooLarge(_ found: String) -> FileError {
      FileError(
        file, .tooLarge, at: "zstd frame at offset \(offset)", expected: "at most \(limit) decompressed bytes",
        found: found)
    }

    mutating func frame(_ context: OpaquePointer) throws {
      let declared = bytes.withUnsafeBytes {
        ZSTD_getFrameContentSize($0.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if declared == UInt64.max - 1 {  // ZSTD_CONTENTSIZE_ERROR, a macro that Swift cannot import
        throw corrupt("no valid frame header")
      }
      if declared != UInt64.max {  // ZSTD_CONTENTSIZE_UNKNOWN
        guard declared <= UInt64(limit - out.count) else { throw tooLarge("a frame of \(declared) bytes") }
        try wholeFrame(context, size: Int(declared))
      } else {
        try streamedFrame(context)
      }
    }

    /// The usual case: the size is declared, so one allocation of exactly that size serves.
    mutating func wholeFrame(_ context: OpaquePointer, size: Int) throws {
      var result = 0
      var compressedSize = 0
      let part = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        bytes.withUnsafeBytes { source in
          let start = source.baseAddress.map { $0 + offset }
          compressedSize = ZSTD_findFrameCompressedSize(start, bytes.count - offset)
          guard ZSTD_isError(compressedSize) == 0 else {
            result = compressedSize
            return
          }
          result = ZSTD_decompressDCtx(context, buffer.baseAddress, size, start, compressedSize)
          if ZSTD_isError(result) == 0 { count = result }
        }
      }
      guard ZSTD_isError(result) == 0 else { throw failed(result) }
      guard part.count == size else { throw corrupt("\(part.count) bytes instead of the declared \(size)") }
      if out.isEmpty { out = part } else { out.append(contentsOf: part) }
      offset += compressedSize
    }

    mutating func streamedFrame(_ context: OpaquePointer) throws {
      ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
      var chunk = [UInt8](repeating: 0, count: 1 << 17)
      while true {
        var step = 0
        var remaining = 0
        let written = bytes.withUnsafeBytes { source in
          chunk.withUnsafeMutableBytes { target in
            var input = ZSTD_inBuffer(src: source.baseAddress.map { $0 + offset }, size: bytes.count - offset, pos: 0)
            var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
            remaining = ZSTD_decompressStream(context, &output, &input)
            step = input.pos
            return output.pos
          }
        }
        guard ZSTD_isError(remaining) == 0 else { throw failed(remaining) }
        guard written <= limit - out.count else { throw tooLarge("more") }
        out.append(contentsOf: chunk[..<written])
        offset += step
        if remaining == 0 { return }
        if step == 0 && written == 0 {
          throw FileError(
            file, .truncated, at: "offset \(offset)", expected: "the rest of a zstd frame", found: "the end of the file"
          )
        }
      }
    }

    func corrupt(_ found: String) -> FileError {
      FileError(
        file, .corrupt, at: "zstd frame at offset \(offset)", expected: "an intact frame", found: found,
        remedy: "restore the file from version control or make it again")
    }

    /// zstd says "Src size is incorrect" for a frame whose end is missing; a user should read "truncated".
    func failed(_ code: Int) -> FileError {
      let name = String(cString: ZSTD_getErrorName(code))
      if name == "Src size is incorrect" {
        return FileError(
          file, .truncated, at: "zstd frame at offset \(offset)", expected: "a whole frame",
          found: "the end of the file",
          remedy: "restore the file from version control or make it again")
      }
      return corrupt(name.lowercased())
    }
  }
}
