import Files
import TensorFiles
import Tensors

/// One recorded value, where it was recorded and how far it may be from its reference.
package struct RecordedEntry: Sendable {
  package let name: String
  package let value: GoldenValue
  package let tolerance: Tolerance
  package let source: SourceLocation

  package init(name: String, value: GoldenValue, tolerance: Tolerance, source: SourceLocation) {
    self.name = name
    self.value = value
    self.tolerance = tolerance
    self.source = source
  }

  /// Why a name cannot be recorded, `nil` where it can. "log" is the log's own name.
  static func problem(withName name: String) -> String? {
    if name.isEmpty { return "a recorded name is empty" }
    if name == "log" { return "the name \"log\" is the log's own" }
    if name.unicodeScalars.contains(where: { $0.value < 32 || $0 == "#" }) {
      return "the name \"\(name)\" holds # or a control character"
    }
    return nil
  }
}

/// One line of a chapter's log.
package struct RecordedLine: Sendable, Equatable {
  package let text: String
  package let tolerance: Tolerance
  package let source: SourceLocation
}

/// What one run of a chapter recorded, in one precision.
package struct Recording: Sendable {
  package let chapter: String
  package let precision: DType
  package let entries: [RecordedEntry]
  package let log: [RecordedLine]

  package init(chapter: String, precision: DType, entries: [RecordedEntry], log: [RecordedLine]) {
    self.chapter = chapter
    self.precision = precision
    self.entries = entries
    self.log = log
  }

  /// The digest of the log.
  package var logDigest: String { Digest.of(lines: log.map(\.text)) }

  package static func tensorsPath(_ folder: String, _ precision: DType) -> String {
    "\(folder)/recorded-\(precision.rawValue).safetensors"
  }

  package static func indexPath(_ folder: String, _ precision: DType) -> String {
    "\(folder)/recorded-\(precision.rawValue).json"
  }

  /// Removes what earlier runs left, in whichever precision, so that nobody takes it for this run's.
  package static func removeAll(from folder: String) throws {
    for precision in DType.allCases { try remove(from: folder, precision) }
  }

  package static func remove(from folder: String, _ precision: DType) throws {
    try FileSystem.remove(indexPath(folder, precision))
    try FileSystem.remove(tensorsPath(folder, precision))
  }
}

// MARK: - Files

extension Recording {
  /// Writes the tensors, then the index, which holds the hash of the tensors: half a recording cannot be taken for a
  /// whole one. Returns what the index holds.
  @discardableResult
  package func write(to folder: String) throws -> [UInt8] {
    try FileSystem.createFolder(folder)
    let (tensors, index) = try contents()
    try AtomicFile.write(tensors, to: Self.tensorsPath(folder, precision))
    try AtomicFile.write(index, to: Self.indexPath(folder, precision))
    return index
  }

  /// What the two files hold: the tensors as safetensors, the index as JSON.
  package func contents() throws -> (tensors: [UInt8], index: [UInt8]) {
    var file = try TensorFile(path: "recording")
    for entry in entries { try entry.value.append(to: &file, key: entry.name) }
    let bytes = try file.safetensorsBytes()
    let index: JSONObject = [
      "format": .int(1), "chapter": .string(chapter), "precision": .string(precision.rawValue),
      "content_sha256": .string(Digest.of(bytes)),
      "entries": .array(
        entries.map { entry in
          var object = entry.value.index
          object["name"] = .string(entry.name)
          object["tolerance"] = entry.tolerance.json
          object.add(entry.source)
          return .object(object)
        }),
      "log": .array(
        log.map { line in
          var object: JSONObject = ["text": .string(line.text), "tolerance": line.tolerance.json]
          object.add(line.source)
          return .object(object)
        }),
    ]
    return (bytes, Array(JSONValue.object(index).pretty.utf8))
  }

  /// Reads a recording back. Throws `FileError` where it is absent, damaged, or its two files do not belong together.
  package init(readingFrom folder: String, _ precision: DType) throws {
    let path = Self.tensorsPath(folder, precision)
    let index = try JSONCursor(contentsOf: Self.indexPath(folder, precision))
    try self.init(index: index, precision, tensors: FileSystem.read(path), path: path)
  }

  /// Reads a recording back from what its two files hold; `path` names the tensors in errors.
  package init(index: JSONCursor, _ precision: DType, tensors bytes: [UInt8], path: String) throws {
    let format = try index.member("format")
    guard try format.int() == 1 else {
      throw format.error(.wrongVersion, expected: "1", found: "\(format.value.compact)")
    }
    let recorded: DType = try index.member("precision").choice()
    guard recorded == precision else {
      throw try index.member("precision").error(.inconsistent, expected: precision.rawValue, found: recorded.rawValue)
    }
    let expected = try index.member("content_sha256").sha256()
    let found = Digest.of(bytes)
    guard found == expected else {
      throw FileError(path, .hashMismatch, expected: "SHA-256 \(expected), as the index says", found: found)
    }
    let file = try TensorFile(safetensors: bytes, path: path)
    var names: Set<String> = []
    let entries = try index.member("entries").items().map { cursor in
      let name = try cursor.member("name").string()
      guard names.insert(name).inserted else {
        throw cursor.error(.duplicateName, expected: "every name once", found: "\"\(name)\" again")
      }
      return RecordedEntry(
        name: name, value: try GoldenValue(index: cursor, key: name, file: file),
        tolerance: try Tolerance(json: cursor.member("tolerance")), source: try SourceLocation(json: cursor))
    }
    let log = try index.member("log").items().map {
      RecordedLine(
        text: try $0.member("text").string(), tolerance: try Tolerance(json: $0.member("tolerance")),
        source: try SourceLocation(json: $0))
    }
    self.init(chapter: try index.member("chapter").string(), precision: precision, entries: entries, log: log)
  }
}

extension JSONObject {
  fileprivate mutating func add(_ source: SourceLocation) {
    self["file"] = .string(source.file)
    self["line"] = .int(Int(source.line))
  }
}

extension SourceLocation {
  fileprivate init(json cursor: JSONCursor) throws {
    let line = try cursor.member("line").int()
    guard line >= 0 else { throw try cursor.member("line").error(.badValue, expected: "a line", found: "\(line)") }
    self.init(file: try cursor.member("file").string(), line: UInt(line))
  }
}
