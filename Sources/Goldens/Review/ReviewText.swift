import TensorFiles

/// An item of a review in words: what was expected, what was found, how they differ, and where a series first does.
package struct ReviewText {
  package let item: ReviewItem
  package let style: TextStyle
  package let sources: SourcePaths

  package init(_ item: ReviewItem, style: TextStyle, sources: SourcePaths) {
    self.item = item
    self.style = style
    self.sources = sources
  }

  package var lines: [String] {
    let place = item.results.lazy.compactMap(\.source).first.map { "  " + style.dim(sources.text(of: $0)) } ?? ""
    var lines = ["\(style.verdict(item.verdict, item.verdict.rawValue))  \(style.bold(item.id.visible))\(place)"]
    for result in item.results {
      let precision = result.precision.map { "\($0.rawValue): " } ?? ""
      let note = result.note.isEmpty ? "" : ", \(result.note)"
      lines.append("  \(precision)\(style.verdict(result.verdict, result.verdict.rawValue))\(note.visible)")
      if result.verdict == .identical { continue }
      if let expected = result.expected { lines.append("    expected  \(Self.text(of: expected).visible)") }
      if let found = result.found { lines.append("    found     \(Self.text(of: found).visible)") }
      if let tolerance = result.tolerance { lines.append("    allowed   \(tolerance)") }
      if let mismatch = result.mismatch {
        lines += MismatchText.lines(mismatch, kind: result.kind, note: result.note).map { "    \($0.visible)" }
      }
    }
    return lines
  }

  /// "series of float64 [20]: 1.0 0.5 0.3333333333333333 0.25 … 0.05".
  package static func text(of value: GoldenValue) -> String {
    let head = "\(value.kind.rawValue) of \(value.elementType.name) \(value.shape): "
    switch value.keeping {
    case .hash: return head + "digest \(value.digest?.prefix(16) ?? "")…"
    case .sample:
      guard let moments = value.moments else { return head + "a sample" }
      let short = NumberText.short
      return head + "mean \(short(moments.mean)), std \(short(moments.standardDeviation)), "
        + "min \(short(moments.minimum)), max \(short(moments.maximum))"
    case .whole: return head + (value.elements?.words(limit: 6) ?? []).joined(separator: " ")
    }
  }
}
