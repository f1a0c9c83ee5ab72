import Files

/// A strict JSON parser (RFC 8259) for files from outside: duplicate keys, trailing text, deep nesting and bad UTF-8
/// are refused.
///
/// Foundation's parser silently keeps one of two members of the same name, and a header with two entries for one tensor
/// is the classic way to make two readers see two different files.
package struct JSONParser {
  private let bytes: ArraySlice<UInt8>
  private let file: String
  private let base: Int
  private var position: Int
  private var remainingValues: Int
  private static let depthLimit = 64

  /// The document in `bytes`. Throws `FileError` naming `file` and the byte offset within `bytes`.
  package static func parse(_ bytes: ArraySlice<UInt8>, file: String) throws -> JSONValue {
    var parser = JSONParser(bytes, file: file)
    try parser.checkEncoding()
    parser.skipSpace()
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.endIndex else {
      throw parser.error(.notJSON, expected: "the end of the document", found: parser.foundHere)
    }
    return value
  }

  private init(_ bytes: ArraySlice<UInt8>, file: String) {
    self.bytes = bytes
    self.file = file
    base = bytes.startIndex
    position = bytes.startIndex
    // Two bytes of text ("0,") can become a value of forty; this bounds what a hostile header can make us allocate.
    remainingValues = 400_000 + bytes.count / 8
  }

  private func error(_ defect: FileError.Defect, expected: String, found: String) -> FileError {
    FileError(file, defect, at: "JSON offset \(position - base)", expected: expected, found: found)
  }

  private var foundHere: String {
    guard position < bytes.endIndex else { return "the end of the text" }
    let byte = bytes[position]
    return byte >= 0x20 && byte < 0x7F ? "\"\(Character(UnicodeScalar(byte)))\"" : "byte \(byte)"
  }

  private func checkEncoding() throws {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw FileError(file, .notUTF8, at: "JSON text", expected: "UTF-8", found: "other bytes")
    }
  }

  private mutating func skipSpace() {
    while position < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.endIndex, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws -> JSONValue {
    guard depth < Self.depthLimit else {
      throw error(.nestedTooDeeply, expected: "at most \(Self.depthLimit) levels", found: "more")
    }
    remainingValues -= 1
    guard remainingValues >= 0 else {
      throw error(.tooManyValues, expected: "fewer values for a text of this size", found: "more")
    }
    guard position < bytes.endIndex else { throw error(.notJSON, expected: "a value", found: foundHere) }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else {
      throw error(.notJSON, expected: "a value", found: foundHere)
    }
    position += word.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws -> JSONValue {
    position += 1
    var object = JSONObject()
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(object) }
    while true {
      skipSpace()
      guard position < bytes.endIndex, bytes[position] == UInt8(ascii: "\"") else {
        throw error(.notJSON, expected: "a key", found: foundHere)
      }
      let start = position
      let key = try string()
      guard object[key] == nil else {
        position = start
        throw error(.duplicateKey, expected: "every key once", found: "\"\(key.prefix(80))\" again")
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error(.notJSON, expected: "\":\"", found: foundHere) }
      skipSpace()
      object[key] = try value(depth: depth + 1)
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(object) }
      guard take(UInt8(ascii: ",")) else { throw error(.notJSON, expected: "\",\" or \"}\"", found: foundHere) }
    }
  }

  private mutating func array(depth: Int) throws -> JSONValue {
    position += 1
    var items: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(items) }
    while true {
      skipSpace()
      items.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(items) }
      guard take(UInt8(ascii: ",")) else { throw error(.notJSON, expected: "\",\" or \"]\"", found: foundHere) }
    }
  }

  private mutating func number() throws -> JSONValue {
    let start = position
    _ = take(UInt8(ascii: "-"))
    let leadingZero = position < bytes.endIndex && bytes[position] == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !leadingZero || whole == 1 else { throw error(.notJSON, expected: "a value", found: foundHere) }
    if take(UInt8(ascii: ".")) {
      guard digits() > 0 else { throw error(.notJSON, expected: "a digit", found: foundHere) }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() > 0 else { throw error(.notJSON, expected: "a digit", found: foundHere) }
    }
    return .number(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func digits() -> Int {
    let start = position
    while position < bytes.endIndex, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
    return position - start
  }

  private mutating func string() throws -> String {
    position += 1
    var text: [UInt8] = []
    while position < bytes.endIndex {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        text.append(contentsOf: String(try escaped()).utf8)
      case 0..<0x20:
        throw error(.notJSON, expected: "a control character as an escape", found: foundHere)
      default:
        text.append(byte)
        position += 1
      }
    }
    throw error(.notJSON, expected: "the end of a string", found: foundHere)
  }

  private mutating func escaped() throws -> UnicodeScalar {
    guard position < bytes.endIndex else { throw error(.notJSON, expected: "an escape", found: foundHere) }
    let byte = bytes[position]
    let simple: [UInt8: UnicodeScalar] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
      UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    if let scalar = simple[byte] {
      position += 1
      return scalar
    }
    guard byte == UInt8(ascii: "u") else { throw error(.notJSON, expected: "a known escape", found: foundHere) }
    position += 1
    let unit = try fourHexDigits()
    if let scalar = UnicodeScalar(unit) { return scalar }
    // Above U+FFFF JSON writes two halves; half a pair is not text.
    guard unit < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw error(.notJSON, expected: "both halves of a surrogate pair", found: foundHere)
    }
    let second = try fourHexDigits()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = UnicodeScalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
    else { throw error(.notJSON, expected: "both halves of a surrogate pair", found: "one half") }
    return scalar
  }

  private mutating func fourHexDigits() throws -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.endIndex, let digit = Character(UnicodeScalar(bytes[position])).hexDigitValue,
        bytes[position] < 0x80
      else { throw error(.notJSON, expected: "four hexadecimal digits", found: foundHere) }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }
}
