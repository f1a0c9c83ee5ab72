/// How many representable numbers two values are apart.
package enum ULPDistance {
  /// In float64. Both zeros are the same number; `nil` where either is NaN.
  package static func between(_ a: Double, _ b: Double) -> UInt64? {
    if a.isNaN || b.isNaN { return nil }
    return distance(position(a.bitPattern, sign: 1 << 63), position(b.bitPattern, sign: 1 << 63))
  }

  /// In float32.
  package static func between(_ a: Float, _ b: Float) -> UInt64? {
    if a.isNaN || b.isNaN { return nil }
    return distance(
      position(UInt64(a.bitPattern), sign: 1 << 31), position(UInt64(b.bitPattern), sign: 1 << 31))
  }

  /// A sign-and-magnitude pattern as a position on the number line, zero at `sign`.
  private static func position(_ bits: UInt64, sign: UInt64) -> UInt64 {
    bits & sign == 0 ? sign + bits : sign - (bits & (sign - 1))
  }

  private static func distance(_ a: UInt64, _ b: UInt64) -> UInt64 { a > b ? a - b : b - a }
}
