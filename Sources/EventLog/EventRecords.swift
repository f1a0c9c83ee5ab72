import Files

/// The records of an event file that is there already.
package enum EventRecords {
  /// Cuts the file before the first record of a step at or behind `step`, and before what a killed run has left of its
  /// last one. The records' checksums are not looked at: a damaged one is TensorBoard's to report.
  static func cut(_ path: String, fromStep step: Int) throws {
    let bytes = try FileSystem.read(path)
    let kept = byteCount(of: bytes, beforeStep: step)
    guard kept < bytes.count else { return }
    try AppendedFile(extending: path).truncate(to: kept)
  }

  /// The bytes of the whole records before the first of a step at or behind `step`.
  package static func byteCount(of bytes: [UInt8], beforeStep step: Int) -> Int {
    var kept = 0
    while bytes.count - kept >= 16 {
      let length = bytes[kept..<kept + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard length <= UInt64(bytes.count - kept - 16) else { break }
      let message = bytes[kept + 12..<kept + 12 + Int(length)]
      if let found = self.step(of: message), found >= step { break }
      kept += 16 + Int(length)
    }
    return kept
  }

  /// Field 2 of an `Event`, where it says something about a step: a summary (field 5), not the file's version or a
  /// session's start.
  private static func step(of message: ArraySlice<UInt8>) -> Int? {
    var rest = message
    var (step, isSummary) = (0, false)
    func varint() -> UInt64? {
      var (value, shift): (UInt64, UInt64) = (0, 0)
      while let byte = rest.popFirst(), shift < 64 {
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
      return nil
    }
    while !rest.isEmpty {
      guard let key = varint() else { return nil }
      switch key & 7 {
      case 0:
        guard let value = varint() else { return nil }
        if key >> 3 == 2 { step = Int(truncatingIfNeeded: value) }
      case 1: rest = rest.dropFirst(8)
      case 5: rest = rest.dropFirst(4)
      case 2:
        guard let length = varint(), length <= UInt64(rest.count) else { return nil }
        if key >> 3 == 5 { isSummary = true }
        rest = rest.dropFirst(Int(length))
      default: return nil
      }
    }
    return isSummary ? step : nil
  }
}
