// PyTorch's zip format: <name>/data.pkl, <name>/data/<key> for every storage, and small files beside them.

extension TensorFile {
  /// The tensors and numbers of a file that `torch.save` wrote, by their path: "generator.0.weight", "optimizer.state.3.exp_avg".
  ///
  /// Whole numbers, floats and bools become scalars; texts and None are left out. Throws `FileError` for a pickle that asks for
  /// anything but plain containers and tensors (nothing is executed), for strides and offsets outside their storage, for storages of
  /// another size than declared, and where views unpack to more than `limit` bytes.
  init(torchMembers members: [ZipArchive.Member], path: String, limit: Int) throws {
    let byName = Dictionary(members.map { ($0.name, $0.bytes) }) { first, _ in first }
    let pickles = members.filter { $0.name.hasSuffix("/data.pkl") || $0.name == "data.pkl" }
    guard pickles.count == 1, let pickle = pickles.first else {
      throw FileError(path, .badContainer, expected: "one data.pkl", found: "\(pickles.count)")
    }
    let prefix = String(pickle.name.dropLast("data.pkl".count))
    if let order = byName[prefix + "byteorder"], order != Array("little".utf8) {
      throw FileError(
        path, .unsupported, at: "member \(prefix)byteorder", expected: "little",
        found: String(decoding: order, as: UTF8.self))
    }
    let document = try PickleInterpreter.interpret(pickle.bytes[...], file: path)
    var reader = TorchCheckpointReader(
      document: document, storages: byName, prefix: prefix, path: path, remaining: limit)
    try reader.visit(document.root, name: "", depth: 0)
    try self.init(path: path, entries: reader.entries)
  }
}

/// Walks a pickle's values and makes entries of the tensors and numbers it finds.
private struct TorchCheckpointReader {
  let document: PickleDocument
  let storages: [String: [UInt8]]
  let prefix: String
  let path: String
  /// Bytes that may still be unpacked.
  var remaining: Int
  var entries: [TensorFile.Entry] = []
  /// References to shared containers can multiply a small pickle into an endless walk.
  private var remainingVisits: Int

  init(document: PickleDocument, storages: [String: [UInt8]], prefix: String, path: String, remaining: Int) {
    self.document = document
    self.storages = storages
    self.prefix = prefix
    self.path = path
    self.remaining = remaining
    remainingVisits = 100_000 + document.sequences.count + document.dictionaries.reduce(0) { $0 + $1.count }
  }

  mutating func visit(_ value: PickleValue, name: String, depth: Int) throws {
    remainingVisits -= 1
    guard depth < 64 else {
      throw FileError(path, .nestedTooDeeply, at: name, expected: "at most 64 levels", found: "more")
    }
    guard remainingVisits >= 0 else {
      throw FileError(path, .tooManyValues, at: String(name.prefix(80)), expected: "fewer values", found: "more")
    }
    func inner(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }
    let leafName = name.isEmpty ? "value" : name
    switch value {
    case .tensor(let index): entries.append(try entry(document.tensors[index], name: leafName))
    case .int(let number): try add(leafName, .int64, withUnsafeBytes(of: Int64(number).littleEndian) { Array($0) })
    case .double(let number): try add(leafName, .float64, withUnsafeBytes(of: number) { Array($0) })
    case .bool(let flag): try add(leafName, .bool, [flag ? 1 : 0])
    case .tuple(let index), .list(let index):
      for (position, item) in document.sequences[index].enumerated() {
        try visit(item, name: inner(String(position)), depth: depth + 1)
      }
    case .dictionary(let index):
      for (key, item) in document.dictionaries[index] {
        switch key {
        case .string(let text): try visit(item, name: inner(text), depth: depth + 1)
        case .int(let number): try visit(item, name: inner(String(number)), depth: depth + 1)
        default: throw FileError(path, .badValue, at: name, expected: "keys of text or numbers", found: key.typeName)
        }
      }
    case .none, .string, .storage, .global: break
    }
  }

  private mutating func add(_ name: String, _ type: ElementType, _ bytes: [UInt8]) throws {
    entries.append(try TensorFile.Entry(name: name, elementType: type, shape: [], bytes: bytes[...], file: path))
  }

  private mutating func entry(_ tensor: PickledTensor, name: String) throws -> TensorFile.Entry {
    let place = "tensor \(name)"
    let size = tensor.storage.elementType.byteCount
    let member = "\(prefix)data/\(tensor.storage.key)"
    guard let bytes = storages[member] else {
      throw FileError(path, .badContainer, at: place, expected: "a member \(member)", found: "none")
    }
    let (declared, overflow) = tensor.storage.count.multipliedReportingOverflow(by: size)
    guard !overflow, bytes.count == declared else {
      throw FileError(
        path, .wrongByteCount, at: "member \(member)",
        expected: "\(tensor.storage.count) elements of \(tensor.storage.elementType.name)",
        found: "\(bytes.count) bytes")
    }
    guard let byteCount = checkedByteCount(of: tensor.shape, elementByteCount: size) else {
      throw FileError(path, .sizeOverflow, at: place, expected: "a size below 2^63", found: "shape \(tensor.shape)")
    }
    guard byteCount <= remaining else {
      throw FileError(path, .tooLarge, at: place, expected: "at most \(remaining) more bytes", found: "\(byteCount)")
    }
    remaining -= byteCount
    try checkBounds(tensor, place: place)
    let elements =
      byteCount == 0
      ? [] : gathered(bytes[...], shape: tensor.shape, strides: tensor.strides, offset: tensor.offset, size: size)
    return try TensorFile.Entry(
      name: name, elementType: tensor.storage.elementType, shape: tensor.shape, bytes: elements[...], file: path)
  }

  /// Strides are not negative, so the last element is the furthest.
  private func checkBounds(_ tensor: PickledTensor, place: String) throws {
    if tensor.shape.contains(0) { return }
    var furthest = tensor.offset
    for (extent, stride) in zip(tensor.shape, tensor.strides) {
      let (step, stepOverflow) = stride.multipliedReportingOverflow(by: extent - 1)
      let (sum, sumOverflow) = furthest.addingReportingOverflow(step)
      guard !stepOverflow, !sumOverflow else {
        throw FileError(path, .sizeOverflow, at: place, expected: "strides below 2^63", found: "\(tensor.strides)")
      }
      furthest = sum
    }
    guard furthest < tensor.storage.count else {
      throw FileError(
        path, .badOffsets, at: place, expected: "elements within a storage of \(tensor.storage.count)",
        found: "one at \(furthest)")
    }
  }
}
