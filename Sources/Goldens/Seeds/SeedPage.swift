import Files

/// Runs over many seeds as one self-contained page: claims with their rates, every series as a band, every number's
/// spread; with the verdicts of a check where there was one.
package struct SeedPage {
  private let summary: SeedSummary
  private let check: SeedCheck?
  private let text: SeedText
  /// Seeds whose runs failed, and why.
  private let failures: [(seed: UInt64, reason: String)]

  package init(
    _ summary: SeedSummary, reference: SeedDistributions?, check: SeedCheck? = nil,
    failures: [(seed: UInt64, reason: String)] = []
  ) {
    self.summary = summary
    self.check = check
    self.failures = failures
    text = SeedText(summary, reference: reference, style: TextStyle(usesColor: false))
  }

  package var html: String {
    let title = "\(summary.chapter) over \(summary.seeds.count) seeds"
    var body =
      "<h1>\(escaped(title))</h1>\n<p>\(escaped(summary.precision.rawValue)), seeds \(escaped(seedWords)).</p>\n"
    if !failures.isEmpty {
      body += "<h2 class=\"bad\">Runs that failed</h2><ul>"
      body += failures.map { "<li>seed \($0.seed): \(escaped($0.reason))</li>" }.joined() + "</ul>\n"
    }
    if let check { body += verdict(check) }
    body += claims + bands + numbers
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>\(escaped(title))</title>
      <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
      <link rel="icon" href="data:,"><style>\(Self.styles)</style></head>
      <body><main>\(body)</main></body></html>

      """
  }

  private func escaped(_ text: String) -> String { MarkupText.escaped(text) }

  private var seedWords: String {
    let shown = summary.seeds.prefix(40).map { "\($0)" }.joined(separator: ", ")
    return summary.seeds.count > 40 ? shown + ", …" : shown
  }

  private func verdict(_ check: SeedCheck) -> String {
    let words = check.text(style: TextStyle(usesColor: false))
    return
      "<h2>Against the reference</h2><pre class=\"\(check.failing.isEmpty ? "good" : "bad")\">\(escaped(words))</pre>\n"
  }

  private var claims: String {
    if summary.claims.isEmpty { return "" }
    let rows = summary.claims.map { claim in
      let held = claim.values.count { $0 == 1 }
      let count = claim.values.count { $0 != nil }
      let interval = text.interval(of: claim)
      let bar = interval.map { interval in
        let width = max(2, Int((interval.upper - interval.lower) * 200))
        return "<div class=\"rate\"><i style=\"left:\(Int(interval.lower * 200))px;width:\(width)px\"></i></div>"
      }
      return "<tr><th scope=\"row\">\(escaped(SeedText.shown(claim.name)))</th><td>\(held) of \(count)</td>"
        + "<td>\(bar ?? "")</td><td>\(escaped(interval?.text ?? ""))</td></tr>"
    }
    return """
      <h2>Claims</h2><table><caption>How often each held. The intervals are exact (Clopper and Pearson, 95 %) if the runs are \
      independent of each other; runs that are known to share seeds are counted once.</caption>
      <tr><th scope="col">claim</th><th scope="col">held</th><th scope="col">0 to 100 %</th><th scope="col">rate</th></tr>
      \(rows.joined(separator: "\n"))</table>

      """
  }

  private var bands: String {
    if summary.series.isEmpty { return "" }
    let figures = summary.series.map { series in
      let plot = BandPlot(series)
      let count =
        series.runs.count == summary.seeds.count ? "" : " (\(series.runs.count) of \(summary.seeds.count) runs)"
      return "<figure><figcaption>\(escaped(series.name))\(count)</figcaption>\(plot.svg)</figure>"
    }
    return """
      <h2>Series</h2><p>Line: median. Dark band: the middle half of the runs. Light band: all of them.</p>
      <div class="figures">\(figures.joined(separator: "\n"))</div>

      """
  }

  private var numbers: String {
    let others = summary.values.filter { $0.kind != .claim }
    if others.isEmpty { return "" }
    let rows = others.map { values in
      let kind = values.kind == .series ? "end" : ""
      return "<tr><th scope=\"row\">\(escaped(values.name)) \(kind)</th>"
        + "<td>\(escaped(SeedText.spread(values.values.compactMap(\.self))))</td></tr>"
    }
    return """
      <h2>Numbers</h2><table><caption>The end of every series, and every number: median [quartiles] (extremes).</caption>
      \(rows.joined(separator: "\n"))</table>

      """
  }

  private static let styles = """
    body{font:16px/1.5 system-ui,sans-serif;color:#222;background:#fff}main{max-width:72em;margin:2em auto;padding:0 1em}
    table{border-collapse:collapse;margin:1em 0}td,th{padding:.2em .8em;border-bottom:1px solid #ddd;text-align:left;font-weight:400}
    caption{text-align:left;color:#555;padding:.3em 0}.bad{color:#b00020}.good{color:#1b6b34}
    pre{white-space:pre-wrap;background:#f4f4f4;padding:.6em}
    .figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(20em,1fr));gap:1em}figure{margin:0}svg{width:100%;display:block}
    .frame{fill:none;stroke:#999}.extremes{fill:#06c;opacity:.18}.middle{fill:#06c;opacity:.35}.median{fill:none;stroke:#048;stroke-width:2}
    text{font-size:11px;fill:#444}.axis{text-anchor:end}
    .rate{position:relative;width:200px;height:.9em;background:#eee}.rate i{position:absolute;top:0;bottom:0;background:#06c}
    @media (prefers-color-scheme:dark){body{background:#181818;color:#ddd}caption{color:#aaa}pre{background:#2a2a2a}td,th{border-color:#444}
    .bad{color:#ff8a95}.good{color:#7fd69a}.median{stroke:#8cf}.extremes,.middle{fill:#4af}text{fill:#bbb}.rate{background:#333}.rate i{background:#4af}}
    """
}
