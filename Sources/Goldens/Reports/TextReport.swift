import Files

/// Color where the reader's terminal shows it.
package struct TextStyle: Sendable {
  package let usesColor: Bool
  package init(usesColor: Bool) { self.usesColor = usesColor }

  private func wrap(_ text: String, _ code: String) -> String { usesColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
  package func good(_ text: String) -> String { wrap(text, "32") }
  package func bad(_ text: String) -> String { wrap(text, "1;31") }
  package func doubtful(_ text: String) -> String { wrap(text, "33") }
  package func dim(_ text: String) -> String { wrap(text, "2") }
  package func bold(_ text: String) -> String { wrap(text, "1") }

  func verdict(_ verdict: Verdict, _ text: String) -> String {
    switch verdict {
    case .identical: good(text)
    case .drifted: doubtful(text)
    case .wrong, .missing, .orphan: bad(text)
    }
  }
}

/// The report on a terminal: a line a chapter and precision, then what does not hold.
///
/// Readable with one failure and with ten thousand: the first ones in full, more in a line each, the rest as a number.
package struct TextReport {
  package let results: [PrecisionResult]
  package let exact: Bool
  package let style: TextStyle
  package let sources: SourcePaths
  /// How many failures are shown in full, and how many more in one line.
  package var detailLimit = 20
  package var lineLimit = 80

  package init(
    _ results: [PrecisionResult], exact: Bool, style: TextStyle, sources: SourcePaths = SourcePaths(paths: [])
  ) {
    self.results = results
    self.exact = exact
    self.sources = sources
    self.style = style
  }

  package var text: String {
    var lines: [String] = []
    var shown = 0
    var hidden = 0
    for result in results {
      lines.append(Self.summary(of: result, exact: exact, style: style))
      if let failure = result.failure { lines.append("  " + style.bad("failed") + "   " + failure.visible) }
      for note in result.notes.prefix(detailLimit) {
        lines.append("  " + style.doubtful("note") + "      " + note.visible)
      }
      if result.notes.count > detailLimit { lines.append("  … and \(result.notes.count - detailLimit) more notes") }
      for entry in result.entries where entry.verdict.fails(exact: exact) {
        if shown < detailLimit {
          lines += details(of: entry)
        } else if shown < detailLimit + lineLimit {
          lines.append(headline(of: entry) + "  " + entry.note.visible)
        } else {
          hidden += 1
        }
        shown += 1
      }
    }
    if hidden > 0 { lines.append("… and \(hidden) more failures; --json FILE holds them all") }
    lines.append(verdictLine)
    return lines.joined(separator: "\n") + "\n"
  }

  private var verdictLine: String {
    let failing = results.filter { $0.fails(exact: exact) }
    let entries = results.reduce(0) { $0 + $1.entries.count }
    if failing.isEmpty && !results.isEmpty {
      return style.good("all \(entries) entries hold") + (exact ? ", bit for bit" : "")
    }
    let bad = results.reduce(0) { $0 + $1.entries.count { $0.verdict.fails(exact: exact) } }
    let broken = results.count { $0.failure != nil }
    let runs = broken > 0 ? ", \(broken) of \(results.count) runs failed" : ""
    return style.bad("\(bad) of \(entries) entries do not hold\(runs)")
  }

  /// "03-dcgan-cifar10 float64: 12 identical, 1 wrong (run 3.2 s, compared in 0.01 s)"
  package static func summary(of result: PrecisionResult, exact: Bool, style: TextStyle) -> String {
    let counts = Verdict.allCases.compactMap { verdict in
      let count = result.entries.count { $0.verdict == verdict }
      return count > 0 ? style.verdict(verdict, "\(count) \(verdict.word(betweenFiles: result.comparesFiles))") : nil
    }
    let name = [result.chapter, result.precision?.rawValue ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    let samples = result.entries.count { $0.sampled != nil }
    let sampled = samples > 0 ? ", \(samples) of them by a sample" : ""
    let body = counts.isEmpty ? style.bad("nothing checked") : counts.joined(separator: ", ") + sampled
    let run = result.runSeconds > 0 ? "run \(NumberText.short(result.runSeconds)) s, " : ""
    let times = "(\(run)compared in \(NumberText.short(result.compareSeconds)) s)"
    return "\(style.bold(name.visible)): \(body) \(style.dim(times))"
  }

  private func headline(of entry: EntryResult) -> String {
    let verdict = entry.word
    let padded = verdict + String(repeating: " ", count: max(0, 9 - verdict.count))
    let source = entry.source.map { "  " + style.dim(sources.text(of: $0)) } ?? ""
    let precision = entry.precision.map { " \($0.rawValue)" } ?? ""
    return "  \(style.verdict(entry.verdict, padded)) \(style.bold(entry.name.visible))\(precision)\(source)"
  }

  private func details(of entry: EntryResult) -> [String] {
    var lines = [headline(of: entry)]
    if !entry.note.isEmpty { lines.append(entry.note) }
    if let mismatch = entry.mismatch { lines += MismatchText.lines(mismatch, kind: entry.kind, note: entry.note) }
    return [lines[0]] + lines.dropFirst().map { "            " + $0.visible }
  }
}
