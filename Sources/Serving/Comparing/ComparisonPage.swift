import Files
import Goldens
import Literate

/// Two runs of a chapter side by side: the numbers, the curves, the pictures, the lines.
struct ComparisonPage {
  let chapter: String
  let first: ComparedRun
  let second: ComparedRun
  /// All runs that can be compared, by the name in their address.
  let choices: [(name: String, title: String)]

  private static let lineLimit = 400

  var html: String {
    let entries = RecordingComparison(first.recording, second.recording).entries
    let equal = entries.count { $0.verdict == .identical }
    var body = chooser
    body += "<p class=\"state\">\(equal) of \(entries.count) recorded values are the same to the bit.</p>"
    body += numbers(entries) + curves(entries) + pictures + lines
    return PageTemplate(title: "Two runs", eyebrow: chapter, body: body).html
  }

  // MARK: - Which

  private var chooser: String {
    func list(_ label: String, _ side: String, _ chosen: ComparedRun) -> String {
      let links = choices.map { choice in
        let other = side == "a" ? "b=\(second.name)" : "a=\(first.name)"
        let title = MarkupText.escaped(choice.title)
        if choice.name == chosen.name { return "<li><b>\(title)</b></li>" }
        let query = "chapter=\(MarkupText.escaped(chapter))&amp;\(side)=\(choice.name)&amp;\(other)"
        return "<li><a href=\"compare?\(query)\">\(title)</a></li>"
      }
      return "<div><h3>\(label)</h3><ul>\(links.joined())</ul></div>"
    }
    return "<div class=\"sides sans\">\(list("First run", "a", first))\(list("Second run", "b", second))</div>"
  }

  // MARK: - What

  private func numbers(_ entries: [EntryResult]) -> String {
    let rows = entries.map { entry in
      [
        entry.name, text(entry.expected), text(entry.found),
        entry.verdict == .identical ? "same" : difference(entry),
      ]
    }
    if rows.isEmpty { return "" }
    let table = rows.map { cells in
      let isSame = cells[3] == "same"
      return "<tr\(isSame ? "" : " class=\"differs\"")><td><code>\(MarkupText.escaped(cells[0]))</code></td>"
        + cells.dropFirst().map { "<td>\(MarkupText.escaped($0))</td>" }.joined() + "</tr>"
    }
    let heads = ["entry", first.title, second.title, "difference"].map {
      "<th scope=\"col\">\(MarkupText.escaped($0))</th>"
    }
    return "<h2>Numbers</h2><div class=\"scroll\" role=\"region\" aria-label=\"Numbers of both runs\" tabindex=\"0\">"
      + "<table><thead><tr>\(heads.joined())</tr></thead><tbody>\(table.joined())</tbody></table></div>"
  }

  private func text(_ value: GoldenValue?) -> String {
    guard let value else { return "–" }
    if value.kind == .scalar, let elements = value.elements, let number = elements.values.first {
      return elements.elementType.isInteger ? elements.words(limit: 1).joined() : NumberText.both(number)
    }
    let shape = value.shape.map(String.init).joined(separator: " × ")
    guard value.kind == .series, let last = value.elements?.values.last else {
      return "\(value.kind.rawValue) \(shape)"
    }
    return "\(shape) values, the last \(NumberText.short(last))"
  }

  private func difference(_ entry: EntryResult) -> String {
    guard let mismatch = entry.mismatch else { return entry.note }
    guard let worst = mismatch.worstAbsolute else { return mismatch.reason }
    return "at most \(NumberText.short(worst.absolute))"
  }

  private func curves(_ entries: [EntryResult]) -> String {
    let shown = entries.filter { ["series", "image"].contains($0.kind) && $0.verdict == .wrong && $0.mismatch != nil }
    if shown.isEmpty { return "" }
    let figures = shown.map { entry in
      "<section class=\"case\" "
        + "aria-label=\"\(MarkupText.escaped(entry.name))\"><h3><code>\(MarkupText.escaped(entry.name))</code></h3>"
        + MismatchEvidence(entry, names: ("first", "second")).html + "</section>"
    }
    return "<h2>Curves and pictures that differ</h2>" + figures.joined()
  }

  private var pictures: String {
    let others = second.pictures
    let pairs = first.pictures.compactMap { picture -> String? in
      guard let other = others.first(where: { $0.path == picture.path }) else { return nil }
      let figures = [(first, picture), (second, other)].map { run, picture in
        guard let read = try? RunPicture(picture, folder: run.folder, shownBy: (run.journal.path, 1)),
          let still = try? read.still()
        else { return "<p>It cannot be shown.</p>" }
        let kind = "\(still.isPixels ? "pixels" : "")"
        return "<figure class=\"\(read.format.rawValue)\"><img class=\"\(kind)\" src=\"\(still.dataURI)\" "
          + "alt=\"\(MarkupText.escaped(picture.description))\">"
          + "<figcaption>\(MarkupText.escaped(run.title))</figcaption></figure>"
      }
      return "<h3>\(MarkupText.escaped(picture.caption))</h3><div class=\"sides\">\(figures.joined())</div>"
    }
    return pairs.isEmpty ? "" : "<h2>Figures</h2>" + pairs.joined()
  }

  private var lines: String {
    let (left, right) = (first.log, second.log)
    func column(_ own: [String], _ other: [String], _ title: String) -> String {
      let shown = own.prefix(Self.lineLimit).enumerated().map { index, line in
        let text = MarkupText.escaped(line)
        return index < other.count && other[index] == line ? text : "<mark>\(text)</mark>"
      }
      let more = own.count > Self.lineLimit ? "\n… and \(own.count - Self.lineLimit) more lines" : ""
      return
        """
        <div><h3>\(MarkupText.escaped(title))</h3><pre \
        tabindex=\"0\"><samp>\(shown.joined(separator: "\n"))\(more)</samp></pre></div>
        """
    }
    return
      "<h2>Lines</h2><div class=\"sides\">\(column(left, right, first.title))\(column(right, left, second.title))</div>"
  }
}
