import Files

/// Which elements of a tensor too large to store are kept: its two ends, then draws seeded by its name.
///
/// The definition is shared with `golden_store.py`: after 0 and count − 1 come, for k = 0, 1, 2, …, splitmix64(seed, k)
/// mod count, where seed is the first eight bytes of SHA-256(name), little-endian. A position may come twice.
package enum SamplePositions {
  /// Tensors of up to so many elements are stored whole.
  package static let wholeLimit = 4096
  /// How many elements of a larger one are kept.
  package static let count = 1024

  package static func positions(name: String, count elementCount: Int) -> [Int] {
    precondition(elementCount > 0, "a sample was asked of an empty tensor \(name)")
    let seed = SHA256.hash(data: Array(name.utf8)).prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    var positions = [0, elementCount - 1]
    positions.reserveCapacity(count)
    for step in 1..<UInt64(count - 1) {
      positions.append(Int(splitmix64(seed &+ step &* 0x9E37_79B9_7F4A_7C15) % UInt64(elementCount)))
    }
    return positions
  }

  /// The output function of SplitMix64 (Steele, Lea, Flood 2014).
  private static func splitmix64(_ state: UInt64) -> UInt64 {
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
