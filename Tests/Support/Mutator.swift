/// Damages files in ways that readers trip over, the same ways on every machine: xorshift64* with a fixed seed.
package struct Mutator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed | 1 }

  package mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }

  package mutating func below(_ bound: Int) -> Int { Int(next() >> 1) % max(bound, 1) }

  /// One to four changes: bits, bytes, tell-tale integers, cuts, copies, insertions, digits of text.
  package mutating func mutated(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(4) where !bytes.isEmpty {
      let position = below(bytes.count)
      switch below(9) {
      case 0: bytes[position] ^= 1 << UInt8(below(8))
      case 1: bytes[position] = UInt8(truncatingIfNeeded: next())
      case 2: integer(&bytes, position)
      case 3: bytes.removeSubrange(position..<min(bytes.count, position + 1 + below(16)))
      case 4: bytes = Array(bytes[..<position])
      case 5:
        bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 1 + below(64))], at: below(bytes.count))
      case 6: digit(&bytes, from: position)
      case 7:
        let other = below(bytes.count)
        for offset in 0..<min(8, bytes.count - max(position, other)) {
          bytes[position + offset] = bytes[other + offset]
        }
      default: bytes.append(contentsOf: (0...below(8)).map { UInt8(truncatingIfNeeded: $0) })
      }
    }
    return bytes
  }

  /// Sizes and offsets at the edges of what they can be.
  private mutating func integer(_ bytes: inout [UInt8], _ position: Int) {
    let edges: [UInt64] = [
      0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, .max / 2, .max, .max - 7, 1 << 62, 1 << 40,
    ]
    let value = edges[below(edges.count)]
    for offset in 0..<min(1 << below(4), bytes.count - position) {
      bytes[position + offset] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(offset)))
    }
  }

  /// Numbers inside text headers.
  private mutating func digit(_ bytes: inout [UInt8], from position: Int) {
    guard let found = bytes[position...].firstIndex(where: { (0x30...0x39).contains($0) }) else { return }
    if below(3) == 0 {
      bytes.insert(contentsOf: Array("999999999999999999".utf8.prefix(1 + below(18))), at: found)
    } else {
      bytes[found] = UInt8(0x30 + below(10))
    }
  }
}
