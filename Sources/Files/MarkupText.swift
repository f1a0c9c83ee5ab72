/// Text from anywhere, made safe for XML (SVG, JUnit) and HTML.
package enum MarkupText {
  /// `text` for an element or for an attribute in double quotes: `&`, `<`, `>` and `"` as entities, what cannot be
  /// printed replaced.
  package static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in printable(text).unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// U+FFFD in place of control characters, line breaks and tabs excepted: a terminal's colors and bells mean nothing
  /// on a page, and XML forbids most.
  package static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { out.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
    return String(out)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case ..<0x20, 0x7F...0x9F, 0xFFFE, 0xFFFF: true
    default: false
    }
  }
}
