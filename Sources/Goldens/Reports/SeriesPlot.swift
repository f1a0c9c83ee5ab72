import Foundation

/// A series and its reference as an SVG: the values above, the error below on a logarithmic axis, the first step that
/// diverges marked.
struct SeriesPlot {
  let expected: [Double]
  let found: [Double]
  let tolerance: Tolerance?
  let firstDiverging: Int?
  var names = (expected: "expected", found: "found")

  private static let (width, height, gap) = (640.0, 150.0, 30.0)
  /// More points than a screen has pixels would only make the page large.
  private static let pointLimit = 1200

  var svg: String {
    let steps = Array(stride(from: 0, to: max(expected.count, 1), by: max(1, expected.count / Self.pointLimit)))
    let errors = zip(expected, found).map { abs($0 - $1) }
    let total = 2 * Self.height + 2 * Self.gap
    var body = panel(
      top: 0, steps: steps, title: "value", curves: [(names.expected, "#888", expected), (names.found, "#c22", found)],
      isLogarithmic: false)
    var curves = [("|\(names.found) − \(names.expected)|", "#c22", errors)]
    if case .within(let atol, let rtol)? = tolerance {
      curves.append(("allowed", "#888", expected.map { atol + rtol * abs($0) }))
    }
    body += panel(top: Self.height + Self.gap, steps: steps, title: "error", curves: curves, isLogarithmic: true)
    if let firstDiverging {
      let x = horizontal(firstDiverging)
      body +=
        "<line x1=\"\(x)\" x2=\"\(x)\" y1=\"0\" y2=\"\(total - Self.gap)\" stroke=\"#06c\" stroke-dasharray=\"4 3\"/>"
      body += "<text x=\"\(x)\" y=\"\(total - 8)\" class=\"mark\">first diverging step: \(firstDiverging)</text>"
    }
    return """
      <svg viewBox="-70 -12 \(Self.width + 80) \(total + 12)" role="img" aria-label="series against its reference">\(body)</svg>
      """
  }

  private func horizontal(_ step: Int) -> String {
    String(format: "%.1f", Self.width * (Double(step) + 0.5) / Double(max(expected.count, 1)))
  }

  private func panel(
    top: Double, steps: [Int], title: String, curves: [(name: String, color: String, values: [Double])],
    isLogarithmic: Bool
  ) -> String {
    func scaled(_ value: Double) -> Double? {
      let scaled = isLogarithmic ? log10(value) : value
      return scaled.isFinite ? scaled : nil
    }
    let visible = curves.flatMap { curve in
      steps.compactMap { $0 < curve.values.count ? scaled(curve.values[$0]) : nil }
    }
    guard let low = visible.min(), let high = visible.max() else { return "" }
    let range = high > low ? high - low : 1
    func label(_ value: Double) -> String { isLogarithmic ? "1e\(Int(value.rounded()))" : NumberText.short(value) }
    var text = "<rect x=\"0\" y=\"\(top)\" width=\"\(Self.width)\" height=\"\(Self.height)\" class=\"frame\"/>"
    text += "<text x=\"-6\" y=\"\(top + 10)\" class=\"axis\">\(label(high))</text>"
    text += "<text x=\"-6\" y=\"\(top + Self.height)\" class=\"axis\">\(label(low))</text>"
    text += "<text x=\"-6\" y=\"\(top + Self.height / 2)\" class=\"axis\">\(title)</text>"
    for curve in curves {
      // A curve breaks where a value cannot be drawn: NaN, infinity, and 0 on the logarithmic axis.
      var pieces: [[String]] = [[]]
      for step in steps where step < curve.values.count {
        if let value = scaled(curve.values[step]) {
          let y = top + Self.height * (1 - (value - low) / range)
          pieces[pieces.count - 1].append("\(horizontal(step)),\(String(format: "%.1f", y))")
        } else if !(pieces.last?.isEmpty ?? true) {
          pieces.append([])
        }
      }
      for piece in pieces where !piece.isEmpty {
        let points = (piece.count == 1 ? piece + piece : piece).joined(separator: " ")
        text +=
          """
          <polyline points=\"\(points)\" stroke=\"\(curve.color)\" \
          class=\"curve\"><title>\(curve.name)</title></polyline>
          """
      }
    }
    return text
  }
}
