import KernelContract

/// What the numbers of a probe look like.
package enum NumberKind: Int {
  /// Within a few powers of two of 1.
  case ordinary = 0
  /// Of any magnitude, the largest, the smallest and subnormal ones often.
  case wide
  /// Zeros, infinities and NaNs of all kinds among others.
  case special
}

/// An element type whose bits can be made and looked at.
package protocol ProbedScalar: KernelScalar, CodableScalar {
  static var exponentBits: UInt64 { get }
  static var fractionBits: UInt64 { get }
  static func probe(bits: UInt64) -> Self
  var probeBits: UInt64 { get }
}

extension Float: ProbedScalar {
  package static var exponentBits: UInt64 { 8 }
  package static var fractionBits: UInt64 { 23 }
  package static func probe(bits: UInt64) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: bits)) }
  package var probeBits: UInt64 { UInt64(bitPattern) }
}

extension Double: ProbedScalar {
  package static var exponentBits: UInt64 { 11 }
  package static var fractionBits: UInt64 { 52 }
  package static func probe(bits: UInt64) -> Double { Double(bitPattern: bits) }
  package var probeBits: UInt64 { bitPattern }
}

extension ProbedScalar {
  static var bitCount: Int { Int(1 + exponentBits + fractionBits) }
  private static var exponentMask: UInt64 { ((1 << exponentBits) &- 1) << fractionBits }

  /// One NaN for all; `nil` for numbers.
  var canonicalProbeBits: UInt64? {
    let magnitude = probeBits & ((1 << (Self.exponentBits + Self.fractionBits)) &- 1)
    return magnitude > Self.exponentMask ? Self.exponentMask | 1 << (Self.fractionBits &- 1) : nil
  }

  static func probe(_ kind: NumberKind, _ random: inout SplitMix) -> Self {
    let (e, f) = (exponentBits, fractionBits)
    let top: UInt64 = (1 << e) &- 1
    let bias: UInt64 = (1 << (e &- 1)) &- 1
    let r = random.next()
    let q = random.next()
    let sign = (q & 1) << (e &+ f)
    let fraction = r & ((1 << f) &- 1)
    func ordinary() -> Self { probe(bits: sign | ((bias &- 8 &+ (q >> 8) % 9) << f) | fraction) }
    func wide() -> Self {
      switch (q >> 1) & 15 {
      case 0, 1: return probe(bits: sign | fraction)  // subnormal
      case 2: return probe(bits: sign | (((q >> 8) % 3) << f) | fraction)  // about the border
      case 3: return probe(bits: sign | ((top &- 1 &- (q >> 8) % 3) << f) | fraction)  // about overflow
      case 4, 5, 6, 7: return probe(bits: sign | ((bias &- 12 &+ (q >> 8) % 24) << f) | fraction)
      default: return probe(bits: sign | (((q >> 8) % top) << f) | fraction)
      }
    }
    switch kind {
    case .ordinary: return ordinary()
    case .wide: return wide()
    case .special:
      switch (q >> 40) & 15 {
      case 0: return probe(bits: sign)  // ±0
      case 1: return probe(bits: sign | (top << f))  // ±∞
      case 2: return probe(bits: sign | (top << f) | (1 << (f &- 1)) | (fraction >> 1))  // a quiet NaN
      case 3: return probe(bits: sign | (top << f) | ((fraction >> 1) | 1))  // a signaling one, mostly
      case 4: return probe(bits: sign | (bias << f))  // ±1
      case 5: return probe(bits: sign | 1)  // the smallest
      case 6: return probe(bits: sign | (top << f) &- 1)  // the largest
      case 7, 8, 9: return ordinary()
      default: return wide()
      }
    }
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct SplitMix {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

  mutating func next() -> UInt64 {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
