import Files

/// Text from a run, made safe for Markdown and for the names of files.
enum Escaping {
  /// For Markdown, on one line: what means something to it, to tables or to mathematics is escaped.
  static func markdown(_ text: String) -> String {
    var out = ""
    for scalar in MarkupText.printable(text).unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case "\n", "\t": out += " "
      // GitHub looks for mathematics before it looks at backslashes.
      case "$": out += "<span>$</span>"
      case "\\", "`", "*", "_", "[", "]", "#", "|", "~", ">", "!":
        out += "\\"
        out.unicodeScalars.append(scalar)
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// A fenced block that no line of `text` can end.
  static func fenced(_ text: String, _ information: String) -> String {
    var longest = 0
    var run = 0
    for scalar in text.unicodeScalars {
      run = scalar == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\(information)\n\(text)\n\(fence)"
  }

  /// Letters, digits and hyphens: for an identifier within a page or the name of a file.
  static func slug(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
  }
}
