import TensorFiles
import Tensors

/// How many representable numbers two values are apart.
package enum ULPDistance {
  /// In the given format, into which both values fit; `nil` where either is NaN or the format is not a floating-point
  /// one.
  package static func between(_ a: Double, _ b: Double, in format: ElementType) -> UInt64? {
    switch format {
    case .float64: between(a, b)
    case .float32: between(Float(a), Float(b))
    // A bfloat16 is the upper half of a float32.
    case .bfloat16: between(Float(a), Float(b)).map { $0 >> 16 }
    case .float16:
      a.isNaN || b.isNaN ? nil : UInt64(abs(halfPosition(a) - halfPosition(b)))
    default: format.smallFloatDistance(a, b)
    }
  }

  /// A float16's position on the number line: eleven bits of significand, subnormals below 2^-14.
  private static func halfPosition(_ value: Double) -> Int {
    let magnitude = abs(value)
    let position =
      if magnitude >= 65536 {
        31 << 10
      } else if magnitude < 0x1p-14 {
        Int(magnitude * 0x1p24)
      } else {
        (Int(magnitude.exponent) + 15) << 10 + Int((magnitude.significand - 1) * 1024)
      }
    return value < 0 ? -position : position
  }

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
