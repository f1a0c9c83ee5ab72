/// A line plot as an SVG: one or more series over a common x axis, told apart by color and by dash pattern.
///
/// The picture carries a title and a description for readers who cannot see it, and is legible in black and white.
package struct LinePlot: Plot {
  /// Points joined by a line, in order. Points that are not finite, and on a logarithmic axis those that are not positive,
  /// leave a gap.
  package struct Series: Sendable {
    package let name: String
    package let x: [Double]
    package let y: [Double]

    package init(_ name: String, x: [Double], y: [Double]) {
      precondition(x.count == y.count, "series \(name): \(x.count) x values, \(y.count) y values")
      self.name = name
      self.x = x
      self.y = y
    }

    /// Values at 0, 1, 2, ….
    package init(_ name: String, _ y: [Double]) { self.init(name, x: y.indices.map(Double.init), y: y) }
  }

  package enum Scale: Sendable {
    case linear
    case logarithmic
  }

  package let title: String
  /// What the picture shows, in words.
  package let description: String
  package let xLabel: String
  package let yLabel: String
  package let yScale: Scale
  package let series: [Series]
  /// Horizontal lines at values of interest.
  package let references: [(name: String, y: Double)]

  package init(
    title: String, description: String, xLabel: String, yLabel: String, yScale: Scale = .linear, series: [Series],
    references: [(name: String, y: Double)] = []
  ) {
    self.title = title
    self.description = description
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.yScale = yScale
    self.series = series
    self.references = references
  }

  private static let width = 720.0
  private static let height = 400.0
  private static let frame = (left: 70.0, right: 20.0, top: 62.0, bottom: 50.0)
  /// Colors that stay apart for color-blind readers (Okabe & Ito 2008).
  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
  private static let dashes = ["none", "8 3", "2 3", "10 3 2 3", "5 5", "1 2"]

  /// The picture as SVG text.
  package var svg: String {
    let xAxis = Axis(series.flatMap(\.x), scale: .linear)
    let yAxis = Axis(series.flatMap(\.y) + references.map(\.y), scale: yScale)
    let frame = Self.frame
    let right = Self.width - frame.right
    let bottom = Self.height - frame.bottom
    func x(_ value: Double) -> Double { frame.left + xAxis.position(value) * (right - frame.left) }
    func y(_ value: Double) -> Double { bottom - yAxis.position(value) * (bottom - frame.top) }

    var svg = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 400" role="img" aria-labelledby="t d" \
      font-family="sans-serif" font-size="12">
      <title id="t">\(escaped(title))</title>
      <desc id="d">\(escaped(description))</desc>
      <rect width="720" height="400" fill="#fff"/>
      <text x="360" y="22" text-anchor="middle" font-size="15" fill="#111">\(escaped(title))</text>

      """
    for tick in xAxis.ticks {
      svg += """
        <line x1="\(text(x(tick)))" y1="\(text(frame.top))" x2="\(text(x(tick)))" y2="\(text(bottom))" stroke="#e5e5e5"/>
        <text x="\(text(x(tick)))" y="\(text(bottom + 17))" text-anchor="middle" fill="#333">\(label(tick))</text>

        """
    }
    for tick in yAxis.ticks {
      svg += """
        <line x1="\(text(frame.left))" y1="\(text(y(tick)))" x2="\(text(right))" y2="\(text(y(tick)))" stroke="#e5e5e5"/>
        <text x="\(text(frame.left - 6))" y="\(text(y(tick) + 4))" text-anchor="end" fill="#333">\(label(tick))</text>

        """
    }
    for reference in references {
      svg += """
        <line x1="\(text(frame.left))" y1="\(text(y(reference.y)))" x2="\(text(right))" y2="\(text(y(reference.y)))" \
        stroke="#555" stroke-dasharray="1 3"/>
        <text x="\(text(right - 4))" y="\(text(y(reference.y) - 4))" text-anchor="end" fill="#555">\(escaped(reference.name))</text>

        """
    }
    for (index, series) in series.enumerated() {
      let color = Self.colors[index % Self.colors.count]
      let dash = Self.dashes[index % Self.dashes.count]
      for run in yAxis.drawable(series) {
        let points = run.map { "\(text(x($0.x))),\(text(y($0.y)))" }.joined(separator: " ")
        svg += """
          <polyline fill="none" stroke="\(color)" stroke-width="1.6" stroke-dasharray="\(dash)" points="\(points)"/>

          """
      }
      // The legend stands in a row above the frame, where no line can run through it.
      let start = frame.left + Double(index) * (right - frame.left) / Double(self.series.count)
      svg += """
        <line x1="\(text(start))" y1="46" x2="\(text(start + 28))" y2="46" stroke="\(color)" stroke-width="2" \
        stroke-dasharray="\(dash)"/>
        <text x="\(text(start + 34))" y="50" fill="#111">\(escaped(series.name))</text>

        """
    }
    svg += """
      <rect x="\(text(frame.left))" y="\(text(frame.top))" width="\(text(right - frame.left))" \
      height="\(text(bottom - frame.top))" fill="none" stroke="#777"/>
      <text x="\(text((frame.left + right) / 2))" y="\(text(Self.height - 12))" text-anchor="middle" fill="#111">\
      \(escaped(xLabel))</text>
      <text transform="translate(16 \(text((frame.top + bottom) / 2))) rotate(-90)" text-anchor="middle" fill="#111">\
      \(escaped(yLabel))</text>
      </svg>

      """
    return svg
  }
}

/// A coordinate with two decimals at most, the same text everywhere.
private func text(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  let whole = abs(hundredths) / 100
  let rest = abs(hundredths) % 100
  let sign = hundredths < 0 ? "-" : ""
  if rest == 0 { return "\(sign)\(whole)" }
  return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
}

/// A tick's value, without the tail that binary fractions have.
private func label(_ value: Double) -> String {
  let magnitude = abs(value)
  if magnitude != 0 && (magnitude < 1e-3 || magnitude >= 1e5) {
    let exponent = Axis.decade(magnitude)
    let mantissa = value / Axis.power(of: 10, exponent)
    return "\(text(mantissa))e\(exponent)"
  }
  let scaled = Int((value * 10_000).rounded())
  var digits = String(abs(scaled) % 10_000 + 10_000).dropFirst()
  while digits.last == "0" { digits = digits.dropLast() }
  let whole = "\(scaled < 0 ? "-" : "")\(abs(scaled) / 10_000)"
  return digits.isEmpty ? whole : "\(whole).\(digits)"
}

private func escaped(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
  return result
}
