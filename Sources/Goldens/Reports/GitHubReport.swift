/// The results where GitHub Actions shows them: annotations beside the `record` calls, and a summary of the step.
///
/// GitHub keeps ten annotations a step, so there are at most ten; the summary holds the rest.
package struct GitHubReport {
  package let results: [PrecisionResult]
  package let exact: Bool
  /// Finds the file of a source location within the repository.
  package let sources: SourcePaths

  package static let annotationLimit = 10
  /// GitHub refuses a summary of more than a megabyte.
  private static let summaryLimit = 900_000

  package init(_ results: [PrecisionResult], exact: Bool, sources: SourcePaths) {
    self.results = results
    self.exact = exact
    self.sources = sources
  }

  private var failing: [EntryResult] { results.flatMap { $0.entries.filter { $0.verdict.fails(exact: exact) } } }
  private var broken: [PrecisionResult] { results.filter { $0.failure != nil } }

  /// Workflow commands, one a line.
  package var annotations: String {
    var lines: [String] = broken.map { result in
      let title = "\(result.chapter) \(result.precision?.rawValue ?? "")"
      return "::error title=\(Self.property(title))::\(Self.data(result.failure ?? ""))"
    }
    for entry in failing.prefix(max(0, Self.annotationLimit - lines.count)) {
      var properties: [String] = []
      if let source = entry.source, let path = sources.path(of: source) {
        properties = ["file=\(Self.property(path))", "line=\(source.line)"]
      }
      let precision = entry.precision.map { " (\($0.rawValue))" } ?? ""
      properties.append("title=\(Self.property("\(entry.word): \(entry.name)\(precision)"))")
      var text = [entry.note]
      if let mismatch = entry.mismatch { text += MismatchText.lines(mismatch, kind: entry.kind, note: entry.note) }
      lines.append("::error \(properties.joined(separator: ","))::\(Self.data(text.joined(separator: "\n")))")
    }
    return lines.prefix(Self.annotationLimit).map { $0 + "\n" }.joined()
  }

  /// Markdown for `GITHUB_STEP_SUMMARY`.
  package var summary: String {
    var text = "### \(results.command)\n\n| chapter | precision | " + results.verdictWords.joined(separator: " | ")
    text += " |\n|---|---|" + String(repeating: "---:|", count: Verdict.allCases.count) + "\n"
    for result in results {
      let counts = Verdict.allCases.map { verdict in String(result.entries.count { $0.verdict == verdict }) }
      let cells = [Self.cell(result.chapter), result.precision?.rawValue ?? ""] + counts
      text += "| \(cells.joined(separator: " | ")) |\n"
    }
    for result in broken {
      let name = "\(Self.cell(result.chapter)) \(result.precision?.rawValue ?? "")"
      text += "\n**\(name) failed:** \(Self.cell(result.failure ?? ""))\n"
    }
    guard !failing.isEmpty else { return text }
    text += "\n| verdict | entry | precision | recorded at | what |\n|---|---|---|---|---|\n"
    for (position, entry) in failing.enumerated() {
      let source = entry.source.map { "`\(Self.cell($0.description))`" } ?? ""
      let row =
        "| \(entry.word) | `\(Self.cell(entry.name))` | \(entry.precision?.rawValue ?? "") | \(source) | "
        + "\(Self.cell(entry.note)) |\n"
      guard text.utf8.count + row.utf8.count < Self.summaryLimit else {
        text += "\n… and \(failing.count - position) more.\n"
        break
      }
      text += row
    }
    return text
  }

  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: "<br>").replacing("`", with: "'")
  }

  /// The escapes of workflow commands, as GitHub's own toolkit writes them.
  private static func data(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
