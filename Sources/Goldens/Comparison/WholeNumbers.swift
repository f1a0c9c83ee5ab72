import TensorFiles

/// Two whole numbers as they are written: float64 holds them only to 2^53.
package struct WholeNumbers: Sendable, Equatable {
  package let expected: String
  package let found: String
  package let absolute: String

  /// The elements at a position; `nil` where they are no whole numbers.
  init?(_ expected: TensorFile.Entry, _ found: TensorFile.Entry, at position: Int) {
    guard expected.elementType.isInteger, expected.elementType == found.elementType else { return nil }
    self.expected = Self.text(of: expected, position)
    self.found = Self.text(of: found, position)
    absolute = String(Self.distance(expected, found, at: position))
  }

  private static func bits(of entry: TensorFile.Entry, _ position: Int) -> UInt64 {
    let size = entry.elementType.byteCount
    let start = entry.bytes.startIndex + position * size
    return entry.bytes[start..<start + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func isSigned(_ type: ElementType) -> Bool { [.int8, .int16, .int32, .int64].contains(type) }

  /// The bits widened to 64 with their sign.
  private static func signed(_ bits: UInt64, _ type: ElementType) -> Int64 {
    let unused = UInt64(64 - 8 * type.byteCount)
    return Int64(bitPattern: bits << unused) >> Int64(unused)
  }

  /// The digits of an element of a type of whole numbers.
  fileprivate static func text(of entry: TensorFile.Entry, _ position: Int) -> String {
    let bits = bits(of: entry, position)
    return isSigned(entry.elementType) ? String(signed(bits, entry.elementType)) : String(bits)
  }

  /// |found − expected|, which fits into 64 bits whatever both are.
  static func distance(_ expected: TensorFile.Entry, _ found: TensorFile.Entry, at position: Int) -> UInt64 {
    let (a, b) = (bits(of: expected, position), bits(of: found, position))
    guard isSigned(expected.elementType) else { return a > b ? a - b : b - a }
    let (left, right) = (signed(a, expected.elementType), signed(b, found.elementType))
    return UInt64(bitPattern: left > right ? left &- right : right &- left)
  }
}

extension TensorFile.Entry {
  /// The elements as they are written, whole numbers to the last digit: the first four and the last one of more than
  /// `limit`, with "…" between them.
  package func words(limit: Int) -> [String] {
    let values = elementType.isInteger ? [] : values
    func word(_ position: Int) -> String {
      elementType.isInteger ? WholeNumbers.text(of: self, position) : "\(values[position])"
    }
    if count <= limit { return (0..<count).map(word) }
    return (0..<min(4, count - 1)).map(word) + ["…", word(count - 1)]
  }
}
