import Files

/// The text of an SVG: numbers and the few elements that plots are made of.
enum SVG {
  /// A whole picture. It carries no ids, so that any number of pictures can stand in one page.
  static func document(title: String, description: String, width: Double, height: Double, _ body: String) -> String {
    let size = "\(number(width)) \(number(height))"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" role="img" aria-label="\(MarkupText.escaped(title))" \
      font-family="sans-serif" font-size="12">
      <title>\(MarkupText.escaped(title))</title>
      <desc>\(MarkupText.escaped(description))</desc>
      <rect width="\(number(width))" height="\(number(height))" fill="#fff"/>
      \(body)</svg>

      """
  }

  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: String, width: Double = 1, dash: String = "none"
  ) -> String {
    let dashes = dash == "none" ? "" : " stroke-dasharray=\"\(dash)\""
    let widths = width == 1 ? "" : " stroke-width=\"\(number(width))\""
    return """
      <line x1="\(number(x1))" y1="\(number(y1))" x2="\(number(x2))" y2="\(number(y2))" stroke="\(stroke)"\(widths)\(dashes)/>

      """
  }

  static func text(
    _ content: String, x: Double, y: Double, anchor: String = "start", size: Double = 12, fill: String = "#111"
  ) -> String {
    let sizes = size == 12 ? "" : " font-size=\"\(number(size))\""
    return """
      <text x="\(number(x))" y="\(number(y))" text-anchor="\(anchor)"\(sizes) fill="\(fill)">\(MarkupText.escaped(content))</text>

      """
  }

  static func points(_ points: [(x: Double, y: Double)]) -> String {
    points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
  }

  /// A coordinate with two decimals at most, the same text everywhere. What is no coordinate becomes one far outside.
  static func number(_ value: Double) -> String {
    let bounded = value.isNaN ? -1e4 : min(max(value, -1e4), 1e4)
    let hundredths = Int((bounded * 100).rounded())
    let whole = abs(hundredths) / 100
    let rest = abs(hundredths) % 100
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// A value for reading, four decimals at most, without the tail that binary fractions have.
  static func label(_ value: Double) -> String {
    let magnitude = abs(value)
    guard magnitude.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
    if magnitude != 0 && (magnitude < 1e-3 || magnitude >= 1e5) {
      let exponent = Axis.decade(magnitude)
      // 10^-308 and its neighbors divide to infinity: the exponent alone says enough there.
      return "\(number(value / Axis.power(of: 10, exponent)))e\(exponent)"
    }
    let scaled = Int((value * 10_000).rounded())
    var digits = String(abs(scaled) % 10_000 + 10_000).dropFirst()
    while digits.last == "0" { digits = digits.dropLast() }
    let whole = "\(scaled < 0 ? "-" : "")\(abs(scaled) / 10_000)"
    return digits.isEmpty ? whole : "\(whole).\(digits)"
  }
}
