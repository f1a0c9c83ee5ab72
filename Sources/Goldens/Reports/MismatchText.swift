/// A mismatch in words, a fact a line; the terminal, JUnit and GitHub reports share it.
package enum MismatchText {
  /// At most so many log lines are shown.
  private static let lineLimit = 5

  package static func lines(_ mismatch: Mismatch, kind: String, note: String = "") -> [String] {
    var lines: [String] = []
    if mismatch.reason != note { lines.append(mismatch.reason) }
    if kind == "log" { return lines + logLines(mismatch) }
    if !mismatch.shape.isEmpty || mismatch.compared > 0 {
      let sample = mismatch.isSample ? ", compared on a sample of \(mismatch.compared)" : ""
      lines.append("shape \(mismatch.shape)\(sample)")
    }
    if let first = mismatch.first {
      lines.append(
        kind == "series"
          ? "first step that diverges: \(first.index.first ?? 0), \(values(first))"
          : "first outside at \(first.index): \(values(first))")
    }
    lines += worst(mismatch)
    for moment in mismatch.moments {
      lines.append(
        "\(moment.name) of all elements: expected \(NumberText.both(moment.expected)), found "
          + "\(NumberText.both(moment.found)), allowed \(NumberText.short(moment.allowed))")
    }
    let (nans, infinities) = (mismatch.nanCounts, mismatch.infinityCounts)
    if nans != (0, 0) || infinities != (0, 0) {
      lines.append(
        "NaN: expected \(nans.expected), found \(nans.found); infinite: expected \(infinities.expected), found "
          + "\(infinities.found)")
    }
    if !mismatch.histogram.isEmpty { lines.append("relative error: " + histogram(mismatch.histogram)) }
    return lines
  }

  private static func worst(_ mismatch: Mismatch) -> [String] {
    guard let absolute = mismatch.worstAbsolute, let relative = mismatch.worstRelative else { return [] }
    func text(_ kind: String, _ amount: String, _ difference: Difference) -> String {
      let isFirst = mismatch.first?.index == difference.index
      return "worst \(kind) \(amount) at \(difference.index)" + (isFirst ? "" : ": \(values(difference))")
    }
    if absolute.index == relative.index {
      let amounts = "\(amount(absolute)), relative \(NumberText.short(absolute.relative))"
      return [text("absolute", amounts, absolute)]
    }
    return [
      text("absolute", amount(absolute), absolute),
      text("relative", NumberText.short(relative.relative), relative),
    ]
  }

  private static func amount(_ difference: Difference) -> String {
    difference.whole?.absolute ?? NumberText.short(difference.absolute)
  }

  private static func values(_ difference: Difference) -> String {
    if let whole = difference.whole { return "expected \(whole.expected), found \(whole.found)" }
    guard let ulps = difference.ulps else {
      let isWhole =
        difference.expected == difference.expected.rounded() && difference.found == difference.found.rounded()
      let text = isWhole ? NumberText.whole : NumberText.both
      return "expected \(text(difference.expected)), found \(text(difference.found))"
    }
    return "expected \(NumberText.both(difference.expected)), found \(NumberText.both(difference.found)), \(ulps) ULP"
  }

  private static func logLines(_ mismatch: Mismatch) -> [String] {
    var lines = ["\(mismatch.failing) of \(mismatch.compared) lines differ"]
    for (position, line) in mismatch.lines.prefix(lineLimit).enumerated() {
      // The first one's reason is the headline.
      if position > 0 { lines.append("line \(line.number): \(line.reason)") }
      lines.append("  expected: \(line.expected ?? "(nothing)")")
      lines.append("  found:    \(line.found ?? "(nothing)")")
    }
    if mismatch.lines.count > lineLimit { lines.append("… and \(mismatch.lines.count - lineLimit) more lines") }
    return lines
  }

  /// "0: 12 ▇, 1e-9: 3 ▂": the counts with a bar of one character each.
  private static func histogram(_ bins: [HistogramBin]) -> String {
    let bars = Array("▁▂▃▄▅▆▇█")
    let most = bins.map(\.count).max() ?? 1
    return bins.map { bin in
      let bar = bars[min(bars.count - 1, bin.count * (bars.count - 1) / max(most, 1))]
      return "\(bin.label): \(bin.count) \(bar)"
    }.joined(separator: "  ")
  }
}
