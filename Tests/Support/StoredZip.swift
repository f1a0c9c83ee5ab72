/// Makes zip archives of stored members by hand, so that the members can lie.
package enum StoredZip {
  package static func bytes(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var out: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in members {
      let sizes: [UInt8] = little(bytes.count, 4) + little(bytes.count, 4) + little(name.utf8.count, 2) + little(0, 2)
      let common: [UInt8] = little(20, 2) + little(0, 8) + little(crc(bytes), 4) + sizes
      directory += [0x50, 0x4B, 1, 2] as [UInt8] + little(20, 2) + common
      directory += little(0, 10) + little(out.count, 4) + Array(name.utf8)
      out += [0x50, 0x4B, 3, 4] as [UInt8] + common
      out += Array(name.utf8) + bytes
    }
    let counts: [UInt8] = little(0, 4) + little(members.count, 2) + little(members.count, 2)
    let places: [UInt8] = little(directory.count, 4) + little(out.count, 4) + little(0, 2)
    return out + directory + [0x50, 0x4B, 5, 6] + counts + places
  }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    var value = UInt32(index)
    for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    return value
  }

  private static func crc(_ bytes: [UInt8]) -> Int {
    var sum = UInt32.max
    for byte in bytes { sum = table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8) }
    return Int(~sum)
  }
}
