/// exp, log, tanh, sigmoid and softplus with the same bits on every machine.
///
/// The Double versions are within 2 ULP of the exact value (softplus 4); the Float versions are the Double ones rounded
/// once, so correctly rounded but for rare ties. Everything is branch-free arithmetic on one element, so the
/// element-wise loops vectorize.
package protocol Transcendental {
  static func exponential(_ x: Self) -> Self
  static func logarithm(_ x: Self) -> Self
  static func hyperbolicTangent(_ x: Self) -> Self
  static func sigmoid(_ x: Self) -> Self
  static func softplus(_ x: Self) -> Self
}

extension Float: Transcendental {
  @inline(__always) package static func exponential(_ x: Float) -> Float { Float(Double.exponential(Double(x))) }
  @inline(__always) package static func logarithm(_ x: Float) -> Float { Float(Double.logarithm(Double(x))) }
  @inline(__always) package static func hyperbolicTangent(_ x: Float) -> Float {
    Float(Double.hyperbolicTangent(Double(x)))
  }
  @inline(__always) package static func sigmoid(_ x: Float) -> Float { Float(Double.sigmoid(Double(x))) }
  @inline(__always) package static func softplus(_ x: Float) -> Float { Float(Double.softplus(Double(x))) }
}

private let log2E = 0x1.71547652b82fep+0
private let ln2High = 0x1.62e42fee00000p-1
private let ln2Low = 0x1.a39ef35793c76p-33

extension Double: Transcendental {
  /// eˣ = 2ᵏ·eʳ with k = round(x·log₂e) and |r| ≤ ½ ln 2; eʳ by its Taylor series to r¹³ (error below 2⁻⁵⁸).
  ///
  /// 2ᵏ is applied in two factors, so results down to the smallest subnormal are right.
  @inline(__always)
  package static func exponential(_ x: Double) -> Double {
    let bounded = x < -746 ? -746 : (x > 710 ? 710 : x)
    // Adding 1.5·2⁵² leaves round(x·log₂e) in the low bits of the significand.
    let shifted = (0x1.8p52).addingProduct(bounded, log2E)
    let k = shifted - 0x1.8p52
    let r = bounded.addingProduct(-k, ln2High).addingProduct(-k, ln2Low)
    var p = 1.0 / 6_227_020_800
    p = (1.0 / 479_001_600).addingProduct(p, r)
    p = (1.0 / 39_916_800).addingProduct(p, r)
    p = (1.0 / 3_628_800).addingProduct(p, r)
    p = (1.0 / 362_880).addingProduct(p, r)
    p = (1.0 / 40_320).addingProduct(p, r)
    p = (1.0 / 5_040).addingProduct(p, r)
    p = (1.0 / 720).addingProduct(p, r)
    p = (1.0 / 120).addingProduct(p, r)
    p = (1.0 / 24).addingProduct(p, r)
    p = (1.0 / 6).addingProduct(p, r)
    p = 0.5.addingProduct(p, r)
    p = 1.0.addingProduct(p, r)
    p = 1.0.addingProduct(p, r)
    let exponent = Int64(truncatingIfNeeded: shifted.bitPattern &- (0x1.8p52).bitPattern)
    let half = exponent >> 1
    let first = Double(bitPattern: UInt64(truncatingIfNeeded: (half &+ 1023) << 52))
    let second = Double(bitPattern: UInt64(truncatingIfNeeded: (exponent &- half &+ 1023) << 52))
    let result = p * first * second
    return x != x ? x : result
  }

  /// log x = k·ln 2 + log(1 + f) with √½ ≤ 1 + f < √2, by s = f/(2 + f) and an odd polynomial in s (FreeBSD's
  /// coefficients, error below 1 ULP). log 0 = −∞, log of a negative number is NaN.
  @inline(__always)
  package static func logarithm(_ x: Double) -> Double {
    let isSubnormal = x < 0x1p-1022
    let scaled = isSubnormal ? x * 0x1p54 : x
    // Adding the gap between 1 and √½ makes the exponent field that of the nearest power of two.
    let bits = scaled.bitPattern &+ (0x3FF0_0000_0000_0000 &- 0x3FE6_A09E_0000_0000)
    let exponent = Int64(truncatingIfNeeded: bits >> 52) &- 1023
    let k = Double(exponent) - (isSubnormal ? 54 : 0)
    let m = Double(bitPattern: (bits & 0x000F_FFFF_FFFF_FFFF) &+ 0x3FE6_A09E_0000_0000)
    let f = m - 1
    let halfSquare = 0.5 * f * f
    let s = f / (2 + f)
    let z = s * s
    let w = z * z
    let even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    let odd =
      z
      * (6.666666666666735130e-01 + w
        * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)))
    let result = k * ln2High - ((halfSquare - (s * (halfSquare + (even + odd)) + k * ln2Low)) - f)
    if x == .infinity { return x }
    return x > 0 ? result : (x == 0 ? -.infinity : .nan)
  }

  /// tanh x: an odd rational function below 0.625 (Cephes), 1 − 2/(e²ˣ + 1) above.
  @inline(__always)
  package static func hyperbolicTangent(_ x: Double) -> Double {
    let magnitude = x.magnitude
    let z = x * x
    let p = (z * -9.64399179425052238628e-1 - 9.92877231001918586564e1) * z - 1.61468768441708447952e3
    let q = ((z + 1.12811678491632931402e2) * z + 2.23548839060100448583e3) * z + 4.84406305325125486048e3
    let near = x + x * (z * (p / q))
    let far = 1 - 2 / (exponential(2 * magnitude) + 1)
    let result = magnitude < 0.625 ? near : (x < 0 ? -far : far)
    // NaN stays itself, and so does −0, whose sign the sum above loses.
    return x != x || x == 0 ? x : result
  }

  /// σ(x) = 1/(1 + e⁻ˣ).
  @inline(__always)
  package static func sigmoid(_ x: Double) -> Double {
    // e^{-|x|} never overflows; σ(x) = e^{-|x|}·σ(|x|) for negative x keeps the relative error small out to x = −745.
    let small = exponential(-x.magnitude)
    let u = 1 + small
    let quotient = (x < 0 ? small : 1) / u
    // What rounding 1 + e^{-|x|} lost, as in softplus.
    let result = quotient - quotient * ((small - (u - 1)) / u)
    return x != x ? x : result
  }

  /// log(1 + eˣ) = max(x, 0) + log1p(e^{−|x|}).
  @inline(__always)
  package static func softplus(_ x: Double) -> Double {
    let y = exponential(-x.magnitude)
    let u = 1 + y
    // log1p: log u corrected by what rounding 1 + y lost.
    let log1p = logarithm(u) + (y - (u - 1)) / u
    let result = (x > 0 ? x : 0) + log1p
    return x != x ? x : result
  }
}
