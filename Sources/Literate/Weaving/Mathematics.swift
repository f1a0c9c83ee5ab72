/// What pandoc's MathML needs to look as TeX would set it.
package enum Mathematics {
  /// Prose with its formulas as pandoc reads them: it knows \Big, but not \Bigl and \Bigr, which mean nothing else in
  /// MathML.
  static func readable(_ markdown: String) -> String {
    guard markdown.contains("\\Big"), let pieces = try? ProseScanner.pieces(of: markdown) else { return markdown }
    func readable(_ formula: String) -> String {
      formula.replacing(/\\(Bigg?)[lr](?![A-Za-z])/) { "\\\($0.1)" }
    }
    return pieces.map { piece in
      switch piece {
      case .text(let text), .code(let text): text
      case .inlineMathematics(let formula): "$\(readable(formula))$"
      case .displayMathematics(let formula): "$$\(readable(formula))$$"
      }
    }.joined()
  }

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

  /// Browsers stretch an overline only in fonts made for mathematics, and set a combining hat or tilde beside its
  /// letter: a line is a border, and accents are characters of their own.
  private static func accents(_ math: String) -> String {
    let overlined = math.replacing(/<mover>(<mrow>(?:(?!<mover>).)*?<\/mrow>)<mo accent="true">¯<\/mo><\/mover>/) {
      "<mrow style=\"border-top:0.06em solid;padding-top:0.08em\">\($0.1)</mrow>"
    }
    return overlined.replacing(
      "<mo accent=\"true\">\u{302}</mo>", with: "<mo accent=\"true\" stretchy=\"false\">^</mo>"
    )
    .replacing("<mo accent=\"true\">\u{303}</mo>", with: "<mo accent=\"true\" stretchy=\"false\">~</mo>")
  }

  private static func formula(_ math: String) -> String {
    var text = math
    // Brackets grow in TeX only where \left and \right say so; the brace of cases always.
    if !math.contains("\\left") {
      text = text.replacing(/stretchy="true" form=(?!"prefix">{<\/mo><mtable)/, with: "stretchy=\"false\" form=")
    }
    // Browsers read no columnalign.
    text = text.replacing("<mtd columnalign=\"left\">", with: "<mtd style=\"text-align:left\">")
    // Sizes without a unit mean nothing to today's browsers, and a bracket that may not stretch has no size of its own.
    text = text.replacing(/minsize="([0-9.]+)" maxsize="[0-9.]+" stretchy="[a-z]+"/) {
      "minsize=\"\($0.1)em\" maxsize=\"\($0.1)em\" stretchy=\"true\""
    }
    // A minus behind a bracket or a comma is a sign: no space around it.
    text = text.replacing(/(form="prefix">[^<]*<\/mo>|<mo>,<\/mo>)<mo>−<\/mo>/) {
      "\($0.1)<mo form=\"prefix\">−</mo>"
    }
    // What \big makes of a slash is no identifier: only operators have a size.
    text = text.replacing(/<mi minsize="([0-9.]+)" maxsize="[0-9.]+">([^<]*)<\/mi>/) {
      "<mo minsize=\"\($0.1)em\" maxsize=\"\($0.1)em\">\($0.2)</mo>"
    }
    text = accents(text)
    text = FunctionNames.finished(text)
    guard text.hasPrefix("<math display=\"block\"") else { return text }
    return "<span class=\"display\" tabindex=\"0\" role=\"group\" aria-label=\"Formula\">\(text)</span>"
  }
}
