extension String {
  /// The text with everything escaped that a terminal would act on instead of showing it: control characters (C0, DEL,
  /// C1) and the invisible ones that reorder or hide text; also the bytes of file names that are no text.
  ///
  /// Names come out of files from anywhere; one with an escape sequence in it could rewrite the report that it stands
  /// in.
  package var visible: String {
    guard unicodeScalars.contains(where: { $0.isActedUpon }) else { return self }
    var out = ""
    for scalar in unicodeScalars {
      guard scalar.isActedUpon else {
        out.unicodeScalars.append(scalar)
        continue
      }
      switch scalar {
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      default:
        // A byte of a file name that is not text is shown as what it is.
        let value = PathBytes.escapes.contains(scalar.value) ? scalar.value & 0xFF : scalar.value
        let digits = String(value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, (value < 0x100 ? 2 : 4) - digits.count)) + digits
        out += value < 0x100 ? "\\x\(padded)" : "\\u{\(padded)}"
      }
    }
    return out
  }
}

extension UnicodeScalar {
  fileprivate var isActedUpon: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0: true  // control characters
    // Invisible, or reordering what stands around them.
    case 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF: true
    case 0xFFF9...0xFFFB, 0xE0000...0xE007F, PathBytes.escapes: true
    default: false
    }
  }
}
