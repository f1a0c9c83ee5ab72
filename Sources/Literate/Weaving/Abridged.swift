/// A long log, of which a page shows the beginning and the end.
struct Abridged {
  let head: ArraySlice<String>
  let middle: ArraySlice<String>
  let tail: ArraySlice<String>

  private static let headCount = 12
  private static let tailCount = 6

  /// Leaves nothing out where that would save next to nothing.
  init(_ lines: [String]) {
    guard lines.count > Self.headCount + Self.tailCount + 4 else {
      (head, middle, tail) = (lines[...], [], [])
      return
    }
    head = lines.prefix(Self.headCount)
    middle = lines.dropFirst(Self.headCount).dropLast(Self.tailCount)
    tail = lines.suffix(Self.tailCount)
  }

  /// As text, with a line that says how many lines are left out.
  var text: [String] {
    middle.isEmpty ? Array(head) : head + ["… \(middle.count) more lines …"] + tail
  }
}
