import Files

// The two containers of torch.save.

extension TensorFile {
  /// The tensors and numbers of a file that `torch.save` wrote since 1.6, a zip archive with <name>/data.pkl,
  /// <name>/data/<key> for every storage and small files beside them. See `TorchCheckpointReader` for what becomes of
  /// them.
  ///
  /// Throws `FileError` for strides and offsets outside their storage, for storages of another size than declared, and
  /// where views unpack to more than `limit` bytes.
  init(torchMembers members: [ZipArchive.Member], path: String, limit: Int, leavingDamaged: Bool) throws {
    let byName = Dictionary(members.map { (ExactText($0.name), $0.bytes) }) { first, _ in first }
    let pickles = members.filter { $0.name.hasSuffix("/data.pkl") || $0.name == "data.pkl" }
    guard pickles.count == 1, let pickle = pickles.first else {
      throw FileError(path, .badContainer, expected: "one data.pkl", found: "\(pickles.count)")
    }
    let prefix = String(pickle.name.dropLast("data.pkl".count))
    let order = byName[ExactText(prefix + "byteorder")].map { String(decoding: $0, as: UTF8.self) } ?? "little"
    guard order == "little" || order == "big" else {
      throw FileError(
        path, .unsupported, at: "member \(prefix)byteorder", expected: "little or big", found: String(order.prefix(40)))
    }
    let document = try PickleInterpreter.interpret(pickle.bytes[...], file: path)
    var reader = TorchCheckpointReader(
      document: document, path: path, limit: limit, isBigEndian: order == "big", leavingDamaged: leavingDamaged
    ) {
      let member = "\(prefix)data/\($0)"
      return (byName[ExactText(member)].map { $0[...] }, "member \(member)")
    }
    self = try reader.file()
  }

  /// How PyTorch's older files begin: its magic number, pickled.
  private static let legacyMagic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  static func isLegacyTorchFile(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 14, bytes[0] == 0x80 else { return false }
    let start = Array(bytes.prefix(32))
    return start.indices.contains { start[$0...].starts(with: legacyMagic) }
  }

  /// The same of a file from before 1.6: five pickles (magic number, version, machine, content, keys), then the
  /// storages in the order of the keys, each after its number of elements.
  init(legacyTorchFile bytes: [UInt8], path: String, limit: Int) throws {
    var rest = bytes[...]
    _ = try PickleInterpreter.next(&rest, file: path)
    let version = try PickleInterpreter.next(&rest, file: path).root
    guard case .int(1001) = version else {
      throw FileError(path, .wrongVersion, at: "the second pickle", expected: "1001", found: version.typeName)
    }
    _ = try PickleInterpreter.next(&rest, file: path)
    let document = try PickleInterpreter.next(&rest, file: path)
    let keys = try PickleInterpreter.next(&rest, file: path)
    guard case .list(let list) = keys.root else {
      throw FileError(path, .wrongType, at: "the fifth pickle", expected: "a list of keys", found: keys.root.typeName)
    }
    let sizes = Dictionary(document.storages.map { (ExactText($0.key), $0.elementType.byteCount) }) { first, _ in first
    }
    var contents: [ExactText: ArraySlice<UInt8>] = [:]
    for item in keys.sequences[list] {
      guard case .string(let key) = item, let size = sizes[ExactText(key)], rest.count >= 8 else {
        throw FileError(
          path, .badContainer, at: "offset \(rest.startIndex)", expected: "a storage that a tensor names",
          found: rest.count < 8 ? "the end" : item.typeName)
      }
      let count = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      rest = rest.dropFirst(8)
      guard count <= UInt64(rest.count / size) else {
        throw FileError(
          path, .truncated, at: "storage \(key)", expected: "\(count) elements of \(size) bytes",
          found: "\(rest.count) bytes")
      }
      contents[ExactText(key)] = rest.prefix(Int(count) * size)
      rest = rest.dropFirst(Int(count) * size)
    }
    guard rest.isEmpty else {
      throw FileError(
        path, .trailingBytes, at: "offset \(rest.startIndex)", expected: "the end of the file",
        found: "\(rest.count) more bytes")
    }
    var reader = TorchCheckpointReader(
      document: document, path: path, limit: limit, isBigEndian: false, leavingDamaged: false
    ) {
      (contents[ExactText($0)], "storage \($0)")
    }
    self = try reader.file()
  }
}
