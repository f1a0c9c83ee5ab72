import Files
import Foundation

/// The results as one self-contained page: a table, then what does not hold, with pictures, plots and histograms.
package struct HTMLReport {
  package let results: [PrecisionResult]
  package let exact: Bool
  package let sources: SourcePaths

  /// Failures shown with everything, and shown as a row of the table after those.
  private static let detailLimit = 200
  private static let rowLimit = 5000

  package init(_ results: [PrecisionResult], exact: Bool, sources: SourcePaths = SourcePaths(paths: [])) {
    self.results = results
    self.sources = sources
    self.exact = exact
  }

  private var failing: [EntryResult] { results.flatMap { $0.entries.filter { $0.verdict.fails(exact: exact) } } }

  package var text: String {
    let failing = failing
    let isGood = !results.isEmpty && !results.contains { $0.fails(exact: exact) }
    var body = "<h1>\(results.command)</h1>\n"
    body += "<p class=\"\(isGood ? "good" : "bad")\">\(isGood ? "Everything holds" : "Something does not hold")"
    body += "\(exact ? ", bit for bit" : "").</p>\n" + table
    for result in results {
      guard let failure = result.failure else { continue }
      let name = "\(result.chapter) \(result.precision?.rawValue ?? "")"
      body += "<h2 class=\"bad\">\(MarkupText.escaped(name)) failed</h2><pre>\(MarkupText.escaped(failure))</pre>\n"
    }
    for (position, entry) in failing.prefix(Self.detailLimit).enumerated() {
      body += section(entry, isOpen: position < 20)
    }
    body += rest(failing.dropFirst(Self.detailLimit))
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>\(results.command)</title>
      <meta name="viewport" content="width=device-width"><style>\(Self.styles)</style></head>
      <body>\(body)</body></html>

      """
  }

  private var table: String {
    let heads = results.verdictWords.map { "<th>\($0)</th>" }.joined()
    let rows = results.map { result in
      let counts = Verdict.allCases.map { verdict in
        let count = result.entries.count { $0.verdict == verdict }
        let mark = count == 0 ? "none" : verdict.fails(exact: exact) ? "bad" : "good"
        return "<td class=\"\(mark)\">\(count)</td>"
      }
      let name = "<td>\(MarkupText.escaped(result.chapter))</td><td>\(result.precision?.rawValue ?? "")</td>"
      return "<tr>\(name)\(counts.joined())<td>\(NumberText.short(result.runSeconds)) s</td></tr>"
    }
    return "<table><tr><th>chapter</th><th>precision</th>\(heads)<th>run</th></tr>\(rows.joined())</table>\n"
  }

  private func section(_ entry: EntryResult, isOpen: Bool) -> String {
    var text = "<details\(isOpen ? " open" : "")><summary><span class=\"bad\">\(entry.word)</span> "
    text += "<b>\(MarkupText.escaped(entry.name))</b> \(entry.precision?.rawValue ?? "")"
    if let source = entry.source { text += " <code>\(MarkupText.escaped(sources.text(of: source)))</code>" }
    text += "</summary><p>\(MarkupText.escaped(entry.note))</p>"
    return text + MismatchEvidence(entry).html + "</details>\n"
  }

  private func rest(_ entries: ArraySlice<EntryResult>) -> String {
    if entries.isEmpty { return "" }
    let rows = entries.prefix(Self.rowLimit).map {
      "<tr><td class=\"bad\">\($0.word)</td><td>\(MarkupText.escaped($0.name))</td>"
        + "<td>\($0.precision?.rawValue ?? "")</td><td>\(MarkupText.escaped($0.note))</td></tr>"
    }
    let hidden = entries.count - rows.count
    return "<h2>\(entries.count) more</h2><table>\(rows.joined())</table>"
      + (hidden > 0 ? "<p>… and \(hidden) more.</p>" : "")
  }

  private static let styles = """
    body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em;color:#222}
    table{border-collapse:collapse;margin:1em 0}td,th{padding:.15em .8em;border-bottom:1px solid #ddd;text-align:left}
    .bad{color:#b00020;font-weight:600}.good{color:#1b7a3a}.none{color:#bbb}code,pre{background:#f4f4f4;padding:0 .3em}
    details{border-top:1px solid #ccc;padding:.6em 0}summary{cursor:pointer}.pictures{display:flex;gap:1em;flex-wrap:wrap}
    figure{margin:0}img{image-rendering:pixelated;min-width:128px;max-width:100%;border:1px solid #ccc}figcaption{font-size:13px}
    .bar{height:.8em;background:#c22}.histogram td{border:0;padding:0 .6em}svg{max-width:720px;display:block}
    .frame{fill:none;stroke:#ccc}.curve{fill:none;stroke-width:1.5}.axis{font-size:11px;text-anchor:end}.mark{font-size:11px;fill:#06c}
    @media (prefers-color-scheme:dark){body{background:#181818;color:#ddd}code,pre{background:#2a2a2a}svg{background:#eee}}
    """
}
