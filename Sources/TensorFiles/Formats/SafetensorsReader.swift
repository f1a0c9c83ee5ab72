import Files

// The safetensors format: eight bytes of header length, a JSON header, the tensors' bytes one after the other.
// Specification: https://github.com/huggingface/safetensors, section "Format".

extension TensorFile {
  /// The format's own limit on the header: 100 MB.
  package static let safetensorsHeaderLimit = 100_000_000

  /// Reads a safetensors file. Throws `FileError` for everything that is not exactly the format: see
  /// `init(safetensors:)`.
  package init(safetensorsAt path: String) throws {
    try self.init(safetensors: FileSystem.read(path), path: path)
  }

  /// Reads safetensors bytes. Entries come in the header's order.
  ///
  /// Throws `FileError` for a header that is too large, not JSON or has a duplicate or unknown key, for an unknown
  /// element type, a size that overflows or does not fit the offsets, for gaps, overlaps, and bytes before, between or
  /// after the tensors. With `leavingDamaged`, a tensor whose offsets do not fit its shape is noted instead.
  package init(safetensors bytes: [UInt8], path: String, leavingDamaged: Bool = false) throws {
    guard bytes.count >= 8 else {
      throw FileError(
        path, .truncated, at: "offset 0", expected: "8 bytes of header length", found: "\(bytes.count) bytes")
    }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
    guard length <= UInt64(Self.safetensorsHeaderLimit) else {
      throw FileError(
        path, .headerTooLarge, at: "offset 0", expected: "a header of at most \(Self.safetensorsHeaderLimit) bytes",
        found: TextSignature.description(of: bytes.prefix(512)) ?? "\(length)",
        remedy: "is this a safetensors file?")
    }
    let headerEnd = 8 + Int(length)
    guard headerEnd <= bytes.count else {
      throw FileError(
        path, .truncated, at: "offset 8", expected: "a header of \(length) bytes", found: "\(bytes.count - 8) bytes")
    }
    guard length > 0, bytes[8] == UInt8(ascii: "{") else {
      throw FileError(path, .notJSON, at: "offset 8", expected: "a header that begins with \"{\"", found: "none")
    }
    let header = JSONCursor(try JSONParser.parse(bytes[8..<headerEnd], file: path), file: path)
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    var unread: [Unread] = []
    var refusal: FileError?
    var places: [(range: Range<Int>, name: String)] = []
    for (name, cursor) in try header.members() {
      if name == "__metadata__" {
        for (key, value) in try cursor.members() { metadata[key] = try value.string() }
      } else {
        let place = try Self.place(of: cursor, available: bytes.count - headerEnd, dataStart: headerEnd)
        places.append((place, name))
        do {
          entries.append(try Self.entry(named: name, cursor, bytes: bytes[place]))
        } catch let error as FileError where error.defect == .unknownElementType {
          if refusal == nil { refusal = error }
          unread.append(Unread(name: name, what: "a tensor of \(error.found)", bytes: bytes[place]))
        } catch let error as FileError where leavingDamaged && error.defect == .wrongByteCount {
          if refusal == nil { refusal = error }
          unread.append(Unread(name: name, what: "a damaged tensor (\(error.found))", isDamaged: true))
        }
      }
    }
    try Self.checkContiguous(places, from: headerEnd, to: bytes.count, path: path)
    try self.init(path: path, entries: entries, metadata: metadata)
    self.unread = unread
    self = try requiringEntries(refusal)
  }

  /// Where the header says that a tensor's bytes are.
  private static func place(of cursor: JSONCursor, available: Int, dataStart: Int) throws -> Range<Int> {
    try cursor.onlyKeys(["dtype", "shape", "data_offsets"])
    let place = try cursor.member("data_offsets")
    let offsets = try place.items().map { try $0.int() }
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
      throw place.error(.badOffsets, expected: "two ascending offsets", found: "\(offsets.prefix(4))")
    }
    guard offsets[1] <= available else {
      throw place.error(
        .truncated, expected: "tensors of at least \(offsets[1]) bytes", found: "\(available) bytes after the header")
    }
    return dataStart + offsets[0]..<dataStart + offsets[1]
  }

  private static func entry(named name: String, _ cursor: JSONCursor, bytes: ArraySlice<UInt8>) throws -> Entry {
    let typeName = try cursor.member("dtype").string()
    let shape = try cursor.member("shape").shape()
    guard let elementType = ElementType(rawValue: typeName), elementType.isInSafetensors else {
      let known = ElementType.allCases.filter(\.isInSafetensors).map(\.rawValue)
      throw try cursor.member("dtype").error(
        .unknownElementType, expected: known.joined(separator: ", "), found: "\"\(typeName.prefix(40))\"")
    }
    return try Entry(name: name, elementType: elementType, shape: shape, bytes: bytes, file: cursor.file)
  }

  /// Every byte after the header belongs to exactly one tensor.
  private static func checkContiguous(
    _ places: [(range: Range<Int>, name: String)], from start: Int, to end: Int, path: String
  ) throws {
    let ordered = places.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var next = start
    for (range, name) in ordered {
      guard range.lowerBound == next else {
        throw FileError(
          path, .badOffsets, at: "tensor \(name)", expected: "bytes from offset \(next - start) on",
          found: "offset \(range.lowerBound - start)", remedy: "tensors must neither overlap nor leave gaps")
      }
      next = range.upperBound
    }
    guard next == end else {
      throw FileError(
        path, .trailingBytes, at: "offset \(next)", expected: "the end of the file", found: "\(end - next) more bytes")
    }
  }
}
