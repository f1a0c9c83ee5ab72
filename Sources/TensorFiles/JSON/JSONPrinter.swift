extension JSONValue {
  /// The document on one line, members in their order.
  package var compact: String { Self.text(of: self, sorted: false) }

  /// The same with sorted keys: `json.dumps` of Python with `sort_keys` and its usual separators.
  package var sortedCompact: String { Self.text(of: self, sorted: true) }

  /// The document with sorted keys and every part that fits into 100 columns on one line, ending in a line break.
  ///
  /// `golden_store.py` prints the same text, so that a manifest's diff shows only what changed, whoever wrote it.
  package var pretty: String { Self.pretty(self, indent: "") + "\n" }

  private static func pretty(_ value: JSONValue, indent: String) -> String {
    let compact = text(of: value, sorted: true)
    if !indent.isEmpty && compact.unicodeScalars.count <= 100 { return compact }
    let inner = indent + "  "
    switch value {
    case .object(let object) where !object.isEmpty:
      let parts = object.sortedMembers.map { "\(inner)\(quoted($0.key)): \(pretty($0.value, indent: inner))" }
      return "{\n" + parts.joined(separator: ",\n") + "\n" + indent + "}"
    case .array(let items) where !items.isEmpty:
      return "[\n" + items.map { inner + pretty($0, indent: inner) }.joined(separator: ",\n") + "\n" + indent + "]"
    default: return compact
    }
  }

  private static func text(of value: JSONValue, sorted: Bool) -> String {
    switch value {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .number(let text): return text
    case .string(let text): return quoted(text)
    case .array(let items): return "[" + items.map { text(of: $0, sorted: sorted) }.joined(separator: ", ") + "]"
    case .object(let object):
      let members = sorted ? object.sortedMembers : object.members
      return "{" + members.map { "\(quoted($0.key)): \(text(of: $0.value, sorted: sorted))" }.joined(separator: ", ")
        + "}"
    }
  }

  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\u{8}": out += "\\b"
      case "\u{C}": out += "\\f"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

extension JSONObject {
  /// The members in the order of their keys' code points.
  package var sortedMembers: [(key: String, value: JSONValue)] {
    members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }
}
