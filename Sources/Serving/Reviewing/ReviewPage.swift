import Files
import Goldens
import Literate

/// The page of what does not agree with the goldens: expected, found and their difference, and what to do about it.
struct ReviewPage {
  let reviews: [Reviewing.ChapterReview]
  let note: (String) -> Reviewing.Note
  let sources: SourcePaths
  let isReadOnly: Bool

  var html: String {
    let count = reviews.reduce(0) { $0 + $1.cases.count }
    var body = "<p>What the last check, or the last run, of every chapter found other than it was blessed. "
    body += "An accepted entry’s bits become those that <code>book check --exact</code> expects; "
    body += "numbers that PyTorch does not find cannot be accepted.</p>\n"
    let unchecked = reviews.count { !$0.failures.isEmpty }
    var words = count == 0 ? "Nothing to review" : "\(count) to review"
    if unchecked > 0 { words += "; \(unchecked) could not be checked" }
    body += "<p class=\"state\" id=\"review-count\">\(words).</p>\n"
    for review in reviews where !review.cases.isEmpty || !review.failures.isEmpty {
      body += "<h2>\(MarkupText.escaped(Self.title(of: review.chapter)))</h2>\n"
      for failure in review.failures { body += "<p class=\"caveat\">\(MarkupText.escaped(failure))</p>\n" }
      body += review.cases.map(section).joined(separator: "\n")
    }
    return PageTemplate(title: "Review", eyebrow: "Goldens", body: body).html
  }

  /// "the recording model", or the chapter.
  private static func title(of chapter: String) -> String {
    chapter.hasPrefix(Reviewing.recordingPrefix)
      ? "the recording " + chapter.dropFirst(Reviewing.recordingPrefix.count) : chapter
  }

  private func section(_ item: Reviewing.Case) -> String {
    let note = note(item.key)
    let name = MarkupText.escaped(item.name)
    let label = MarkupText.escaped("\(Self.title(of: item.chapter)) \(item.name)")
    var html = "<section class=\"case\" aria-label=\"\(label)\" data-chapter=\"\(MarkupText.escaped(item.chapter))\" "
    html += "data-name=\"\(name)\" data-key=\"\(MarkupText.escaped(item.key))\""
    html += note.isSkipped ? " data-skipped>" : ">"
    html += "<h3><code>\(name)</code></h3>"
    for entry in item.entries {
      html += "<div class=\"finding\"><p><span class=\"\(entry.verdict.rawValue)\">\(entry.verdict.rawValue)</span> "
      html += "in \(entry.precision?.rawValue ?? "")"
      if let source = entry.source {
        html += ", recorded at <code>\(MarkupText.escaped(sources.text(of: source)))</code>"
      }
      html += entry.note.isEmpty ? ".</p>" : ": \(MarkupText.escaped(entry.note))</p>"
      html += MismatchEvidence(entry, names: (item.isRecorded ? "golden" : "PyTorch", "found")).html + "</div>"
    }
    if let refusal = item.refusal {
      html += "<p class=\"caveat\">It cannot be accepted: \(MarkupText.escaped(refusal))</p>"
    }
    if isReadOnly { return html + "</section>" }
    // The script shows them: without it they would do nothing.
    html += "<div class=\"actions sans\" hidden>"
    if item.refusal == nil {
      html += "<button type=\"button\" data-do=\"accept\" aria-label=\"Accept \(label)\">Accept</button>"
    }
    html +=
      """
      <button type=\"button\" data-do=\"skip\" aria-pressed=\"\(note.isSkipped)\" aria-label=\"Skip \
      \(label)\">Skip</button>
      """
    html += "<label>Comment <textarea rows=\"2\">\(MarkupText.escaped(note.comment))</textarea></label>"
    html +=
      "<button type=\"button\" data-do=\"comment\" aria-label=\"Keep the comment on \(label)\">Keep comment</button>"
    html += "<span role=\"status\"></span></div>"
    return html + "</section>"
  }
}
