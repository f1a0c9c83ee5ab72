/// File names are bytes, mostly but not always UTF-8. A byte that is not part of valid UTF-8 becomes one of the last
/// 128 code points of Unicode's private plane, and that byte again where the name goes back to the system: no name is
/// lost, none is changed.
///
/// Python does the same with lone surrogates ("surrogateescape"), which a Swift text cannot hold. `String.visible`
/// shows such a byte as "\xE9".
package enum PathBytes {
  /// U+10FF80 to U+10FFFF stand for the bytes 0x80 to 0xFF.
  static let escapes: ClosedRange<UInt32> = 0x10FF80...0x10FFFF
  private static let base: UInt32 = 0x10FF00

  /// The text of a name.
  package static func text(of bytes: some Collection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self), !mayHoldEscapes(text) { return text }
    var text = String.UnicodeScalarView()
    let bytes = Array(bytes)
    var place = 0
    while place < bytes.count {
      // The longest sequence of a code point at this place that is valid: at most one length is.
      let length = (1...4).first { length in
        place + length <= bytes.count && scalar(bytes[place..<place + length]) != nil
      }
      if let length, let scalar = scalar(bytes[place..<place + length]) {
        text.append(scalar)
        place += length
      } else {
        if let escape = UnicodeScalar(base + UInt32(bytes[place])) { text.append(escape) }
        place += 1
      }
    }
    return String(text)
  }

  /// A code point that is not itself one of the escapes, so that every name has one text.
  private static func scalar(_ bytes: ArraySlice<UInt8>) -> UnicodeScalar? {
    guard let scalars = String(validating: bytes, as: UTF8.self)?.unicodeScalars, scalars.count == 1,
      let scalar = scalars.first, !escapes.contains(scalar.value)
    else { return nil }
    return scalar
  }

  private static func mayHoldEscapes(_ text: String) -> Bool {
    text.utf8.contains(0xF4) && text.unicodeScalars.contains { escapes.contains($0.value) }
  }

  /// The name's own bytes and a zero, as system calls take it.
  static func system(_ path: String) -> [CChar] {
    guard mayHoldEscapes(path) else { return path.utf8.map { CChar(bitPattern: $0) } + [0] }
    var bytes: [CChar] = []
    for scalar in path.unicodeScalars {
      if escapes.contains(scalar.value) {
        bytes.append(CChar(bitPattern: UInt8(truncatingIfNeeded: scalar.value - base)))
      } else {
        bytes += String(scalar).utf8.map { CChar(bitPattern: $0) }
      }
    }
    return bytes + [0]
  }

  /// Whether a name comes before another in Python's order, which is by code point; its escapes stand between U+D7FF
  /// and U+E000.
  package static func precedes(_ left: String, _ right: String) -> Bool {
    guard mayHoldEscapes(left) || mayHoldEscapes(right) else { return left.utf8.lexicographicallyPrecedes(right.utf8) }
    func key(_ text: String) -> some Sequence<UInt32> {
      text.unicodeScalars.lazy.map { escapes.contains($0.value) ? 0xDC00 + $0.value - base : $0.value }
    }
    return key(left).lexicographicallyPrecedes(key(right))
  }

  /// The arguments of the program, its name left out.
  package static var commandLineArguments: [String] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { index in
      CommandLine.unsafeArgv[index].map { argument in
        var count = 0
        while argument[count] != 0 { count += 1 }
        return text(of: (0..<count).map { UInt8(bitPattern: argument[$0]) })
      }
    }
  }
}
