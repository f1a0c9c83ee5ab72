/// What pandoc's MathML needs to look as TeX would set it.
package enum Mathematics {
  /// Every formula of a page, touched up.
  package static func finished(_ html: String) -> String {
    var out = ""
    var rest = html[...]
    while let start = rest.firstRange(of: "<math ")?.lowerBound,
      let end = rest[start...].firstRange(of: "</math>")?.upperBound
    {
      out += rest[..<start]
      out += formula(String(rest[start..<end]))
      rest = rest[end...]
    }
    return out + rest
  }

  private static func formula(_ math: String) -> String {
    var text = math
    // Brackets grow in TeX only where \left and \right say so.
    if !math.contains("\\left") {
      text = text.replacing("stretchy=\"true\" form=", with: "stretchy=\"false\" form=")
    }
    // A minus behind a bracket or a comma is a sign: no space around it.
    text = text.replacing(/(form="prefix">[^<]*<\/mo>|<mo>,<\/mo>)<mo>−<\/mo>/) {
      "\($0.1)<mo form=\"prefix\">−</mo>"
    }
    // The name of a function is no operator: a thin space before its argument, none before a bracket.
    text = text.replacing(
      /(<\/m[in]>|<\/msub>|<\/msup>|<\/mfrac>|<munder>)?<mo>([A-Za-z]{2,})<\/mo>(<mrow><mo|<mo|<\/|<annotation)?/
    ) {
      // The name is the base of what stands below it: min over G. Its space comes behind both.
      if $0.1 == "<munder>" { return "<munder><mi>\($0.2)</mi>" + ($0.3.map(String.init) ?? "") }
      let before = $0.1.map { "\($0)\(space)" } ?? ""
      return "\(before)<mi>\($0.2)</mi>" + ($0.3.map(String.init) ?? space)
    }
    text = text.replacing("</munder><mi>", with: "</munder>\(space)<mi>")
      .replacing("</munder><munder>", with: "</munder>\(space)<munder>")
    guard text.hasPrefix("<math display=\"block\"") else { return text }
    return "<span class=\"display\" tabindex=\"0\" role=\"group\" aria-label=\"Formula\">\(text)</span>"
  }

  private static let space = "<mspace width=\"0.167em\"></mspace>"
}
