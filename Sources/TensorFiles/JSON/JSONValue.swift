import Files

/// A JSON document, with numbers kept as they were written and members in their order.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// The number's own text, so that 64-bit integers and exact decimals survive.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  package static func int(_ value: Int) -> JSONValue { .number(String(value)) }

  /// A finite number in its shortest exact form; what JSON has no number for becomes a string ("nan", "inf", "-inf").
  package static func double(_ value: Double) -> JSONValue {
    value.isFinite ? .number("\(value)") : .string("\(value)")
  }

  /// Named as the format names it, for error texts.
  package var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .number(let text): "the number \(text.prefix(40))"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// The members of a JSON object: unique keys, in the order of the text.
package struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  package private(set) var keys: [String] = []
  private var values: [ExactText: JSONValue] = [:]

  package init() {}

  /// A literal's later duplicate wins, as in a dictionary that is assigned to.
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    for (key, value) in elements { self[key] = value }
  }

  package var count: Int { keys.count }
  package var isEmpty: Bool { keys.isEmpty }

  package subscript(_ key: String) -> JSONValue? {
    get { values[ExactText(key)] }
    set {
      if let newValue {
        if values.updateValue(newValue, forKey: ExactText(key)) == nil { keys.append(key) }
      } else if values.removeValue(forKey: ExactText(key)) != nil {
        keys.removeAll { $0.utf8.elementsEqual(key.utf8) }
      }
    }
  }

  package var members: [(key: String, value: JSONValue)] { keys.map { ($0, values[ExactText($0)] ?? .null) } }

  package static func == (left: JSONObject, right: JSONObject) -> Bool { left.values == right.values }
}
