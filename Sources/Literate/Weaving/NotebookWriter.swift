import Files
import Goldens
import TensorFiles

/// A chapter as a Jupyter notebook, nbformat 4.5.
///
/// The cells are those of the page; indented prose stays in the code as the comment it is. Source: nbformat's own JSON
/// schema.
struct NotebookWriter {
  private let chapter: WovenChapter
  private let appendix: GoldenAppendix
  private var cells: [JSONValue] = []
  private var known: Set<String> = []

  init(_ chapter: WovenChapter) {
    self.chapter = chapter
    appendix = GoldenAppendix(chapter)
    for cell in chapter.cells {
      switch cell {
      case .prose(_, let prose): addMarkdown(prose.markdown)
      case .fold(let title?): addMarkdown("**\(Escaping.markdown(title))**")
      case .fold(nil): break
      case .code(_, let block, let segments):
        let outputs = segments.flatMap { $0.outputs.flatMap(json) } + marks(segments)
        if !block.source.isEmpty || !outputs.isEmpty { addCode(block.source, outputs) }
      }
    }
    addAppendix()
  }

  var text: String {
    let language: JSONObject = [
      "file_extension": .string(".swift"), "mimetype": .string("text/x-swift"), "name": .string("swift"),
    ]
    let kernel: JSONObject = ["display_name": .string("Swift"), "language": .string("swift"), "name": .string("swift")]
    let notebook: JSONObject = [
      "cells": .array(cells),
      "metadata": .object([
        "kernelspec": .object(kernel), "language_info": .object(language), "title": .string(chapter.title),
      ]),
      "nbformat": .int(4), "nbformat_minor": .int(5),
    ]
    return JSONValue.object(notebook).pretty
  }

  // MARK: - Cells

  /// Twelve hexadecimal digits of the content's hash; of content that was there before, of its repetition too.
  private mutating func identifier(_ content: String) -> JSONValue {
    var text = content
    while true {
      let identifier = String(Digest.of(Array(text.utf8)).prefix(12))
      if known.insert(identifier).inserted { return .string(identifier) }
      text += "\u{0}"
    }
  }

  private mutating func addMarkdown(_ markdown: String) {
    cells.append(
      .object([
        "cell_type": .string("markdown"), "id": identifier("markdown " + markdown), "metadata": .object([:]),
        "source": Self.lines(markdown),
      ]))
  }

  private mutating func addCode(_ source: String, _ outputs: [JSONValue]) {
    cells.append(
      .object([
        "cell_type": .string("code"), "execution_count": .null, "id": identifier("code " + source),
        "metadata": .object([:]),
        "outputs": .array(outputs), "source": Self.lines(source),
      ]))
  }

  private mutating func addAppendix() {
    var parts = ["## \(GoldenAppendix.heading)"]
    if let caveat = chapter.verdicts.caveat { parts.append(Escaping.markdown(caveat)) }
    parts.append(appendix.legend.map { "- \($0.sign) *\($0.name)*: \($0.meaning)" }.joined(separator: "\n"))
    let rows = chapter.verdicts.entries.map { [$0.mark.sign, $0.name, $0.shape, $0.tolerance, $0.worst, $0.note] }
    parts.append(MarkdownWriter.table(["", "entry", "shape", "tolerance", "worst difference", "note"], rows))
    parts += appendix.provenance.map(Escaping.markdown) + [Escaping.markdown(appendix.run)]
    addMarkdown(parts.filter { !$0.isEmpty }.joined(separator: "\n\n"))
  }

  /// A list of lines, each with its end, as notebooks are stored: a diff then shows lines.
  private static func lines(_ text: String) -> JSONValue {
    let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
    return .array(
      parts.enumerated().compactMap { index, line in
        if index == parts.count - 1 { return line.isEmpty ? nil : .string(String(line)) }
        return .string(line + "\n")
      })
  }

  // MARK: - Outputs

  private func json(_ output: WovenChapter.Output) -> [JSONValue] {
    switch output {
    case .text(let lines):
      let text = Abridged(lines.map(MarkupText.printable)).text.joined(separator: "\n") + "\n"
      return [
        .object(["name": .string("stdout"), "output_type": .string("stream"), "text": Self.lines(text)])
      ]
    case .picture(let picture, let caption, let description):
      let type = picture.format == .png ? "image/png" : "image/svg+xml"
      let content: JSONValue =
        picture.format == .png ? .string(picture.base64) : Self.lines(String(decoding: picture.bytes, as: UTF8.self))
      let description = MarkupText.printable(description)
      let image = Self.display(
        [type: content, "text/plain": Self.lines(description)],
        metadata: [type: .object(["alt": .string(description)])])
      return caption.isEmpty ? [image] : [image, Self.words(Escaping.markdown(caption), plain: caption)]
    case .table(let headings, let rows, let caption):
      let plain = ([headings] + rows).map { $0.map(MarkupText.printable).joined(separator: "\t") }
      return [
        Self.display([
          "text/html": Self.lines(HTMLFragments.table(headings, rows, caption: caption)),
          "text/plain": Self.lines(plain.joined(separator: "\n")),
        ])
      ]
    }
  }

  private static func words(_ markdown: String, plain: String) -> JSONValue {
    display(["text/markdown": lines("*\(markdown)*"), "text/plain": lines(MarkupText.printable(plain))])
  }

  private func marks(_ segments: [WovenChapter.Segment]) -> [JSONValue] {
    let entries = Array(Set(segments.flatMap(\.entries))).sorted()
    guard !entries.isEmpty else { return [] }
    let text = "Recorded: \(appendix.signs(entries))"
    return [Self.words(text, plain: text)]
  }

  private static func display(_ data: JSONObject, metadata: JSONObject = [:]) -> JSONValue {
    .object(["data": .object(data), "metadata": .object(metadata), "output_type": .string("display_data")])
  }
}
