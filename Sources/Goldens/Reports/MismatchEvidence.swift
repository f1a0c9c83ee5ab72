import Files
import Foundation
import TensorFiles

/// In what an entry differs, as HTML: the facts, the pictures or curves of both, and how the errors are spread.
package struct MismatchEvidence {
  private let entry: EntryResult
  private let names: (expected: String, found: String)

  /// `names` is what the two sides are called.
  package init(_ entry: EntryResult, names: (expected: String, found: String) = ("expected", "found")) {
    self.entry = entry
    self.names = names
  }

  /// Empty where nothing differs.
  package var html: String {
    guard let mismatch = entry.mismatch else { return "" }
    let facts = MismatchText.lines(mismatch, kind: entry.kind, note: entry.note).filter {
      !$0.hasPrefix("relative error:")
    }
    return "<ul>" + facts.map { "<li>\(MarkupText.escaped($0))</li>" }.joined() + "</ul>"
      + pictures + plot(mismatch) + histogram(mismatch.histogram)
  }

  private var pictures: String {
    guard entry.kind == EntryKind.image.rawValue, let expected = entry.expected?.elements,
      let found = entry.found?.elements,
      expected.shape == found.shape, expected.elementType == .uint8, found.elementType == .uint8
    else { return "" }
    let (left, right) = (Array(expected.bytes), Array(found.bytes))
    let differences = zip(left, right).map { $0 > $1 ? $0 - $1 : $1 - $0 }
    let most = Int(differences.max() ?? 0)
    // Faint differences would be invisible; the caption says by how much they are amplified.
    let amplified = differences.map { UInt8(most == 0 ? 0 : Int($0) * 255 / most) }
    let opaque =
      expected.shape.last == 4 ? amplified.enumerated().map { $0.offset % 4 == 3 ? 255 : $0.element } : amplified
    let scale = most == 0 ? "" : " (brightest: \(most) of 255)"
    let parts = [(names.expected, left), (names.found, right), ("difference\(scale)", opaque)]
    return "<div class=\"pictures\">"
      + parts.map { caption, pixels in
        guard let picture = EmbeddedPicture(shape: expected.shape, pixels: pixels) else { return "" }
        return "<figure><img alt=\"\(caption)\" src=\"\(picture.dataURI)\"><figcaption>\(caption)</figcaption></figure>"
      }.joined() + "</div>"
  }

  private func plot(_ mismatch: Mismatch) -> String {
    guard entry.kind == EntryKind.series.rawValue, let expected = entry.expected?.elements,
      let found = entry.found?.elements,
      expected.shape == found.shape, expected.count > 1
    else { return "" }
    return SeriesPlot(
      expected: expected.values, found: found.values, tolerance: entry.tolerance,
      firstDiverging: mismatch.first?.index.first, names: names
    ).svg
  }

  private func histogram(_ bins: [HistogramBin]) -> String {
    guard bins.count > 1, let most = bins.map(\.count).max(), most > 0 else { return "" }
    let rows = bins.map { bin in
      let width = max(1, bin.count * 300 / most)
      return
        """
        <tr><td>\(bin.label)</td><td><div class=\"bar\" \
        style=\"width:\(width)px\"></div></td><td>\(bin.count)</td></tr>
        """
    }
    return "<table class=\"histogram\"><caption>relative error</caption>\(rows.joined())</table>"
  }
}
