/// A chunk of a PNG: [length: 4 bytes, big-endian][name: 4][data][CRC of name and data: 4] (RFC 2083, section 3.2).
package struct PNGChunk {
  package static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  package let name: String
  package let data: ArraySlice<UInt8>
  /// What the file says after the data; `nil` for a chunk that is not from a file.
  private let checksum: Int?
  /// Name and data as the file has them.
  private let namedData: ArraySlice<UInt8>

  package init(name: String, data: [UInt8] = []) {
    self.name = name
    self.data = data[...]
    namedData = []
    checksum = nil
  }

  /// The chunk that begins at `offset`; nil where `bytes` end before it does. Its CRC is not looked at: see `isIntact`.
  package init?(in bytes: [UInt8], at offset: Int) {
    guard offset >= 0, bytes.count - offset >= 12 else { return nil }
    let length = Self.number(bytes[offset..<(offset + 4)])
    guard length <= bytes.count - offset - 12 else { return nil }
    name = String(decoding: bytes[(offset + 4)..<(offset + 8)], as: UTF8.self)
    namedData = bytes[(offset + 4)..<(offset + 8 + length)]
    data = bytes[(offset + 8)..<(offset + 8 + length)]
    checksum = Self.number(bytes[(offset + 8 + length)..<(offset + 12 + length)])
  }

  /// Whether name and data are those that the checksum behind them was made of.
  package var isIntact: Bool {
    guard let checksum else { return true }
    return Int(CyclicRedundancyCheck.ieee(namedData)) == checksum
  }

  /// Bytes in the file.
  package var size: Int { 12 + data.count }

  package func append(to out: inout [UInt8]) {
    let body = Array(name.utf8) + data
    out += Self.bigEndian(data.count) + body + Self.bigEndian(Int(CyclicRedundancyCheck.ieee(body)))
  }

  /// A few bytes, the most significant first, as an unsigned number.
  package static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

  /// The low 32 bits of a number, the most significant byte first.
  package static func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
