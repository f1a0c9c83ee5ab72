import Files
import TensorFiles
import Tensors

/// A recording that another program wrote, in any language: docs/recording.md is its format. Nothing in it is taken on
/// trust.
package struct OutsideRecording: Sendable {
  /// The folder of its two files.
  package let folder: String
  package let recording: Recording
  /// Versions and the like, as its writer says.
  package let madeBy: [String: String]

  /// An index of more bytes is refused: its values take many times as much memory.
  package static let indexLimit = 64 << 20
  /// Tensors of more bytes are refused; larger ones are recorded as samples.
  package static let tensorsLimit = 2 << 30

  /// Throws `FileError` for everything that is not exactly the format, for links, and for names and tolerances that
  /// make no sense.
  package init(readingFrom folder: String, _ precision: DType) throws {
    let indexPath = Recording.indexPath(folder, precision)
    let path = Recording.tensorsPath(folder, precision)
    let index = try FileSystem.read(indexPath, limit: Self.indexLimit, followingLinks: false)
    let tensors = try FileSystem.read(path, limit: Self.tensorsLimit, followingLinks: false)
    do {
      try self.init(
        index: JSONCursor(parsing: index, file: indexPath), precision, tensors: tensors, path: path, folder: folder)
    } catch let error as FileError { throw error.printable }
  }

  /// The same from what the two files hold.
  package init(index: JSONCursor, _ precision: DType, tensors: [UInt8], path: String, folder: String) throws {
    try Self.checkKeys(index)
    let name = try index.member("chapter")
    if let rule = RecordedNames.problem(withRecording: try name.string()) {
      throw name.error(.badName, expected: rule, found: "\"\(Self.shown(try name.string()))\"")
    }
    try Self.checkNames(index)
    let read = try Recording(index: index, precision, tensors: tensors, path: path)
    try Self.checkForStrays(read, TensorFile(safetensors: tensors, path: path))
    let entries = try zip(read.entries, index.member("entries").items()).map { try Self.verified($0, $1) }
    self.folder = folder
    recording = Recording(chapter: read.chapter, precision: precision, entries: entries, log: read.log)
    madeBy = try Self.versions(index)
  }

  /// A misspelt member must not pass for an absent one.
  private static func checkKeys(_ index: JSONCursor) throws {
    try index.onlyKeys(["format", "chapter", "precision", "content_sha256", "entries", "log", "made_by"])
    for entry in try index.member("entries").items() {
      try entry.onlyKeys(["name", "dtype", "kind", "shape", "storage", "digest", "tolerance", "file", "line"])
    }
    for line in try index.member("log").items() { try line.onlyKeys(["text", "tolerance", "file", "line"]) }
  }

  /// Before anything else is read, for an error may print a name.
  private static func checkNames(_ index: JSONCursor) throws {
    for entry in try index.member("entries").items() {
      let name = try entry.member("name")
      if let problem = RecordedNames.problem(withEntry: try name.string()) {
        throw name.error(
          .badName, expected: "a name that can be recorded", found: "\"\(shown(try name.string()))\": \(problem)")
      }
      try checkSource(entry)
    }
    for line in try index.member("log").items() {
      let text = try line.member("text")
      if let problem = RecordedNames.problem(withLine: try text.string()) {
        throw text.error(.badValue, expected: "a line of plain text", found: problem)
      }
      try checkSource(line)
    }
  }

  private static func checkSource(_ cursor: JSONCursor) throws {
    let file = try cursor.member("file")
    guard let problem = RecordedNames.problem(withFile: try file.string()) else { return }
    throw file.error(.badValue, expected: "a path", found: problem)
  }

  /// Every tensor of the file belongs to an entry.
  private static func checkForStrays(_ read: Recording, _ file: TensorFile) throws {
    let known = Set(read.entries.flatMap { $0.value.fileKeys(for: $0.name) })
    guard let stray = file.entries.first(where: { !known.contains($0.name) }) else { return }
    throw FileError(
      file.path, .inconsistent, at: "tensor \(shown(stray.name))", expected: "only tensors of the index's entries",
      found: "one of none")
  }

  /// The entry with a digest that was computed here wherever it can be: it decides what passes for the blessed bits.
  private static func verified(_ entry: RecordedEntry, _ cursor: JSONCursor) throws -> RecordedEntry {
    let value = entry.value
    try checkKind(value, cursor)
    guard value.keeping == .whole, let elements = value.elements else { return entry }
    let digest = Digest.of(value.elementType, of: elements, shape: value.shape)
    if let said = value.digest, said != digest {
      throw try cursor.member("digest").error(
        .hashMismatch, expected: "\(digest), the digest of \(shown(entry.name))", found: said)
    }
    return RecordedEntry(
      name: entry.name,
      value: GoldenValue(
        kind: value.kind, elementType: value.elementType, shape: value.shape, keeping: .whole, elements: elements,
        moments: nil, digest: digest),
      tolerance: entry.tolerance, source: entry.source)
  }

  private static func checkKind(_ value: GoldenValue, _ cursor: JSONCursor) throws {
    let (fits, rule): (Bool, String) =
      switch value.kind {
      case .tensor: (true, "")
      case .series: (value.elementType == .float64 && value.shape.count == 1, "a series of float64, [steps]")
      case .scalar: (value.elementType == .float64 && value.shape.isEmpty, "a scalar of float64, []")
      case .image:
        (
          value.elementType == .uint8 && value.shape.count == 3 && [1, 3, 4].contains(value.shape[2]),
          "an image of uint8, [height, width, 1, 3 or 4]"
        )
      }
    guard fits, value.kind == .tensor || value.keeping == .whole else {
      throw cursor.error(
        .inconsistent, expected: fits ? "a \(value.kind.rawValue) that is stored whole" : rule,
        found: "\(value.elementType.name) \(value.shape), \(value.keeping.rawValue)")
    }
  }

  private static func versions(_ index: JSONCursor) throws -> [String: String] {
    guard let cursor = try index.optionalMember("made_by") else { return [:] }
    return try cursor.members().reduce(into: [:]) { versions, member in
      let text = try member.cursor.string()
      for part in [member.key, text] {
        if let problem = RecordedNames.problem(withFile: part) {
          throw member.cursor.error(.badValue, expected: "a version", found: problem)
        }
      }
      versions[member.key] = text
    }
  }

  /// A name as an error may print it.
  private static func shown(_ name: String) -> String { String(name.prefix(80)).printable }
}

extension FileError {
  /// The error without what would move a terminal's cursor: readers quote keys and names as they find them.
  fileprivate var printable: FileError {
    FileError(
      file, defect, at: place.printable, expected: expected.printable, found: found.printable, remedy: remedy)
  }
}

extension String {
  fileprivate var printable: String {
    let harmless: (Unicode.Scalar) -> Bool = { ![.control, .format].contains($0.properties.generalCategory) }
    return String(unicodeScalars.map { harmless($0) ? Character($0) : "?" })
  }
}
