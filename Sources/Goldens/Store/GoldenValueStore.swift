import Files
import TensorFiles

// How values lie in a safetensors file and a JSON index; `golden_store.py` writes the same layout.

extension GoldenValue {
  /// The description of a value beside its elements: dtype, kind, shape, storage and, where known, digest.
  package var index: JSONObject {
    var object: JSONObject = [
      "dtype": .string(elementType.name), "kind": .string(kind.rawValue), "shape": .array(shape.map { .int($0) }),
      "storage": .string(keeping.rawValue),
    ]
    if let digest { object["digest"] = .string(digest) }
    return object
  }

  /// Appends the elements under `key`, `key#sample`, `key#moments`.
  package func append(to file: inout TensorFile, key: String) throws {
    guard let elements else { return }
    let name = keeping == .sample ? key + "#sample" : key
    try file.append(
      .init(name: name, elementType: elements.elementType, shape: elements.shape, bytes: elements.bytes))
    if let moments { try file.append(.init(name: key + "#moments", values: moments.values, shape: [4])) }
  }

  /// Reads a value back. Throws `FileError` where the index and the file's tensors disagree.
  package init(index cursor: JSONCursor, key: String, file: TensorFile) throws {
    let typeName = try cursor.member("dtype").string()
    guard let elementType = ElementType(named: typeName) else {
      throw try cursor.member("dtype").error(.unknownElementType, expected: "a known dtype", found: "\"\(typeName)\"")
    }
    let kind: EntryKind = try cursor.member("kind").choice()
    let keeping: Keeping = try cursor.member("storage").choice()
    let shape = try cursor.member("shape").shape()
    guard let byteCount = checkedByteCount(of: shape, elementByteCount: elementType.byteCount) else {
      throw try cursor.member("shape").error(.sizeOverflow, expected: "a size below 2^63", found: "\(shape)")
    }
    let digest = try cursor.optionalMember("digest")?.sha256()
    var elements: TensorFile.Entry?
    var moments: Moments?
    switch keeping {
    case .whole:
      elements = try file.checkedEntry(key, elementType, shape)
    case .sample:
      guard byteCount > 0 else {
        throw cursor.error(.inconsistent, expected: "elements to sample", found: "shape \(shape)")
      }
      elements = try file.checkedEntry(key + "#sample", elementType, [SamplePositions.count])
      let values = try file.checkedEntry(key + "#moments", .float64, [4]).values
      moments = Moments(mean: values[0], standardDeviation: values[1], minimum: values[2], maximum: values[3])
    case .hash: break
    }
    guard keeping == .whole || digest != nil else {
      throw cursor.error(.missingKey, expected: "a digest for storage \"\(keeping.rawValue)\"", found: "none")
    }
    self.init(
      kind: kind, elementType: elementType, shape: shape, keeping: keeping, elements: elements, moments: moments,
      digest: digest)
  }

  /// The keys that the value occupies in the file, to find tensors that no index mentions.
  package func fileKeys(for key: String) -> [String] {
    switch keeping {
    case .whole: [key]
    case .sample: [key + "#sample", key + "#moments"]
    case .hash: []
    }
  }
}

extension TensorFile {
  /// The entry, which must have this element type and shape.
  func checkedEntry(_ name: String, _ elementType: ElementType, _ shape: [Int]) throws -> Entry {
    let entry = try entry(name)
    guard entry.elementType == elementType, entry.shape == shape else {
      throw FileError(
        path, .inconsistent, at: "tensor \(name)", expected: "\(elementType.name) \(shape), as the index says",
        found: "\(entry.elementType.name) \(entry.shape)")
    }
    return entry
  }
}

extension JSONCursor {
  /// One of the cases of a string enumeration.
  package func choice<Choice: RawRepresentable<String> & CaseIterable>() throws -> Choice {
    let text = try string()
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(.badValue, expected: "one of \(known)", found: "\"\(text.prefix(80))\"")
    }
    return choice
  }

  /// A SHA-256 in hexadecimal.
  package func sha256() throws -> String {
    let text = try string()
    guard text.utf8.count == 64, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else {
      throw error(.badValue, expected: "a SHA-256 of 64 lower-case hexadecimal digits", found: "\"\(text.prefix(80))\"")
    }
    return text
  }
}
