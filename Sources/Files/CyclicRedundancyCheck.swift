/// A 32-bit cyclic redundancy check, bit-reflected, starting from and finished by all ones.
///
/// Source: RFC 2083, section 15 (PNG's polynomial); RFC 3720, section 12.1 (Castagnoli's, which TensorBoard's files
/// use).
package struct CyclicRedundancyCheck: Sendable {
  private let table: [UInt32]

  /// `polynomial` with its bits reversed.
  private init(reversedPolynomial polynomial: UInt32) {
    table = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
    }
  }

  /// CRC-32, of PNG chunks and zip members.
  package static let ieee = CyclicRedundancyCheck(reversedPolynomial: 0xEDB8_8320)
  /// CRC-32C.
  package static let castagnoli = CyclicRedundancyCheck(reversedPolynomial: 0x82F6_3B78)

  package func callAsFunction(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { value, byte in table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8 }
  }
}
