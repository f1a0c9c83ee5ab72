/// A floating-point format of one byte.
///
/// Source: "FP8 Formats for Deep Learning" (Micikevicius et al. 2022) for e4m3fn and e5m2, the OCP microscaling formats
/// for e8m0fnu, "8-bit Numerical Formats for Deep Neural Networks" (Noune et al. 2022) for those without a negative
/// zero (fnuz).
struct SmallFloat {
  enum Specials { case infinities, nanOnly, nanForNegativeZero, unsignedExponent }

  let exponentBits: Int
  let bias: Int
  let specials: Specials

  private var fractionBits: Int { 7 - exponentBits }

  /// The number that the byte stands for; every one fits into a Float.
  func value(of bits: UInt8) -> Double {
    if specials == .unsignedExponent {
      return bits == 0xFF ? .nan : Double(sign: .plus, exponent: Int(bits) - bias, significand: 1)
    }
    if specials == .nanForNegativeZero && bits == 0x80 { return .nan }
    let sign = bits & 0x80 == 0 ? 1.0 : -1.0
    let scale = 1 << fractionBits
    let exponent = Int(bits & 0x7F) >> fractionBits
    let fraction = Int(bits) & (scale - 1)
    let isHighest = exponent == 1 << exponentBits - 1
    if specials == .infinities && isHighest { return fraction == 0 ? sign * .infinity : .nan }
    if specials == .nanOnly && isHighest && fraction == scale - 1 { return .nan }
    let significand = Double(fraction + (exponent == 0 ? 0 : scale)) / Double(scale)
    return sign * significand * Double(sign: .plus, exponent: max(exponent, 1) - bias, significand: 1)
  }

  /// All numbers of the format in ascending order, both zeros as one.
  var numbers: [Double] {
    var numbers: [Double] = []
    for number in (0...UInt8.max).map({ value(of: $0) }).filter({ !$0.isNaN }).sorted() where numbers.last != number {
      numbers.append(number)
    }
    return numbers
  }
}

extension ElementType {
  var smallFloat: SmallFloat? {
    switch self {
    case .float8_e4m3fn: SmallFloat(exponentBits: 4, bias: 7, specials: .nanOnly)
    case .float8_e5m2: SmallFloat(exponentBits: 5, bias: 15, specials: .infinities)
    case .float8_e8m0fnu: SmallFloat(exponentBits: 7, bias: 127, specials: .unsignedExponent)
    case .float8_e4m3fnuz: SmallFloat(exponentBits: 4, bias: 8, specials: .nanForNegativeZero)
    case .float8_e5m2fnuz: SmallFloat(exponentBits: 5, bias: 16, specials: .nanForNegativeZero)
    default: nil
    }
  }

  /// How many numbers of a one-byte format lie between two of them; `nil` for other formats and for NaN.
  package func smallFloatDistance(_ a: Double, _ b: Double) -> UInt64? {
    guard let numbers = smallFloat?.numbers, let i = numbers.firstIndex(of: a), let j = numbers.firstIndex(of: b) else {
      return nil
    }
    return UInt64(abs(i - j))
  }
}
