import Files
import Tensors

/// Named tensors in an order, as a file holds them.
package struct TensorFile: Sendable {
  /// One named array of bytes with its element type and shape.
  package struct Entry: Sendable, Equatable {
    package let name: String
    package let elementType: ElementType
    package let shape: [Int]
    /// Row-major, little-endian; a view of the file's memory, not necessarily aligned.
    package let bytes: ArraySlice<UInt8>

    /// Throws `FileError` (naming `file`) where the shape and the number of bytes do not agree.
    package init(
      name: String, elementType: ElementType, shape: [Int], bytes: ArraySlice<UInt8>, file: String = "tensor"
    ) throws {
      let needed = checkedByteCount(of: shape, elementByteCount: elementType.byteCount)
      guard let needed else {
        throw FileError(
          file, .sizeOverflow, at: "tensor \(name)", expected: "a size below 2^63", found: "shape \(shape)")
      }
      guard needed == bytes.count else {
        throw FileError(
          file, .wrongByteCount, at: "tensor \(name)",
          expected: "\(needed) bytes for \(elementType.name) \(shape)", found: "\(bytes.count) bytes")
      }
      self.name = name
      self.elementType = elementType
      self.shape = shape
      self.bytes = bytes
    }

    /// The same tensor under another name.
    package func named(_ name: String) throws -> Entry {
      try Entry(name: name, elementType: elementType, shape: shape, bytes: bytes)
    }

    /// The same bytes as twice as many real numbers.
    init(componentsOf entry: Entry) {
      name = entry.name
      elementType = entry.elementType.component
      shape = entry.shape + [2]
      bytes = entry.bytes
    }

    package var count: Int { bytes.count / elementType.byteCount }
  }

  /// Something of a file that is no tensor this package can compare: a text, a foreign object, an array of strings.
  package struct Unread: Sendable, Equatable {
    package let name: String
    /// What it is, in words.
    package let what: String
    /// Its content, where the file holds an array: nobody can say what it means, but everybody whether it is the same.
    package let bytes: ArraySlice<UInt8>?
    /// Whether it ought to be a tensor and is broken.
    package let isDamaged: Bool

    package init(name: String, what: String, bytes: ArraySlice<UInt8>? = nil, isDamaged: Bool = false) {
      self.name = name
      self.what = what
      self.bytes = bytes
      self.isDamaged = isDamaged
    }
  }

  /// Where it was read from, for error texts.
  package var path: String
  package var metadata: [String: String]
  package private(set) var entries: [Entry]
  /// What was left out, in the file's order.
  package var unread: [Unread] = []
  private var positions: [ExactText: Int]

  /// Throws `FileError` where two entries share a name.
  package init(path: String = "tensors", entries: [Entry] = [], metadata: [String: String] = [:]) throws {
    self.path = path
    self.metadata = metadata
    self.entries = []
    positions = [:]
    for entry in entries { try append(entry) }
  }

  package mutating func append(_ entry: Entry) throws {
    guard positions.updateValue(entries.count, forKey: ExactText(entry.name)) == nil else {
      throw FileError(path, .duplicateName, at: "tensor \(entry.name)", expected: "every name once", found: "it again")
    }
    entries.append(entry)
  }

  /// The file without what could not be read only where something else could be: a file of nothing but that is refused.
  package func requiringEntries(_ refusal: FileError?) throws -> TensorFile {
    if entries.isEmpty, let refusal { throw refusal }
    return self
  }

  package mutating func append(_ name: String, _ tensor: Tensor) throws {
    try append(Entry(name: name, tensor: tensor))
  }

  /// The entry of that name, `nil` where there is none.
  package subscript(_ name: String) -> Entry? { positions[ExactText(name)].map { entries[$0] } }

  /// The entry of that name; throws `FileError` listing a few names where there is none.
  package func entry(_ name: String) throws -> Entry {
    if let entry = self[name] { return entry }
    let some = entries.prefix(5).map(\.name).joined(separator: ", ")
    throw FileError(
      path, .noSuchTensor, at: "tensor \(name)", expected: "an entry of that name",
      found: entries.isEmpty ? "no entries" : "\(entries.count) others: \(some)\(entries.count > 5 ? ", …" : "")")
  }
}
