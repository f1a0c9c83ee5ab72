import Files
import Goldens

/// The parts of a page that come from a run, as HTML.
enum HTMLFragments {
  static func output(_ output: WovenChapter.Output, mark: String = "") -> String {
    switch output {
    case .text(let lines): text(lines, mark: mark)
    case .picture(let picture, let caption, let description): figure(picture, caption, description)
    case .table(let headings, let rows, let caption):
      "<div class=\"result\">" + scrolling(table(headings, rows, caption: caption), name: caption) + "</div>"
    }
  }

  // MARK: - Text

  private static func text(_ lines: [String], mark: String) -> String {
    let abridged = Abridged(lines)
    var html = "<div class=\"result log\">\(mark)" + pre(abridged.head)
    if !abridged.middle.isEmpty {
      html += "<details><summary>\(abridged.middle.count) more lines</summary>\(pre(abridged.middle))</details>"
      html += pre(abridged.tail)
    }
    return html + "</div>"
  }

  private static func pre(_ lines: ArraySlice<String>) -> String {
    // An empty line at the beginning of a <pre> would be dropped.
    let text = MarkupText.escaped(lines.joined(separator: "\n"))
    return "<pre tabindex=\"0\"><samp>\(text.hasPrefix("\n") ? "\n" : "")\(text)</samp></pre>"
  }

  // MARK: - Pictures

  private static func figure(_ picture: RunPicture, _ caption: String, _ description: String) -> String {
    if let film = Film(picture, caption: caption, description: description) { return film.html }
    var size = ""
    var style = ""
    if let width = picture.width, let height = picture.height, width > 0 {
      // Small pixel pictures are shown enlarged, whole pixel by whole pixel.
      let scale = picture.format == .png ? max(1, min(8, 640 / width)) : 1
      size = " width=\"\(width * scale)\" height=\"\(height * scale)\""
      if scale > 1 { style = " class=\"pixels\"" }
    }
    let alternative = description.isEmpty ? caption : description
    let text = caption.isEmpty ? "" : "<figcaption>\(MarkupText.escaped(caption))</figcaption>"
    return
      "<figure class=\"result "
      + "\(picture.format.rawValue)\"\(picture.format == .svg ? " tabindex=\"0\"" : "")><img\(style) "
      + "src=\"\(picture.dataURI)\" alt=\"\(MarkupText.escaped(alternative))\"\(size)>\(text)</figure>"
  }

  // MARK: - Tables

  static func table(_ headings: [String], _ rows: [[String]], caption: String) -> String {
    // A column of numbers is read by comparing digits: right-aligned.
    let isNumeric = headings.indices.map { column in
      !rows.isEmpty && rows.allSatisfy { Double($0[column].replacing("−", with: "-")) != nil || $0[column].isEmpty }
    }
    func row(_ cells: [String], _ tag: String) -> String {
      "<tr>"
        + cells.enumerated().map { index, cell in
          let scope = tag == "th" ? " scope=\"col\"" : ""
          return "<\(tag)\(scope)\(isNumeric[index] ? " class=\"number\"" : "")>\(MarkupText.escaped(cell))</\(tag)>"
        }.joined() + "</tr>"
    }
    let caption = caption.isEmpty ? "" : "<caption>\(MarkupText.escaped(caption))</caption>"
    let body = rows.map { row($0, "td") }.joined(separator: "\n")
    return "<table>\(caption)<thead>\(row(headings, "th"))</thead><tbody>\(body)</tbody></table>"
  }

  /// Something wide that scrolls within the page, with the keyboard too.
  static func scrolling(_ html: String, name: String) -> String {
    let name = MarkupText.escaped(name.isEmpty ? "Table" : name)
    return "<div class=\"scroll\" role=\"region\" aria-label=\"\(name)\" tabindex=\"0\">\(html)</div>"
  }
}

// MARK: - Marks and the appendix

extension GoldenAppendix {
  /// The marks of one line of code: the worst of them, how many there are, and a link to the first of the worst.
  func markHTML(_ entries: [Int]) -> String {
    guard let worst = entries.max(by: { verdicts.entries[$0].mark.badness < verdicts.entries[$1].mark.badness }) else {
      return ""
    }
    let mark = verdicts.entries[worst].mark
    let first = entries.first { verdicts.entries[$0].mark == mark } ?? worst
    let name = verdicts.entries[first].name
    let what = entries.count == 1 ? name : "\(entries.count) entries: \(signs(entries)); \(name)"
    let count = entries.count == 1 ? "" : "\u{202F}\(entries.count)"
    let title = MarkupText.escaped("\(what): \(mark.meaning)")
    return "<a class=\"mark \(mark.rawValue)\" href=\"#\(anchors[first])\" title=\"\(title)\" aria-label=\"\(title)\">"
      + "\(mark.sign)\(count)</a>"
  }

  /// The section at the end of the page. `target` is the place on the page where a line recorded an entry.
  func html(target: (_ entry: Int, _ line: Int) -> String?) -> String {
    let rows = verdicts.entries.indices.map { index in
      let entry = verdicts.entries[index]
      let anchor = anchors[index]
      let places = entry.sources.map { source in
        let text = MarkupText.escaped(Self.place(of: source))
        return target(index, Int(clamping: source.line)).map { "<a href=\"#\($0)\">\(text)</a>" } ?? text
      }
      let note = entry.note.isEmpty ? "" : "<div class=\"note\">\(MarkupText.escaped(entry.note))</div>"
      return "<tr id=\"\(anchor)\"><td class=\"sign \(entry.mark.rawValue)\">"
        + "<abbr title=\"\(entry.mark.rawValue)\">\(entry.mark.sign)</abbr></td>"
        + "<td><code>\(MarkupText.escaped(entry.name))</code>\(note)</td><td>\(MarkupText.escaped(entry.shape))</td>"
        + "<td>\(MarkupText.escaped(entry.tolerance))</td><td class=\"number\">\(MarkupText.escaped(entry.worst))</td>"
        + "<td>\(places.joined(separator: " "))</td></tr>"
    }
    let heads = ["", "entry", "shape", "tolerance", "worst difference", "recorded at"]
    let head = heads.map { $0.isEmpty ? "<td></td>" : "<th scope=\"col\">\($0)</th>" }.joined()
    let table =
      "<table class=\"golden\"><thead><tr>\(head)</tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table>"
    var html = "<p>\(MarkupText.escaped(Self.introduction))</p>\n"
    if let caveat = verdicts.caveat { html += "<p class=\"caveat\">\(MarkupText.escaped(caveat))</p>\n" }
    if !legend.isEmpty {
      html += "<dl class=\"legend\">"
      for (sign, name, meaning) in legend {
        html += "<dt class=\"\(name)\">\(sign)</dt><dd><b>\(name)</b> \(MarkupText.escaped(meaning))</dd>"
      }
      html += "</dl>\n"
    }
    if !rows.isEmpty { html += Self.scrolled(table) }
    return html + provenance.map { "<p class=\"provenance\">\(MarkupText.escaped($0))</p>" }.joined(separator: "\n")
  }

  private static func scrolled(_ table: String) -> String { HTMLFragments.scrolling(table, name: heading) + "\n" }

  static let introduction = """
    Everything this chapter records is held against an independent PyTorch program that starts from the same seed. A \
    value v holds where |v − reference| ≤ atol + rtol·|reference|, element by element; the worst difference is the \
    largest |v − reference|.
    """
}
