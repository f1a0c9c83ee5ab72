import Files
import TensorFiles

/// Names that would match if a prefix were taken off: "module." of a network that was trained on several devices,
/// "_orig_mod." of a compiled one, "model." of a checkpoint around it.
struct PrefixHint: Equatable {
  let expectedPrefix: String
  let foundPrefix: String
  /// How many names match without the prefixes.
  let matching: Int

  /// `nil` where no prefix makes more names match.
  init?(_ expected: [String], _ found: [String]) {
    let names = Set(found.map { ExactText($0) })
    let plain = expected.count { names.contains(ExactText($0)) }
    guard plain < max(expected.count, found.count) else { return nil }
    var best: PrefixHint?
    for left in Self.candidates(expected) {
      for right in Self.candidates(found) where !(left.isEmpty && right.isEmpty) {
        let stripped = Set(found.map { ExactText(Self.stripped($0, right)) })
        let matching = Set(expected.map { ExactText(Self.stripped($0, left)) }).intersection(stripped).count
        let hint = PrefixHint(expectedPrefix: left, foundPrefix: right, matching: matching)
        // The shorter of two that do as much: what both files wrap is no business of the hint.
        if matching > plain, best.map({ ($0.matching, -$0.length) < (hint.matching, -hint.length) }) ?? true {
          best = hint
        }
      }
    }
    guard let best else { return nil }
    self = best
  }

  private init(expectedPrefix: String, foundPrefix: String, matching: Int) {
    self.expectedPrefix = expectedPrefix
    self.foundPrefix = foundPrefix
    self.matching = matching
  }

  private var length: Int { expectedPrefix.utf8.count + foundPrefix.utf8.count }

  /// No prefix, and those up to a dot that at least half of the names share; six at most, the commonest first.
  private static func candidates(_ names: [String]) -> [String] {
    var counts: [String: Int] = [:]
    for name in names {
      for (depth, dot) in name.indices.filter({ name[$0] == "." }).prefix(6).enumerated() where depth < 6 {
        counts[String(name[...dot]), default: 0] += 1
      }
    }
    let shared = counts.filter { $0.value * 2 >= names.count }
    return [""] + shared.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(6).map(\.key)
  }

  private static func stripped(_ name: String, _ prefix: String) -> String {
    name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
  }

  func text(_ expected: String, _ found: String) -> String {
    let parts = [(expectedPrefix, expected), (foundPrefix, found)].filter { !$0.0.isEmpty }
    let places = parts.map { "\"\($0.0)\" in \($0.1)" }.joined(separator: " and ")
    var options: [String] = []
    for (prefix, _) in parts where !options.contains("--strip-prefix \(prefix)") {
      options.append("--strip-prefix \(prefix)")
    }
    return "names begin with \(places): \(options.joined(separator: " ")) makes \(matching) of them match"
  }
}

extension TensorFile {
  /// The same entries, each prefix taken off the names that begin with it, once.
  func strippingNames(of prefixes: [String]) throws -> TensorFile {
    guard !prefixes.isEmpty else { return self }
    // The longest first: "model.module." before "model.".
    let prefixes = prefixes.sorted { $0.utf8.count > $1.utf8.count }
    func stripped(_ name: String) -> String {
      var rest = Substring(name)
      var unused = prefixes
      while let index = unused.firstIndex(where: { rest.utf8.starts(with: $0.utf8) && rest.utf8.count > $0.utf8.count })
      {
        rest = Substring(rest.utf8.dropFirst(unused.remove(at: index).utf8.count))
      }
      return String(rest)
    }
    var file = try TensorFile(path: path, entries: entries.map { try $0.named(stripped($0.name)) }, metadata: metadata)
    file.unread = unread.map {
      Unread(name: stripped($0.name), what: $0.what, bytes: $0.bytes, isDamaged: $0.isDamaged)
    }
    return file
  }
}
