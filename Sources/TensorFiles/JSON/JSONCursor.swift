import Files

/// A place in a JSON document that remembers how it was reached, so that a missing or ill-typed member is reported with
/// its path.
package struct JSONCursor {
  package let value: JSONValue
  package let file: String
  package let path: String

  package init(_ value: JSONValue, file: String, path: String = "") {
    self.value = value
    self.file = file
    self.path = path
  }

  /// Reads and parses the file.
  package init(contentsOf file: String, limit: Int = 256 << 20) throws {
    self.init(try JSONParser.parse(FileSystem.read(file, limit: limit)[...], file: file), file: file)
  }

  /// Parses bytes that came out of `file`.
  package init(parsing bytes: [UInt8], file: String) throws {
    self.init(try JSONParser.parse(bytes[...], file: file), file: file)
  }

  package func error(_ defect: FileError.Defect, expected: String, found: String) -> FileError {
    FileError(file, defect, at: path.isEmpty ? "top level" : path, expected: expected, found: found)
  }

  private func mismatch(_ expected: String) -> FileError {
    error(.wrongType, expected: expected, found: value.typeName)
  }

  package func object() throws -> JSONObject {
    guard case .object(let object) = value else { throw mismatch("an object") }
    return object
  }

  package func member(_ key: String) throws -> JSONCursor {
    guard let cursor = try optionalMember(key) else {
      throw error(.missingKey, expected: "a member \"\(key)\"", found: "none")
    }
    return cursor
  }

  /// The member, or `nil` where it is absent or null.
  package func optionalMember(_ key: String) throws -> JSONCursor? {
    guard let value = try object()[key], value != .null else { return nil }
    return JSONCursor(value, file: file, path: path.isEmpty ? key : "\(path).\(key)")
  }

  package func members() throws -> [(key: String, cursor: JSONCursor)] {
    try object().members.map {
      ($0.key, JSONCursor($0.value, file: file, path: path.isEmpty ? $0.key : "\(path).\($0.key)"))
    }
  }

  package func items() throws -> [JSONCursor] {
    guard case .array(let items) = value else { throw mismatch("an array") }
    return items.enumerated().map { JSONCursor($0.element, file: file, path: "\(path)[\($0.offset)]") }
  }

  package func string() throws -> String {
    guard case .string(let text) = value else { throw mismatch("a string") }
    return text
  }

  package func bool() throws -> Bool {
    guard case .bool(let flag) = value else { throw mismatch("true or false") }
    return flag
  }

  package func int() throws -> Int {
    guard case .number(let text) = value, let number = Int(text) else { throw mismatch("an integer") }
    return number
  }

  /// A number, or one of the strings "nan", "inf", "-inf" that stand for what JSON has no number for.
  package func double() throws -> Double {
    switch value {
    case .number(let text): if let number = Double(text) { return number }
    case .string(let text) where ["nan", "-nan", "inf", "-inf"].contains(text):
      if let number = Double(text) { return number }
    default: break
    }
    throw mismatch("a number")
  }

  /// A list of extents, none negative.
  package func shape() throws -> [Int] {
    let items = try items()
    guard items.count <= 64 else { throw error(.badShape, expected: "at most 64 axes", found: "\(items.count)") }
    return try items.map {
      let extent = try $0.int()
      guard extent >= 0 else { throw $0.error(.badShape, expected: "an extent of 0 or more", found: "\(extent)") }
      return extent
    }
  }

  /// Refuses members that nobody would read: a misspelt key must not pass for an absent one.
  package func onlyKeys(_ known: Set<String>) throws {
    for key in try object().keys where !known.contains(key) {
      throw error(
        .unknownKey, expected: "only \(known.sorted().joined(separator: ", "))", found: "\"\(key.prefix(80))\"")
    }
  }
}
