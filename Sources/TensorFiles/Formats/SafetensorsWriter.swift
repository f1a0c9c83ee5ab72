import Files

extension TensorFile {
  /// The file as safetensors: the same entries always give the same bytes.
  ///
  /// The header lists the entries in their order. Their bytes are laid out by descending element size, so that every
  /// tensor is aligned, which PyTorch's reader needs; the header is padded with spaces to a multiple of eight for the
  /// same reason. Throws `FileError` for a name the format reserves.
  package func safetensorsBytes() throws -> [UInt8] {
    // Stable by construction: the offset in `entries` breaks ties.
    let layout = entries.indices.sorted {
      (-entries[$0].elementType.byteCount, $0) < (-entries[$1].elementType.byteCount, $1)
    }
    var offsets = [Int](repeating: 0, count: entries.count)
    var total = 0
    for index in layout {
      offsets[index] = total
      total += entries[index].bytes.count
    }
    var header = JSONObject()
    if !metadata.isEmpty {
      var object = JSONObject()
      for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
      header["__metadata__"] = .object(object)
    }
    for (index, entry) in entries.enumerated() {
      guard entry.name != "__metadata__" else {
        throw FileError(path, .badName, at: "tensor \(entry.name)", expected: "another name", found: "a reserved one")
      }
      guard entry.elementType.isInSafetensors else {
        throw FileError(
          path, .unsupported, at: "tensor \(entry.name)", expected: "a type that safetensors has",
          found: entry.elementType.name)
      }
      header[entry.name] = .object([
        "dtype": .string(entry.elementType.rawValue), "shape": .array(entry.shape.map { .int($0) }),
        "data_offsets": .array([.int(offsets[index]), .int(offsets[index] + entry.bytes.count)]),
      ])
    }
    var text = Array(JSONValue.object(header).compact.utf8)
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    guard text.count <= Self.safetensorsHeaderLimit else {
      throw FileError(
        path, .headerTooLarge, expected: "a header of at most \(Self.safetensorsHeaderLimit) bytes",
        found: "\(text.count)")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + text.count + total)
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: text.count >> (8 * shift))) }
    bytes.append(contentsOf: text)
    for index in layout { bytes.append(contentsOf: entries[index].bytes) }
    return bytes
  }

  /// Writes a safetensors file, whole or not at all.
  package func writeSafetensors(to path: String) throws { try AtomicFile.write(safetensorsBytes(), to: path) }
}
