/// A decimal number by its digits, whatever their number: what 2^53 + 1 and numbers of 400 digits are told apart by.
///
/// The same number in other writings is equal: "+5" and "5", "-0" and "0", "1e3" and "1000.0".
struct WrittenNumber: Equatable {
  private let isNegative: Bool
  /// Without zeros at either end; empty for zero.
  private let digits: [UInt8]
  /// The power of ten of the digit after the last one.
  private let exponent: Int

  var isZero: Bool { digits.isEmpty }

  /// `nil` for "nan" and "inf", and for exponents that nobody writes.
  init?(_ text: Substring) {
    var rest = text.utf8[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    let mantissa = rest.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
    var exponent = 0
    if mantissa.endIndex != rest.endIndex {
      guard let written = Int(Substring(rest[mantissa.endIndex...].dropFirst())), abs(written) < 1 << 40 else {
        return nil
      }
      exponent = written
    }
    var digits: [UInt8] = []
    var isFraction = false
    for byte in mantissa {
      if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else if (0x30...0x39).contains(byte) {
        digits.append(byte)
        if isFraction { exponent -= 1 }
      } else {
        return nil
      }
    }
    guard !digits.isEmpty else { return nil }
    digits = Array(digits.drop { $0 == 0x30 })
    while digits.last == 0x30 {
      digits.removeLast()
      exponent += 1
    }
    self.digits = digits
    self.exponent = digits.isEmpty ? 0 : exponent
    self.isNegative = isNegative && !digits.isEmpty
  }
}
