import Files

/// Walks a pickle's values and makes entries of the tensors and numbers it finds, by their path: "generator.0.weight",
/// "optimizer.state.3.exp_avg".
///
/// Whole numbers, floats, bools and complex numbers become scalars; texts, bytes and None are left out. Foreign objects
/// and what has no elements are noted as unread; a pickle with nothing else in it is refused.
struct TorchCheckpointReader {
  typealias Storages = (_ key: String) -> (bytes: ArraySlice<UInt8>?, place: String)

  private let document: PickleDocument
  private let storages: Storages
  private let path: String
  private let isBigEndian: Bool
  private let leavingDamaged: Bool
  /// Bytes that may still be unpacked.
  private var remaining: Int
  private var entries: [TensorFile.Entry] = []
  private var unread: [TensorFile.Unread] = []
  private var taken: Set<ExactText> = []
  /// References to shared containers can multiply a small pickle into an endless walk.
  private var remainingVisits: Int

  /// `leavingDamaged` notes tensors whose storages are damaged instead of throwing.
  init(
    document: PickleDocument, path: String, limit: Int, isBigEndian: Bool, leavingDamaged: Bool,
    storages: @escaping Storages
  ) {
    self.document = document
    self.storages = storages
    self.path = path
    self.isBigEndian = isBigEndian
    self.leavingDamaged = leavingDamaged
    remaining = limit
    remainingVisits =
      100_000 + document.sequences.reduce(0) { $0 + $1.count } + document.dictionaries.reduce(0) { $0 + $1.count }
  }

  mutating func file() throws -> TensorFile {
    try visit(document.root, name: "", depth: 0)
    var file = try TensorFile(path: path, entries: entries)
    file.unread = unread
    return try file.requiringEntries(
      unread.first.map {
        FileError(
          path, .refusedInstruction, at: $0.name, expected: "tensors or numbers", found: "nothing but \"\($0.what)\"",
          remedy: "nothing was executed; save state_dict()s rather than whole objects")
      })
  }

  private mutating func visit(_ value: PickleValue, name: String, depth: Int) throws {
    remainingVisits -= 1
    guard depth < 64 else {
      throw FileError(path, .nestedTooDeeply, at: name, expected: "at most 64 levels", found: "more")
    }
    guard remainingVisits >= 0 else {
      throw FileError(path, .tooManyValues, at: String(name.prefix(80)), expected: "fewer values", found: "more")
    }
    switch value {
    case .tensor(let index):
      guard let tensor = document.tensors[index] else { return leaveOut(name, "a tensor without elements") }
      try noting(name) { try $0.add(tensor, name: name) }
    case .storage(let index): try noting(name) { [document] in try $0.add(document.storages[index], name: name) }
    case .int(let number): try add(name, .int64, withUnsafeBytes(of: Int64(number).littleEndian) { Array($0) })
    case .unsigned(let number): try add(name, .uint64, withUnsafeBytes(of: number.littleEndian) { Array($0) })
    case .double(let number): try add(name, .float64, withUnsafeBytes(of: number) { Array($0) })
    case .complex(let real, let imaginary):
      try add(name, .complex128, withUnsafeBytes(of: (real, imaginary)) { Array($0) })
    case .bool(let flag): try add(name, .bool, [flag ? 1 : 0])
    case .tuple(let index), .list(let index): try visit(document.sequences[index], name: name, depth: depth)
    case .set(let index): try visit(ordered(document.sequences[index]), name: name, depth: depth)
    case .dictionary(let index): try visit(document.dictionaries[index], name: name, depth: depth)
    case .object(let index):
      let object = document.objects[index]
      leaveOut(name, object.name)
      try visit(object.items, name: name, depth: depth)
      try visit(object.members, name: name, depth: depth)
    case .bigInt: leaveOut(name, value.typeName)
    case .none, .string, .bytes, .global: break
    }
  }

  private mutating func visit(_ items: [PickleValue], name: String, depth: Int) throws {
    for (position, item) in items.enumerated() {
      try visit(item, name: Self.inner(name, String(position)), depth: depth + 1)
    }
  }

  /// Of two members with one key the later counts, as in Python.
  private mutating func visit(
    _ members: [(key: PickleValue, value: PickleValue)], name: String, depth: Int
  ) throws {
    var last: [ExactText: Int] = [:]
    let names = members.map { PickleKey.text(of: $0.key, in: document) }
    for (position, text) in names.enumerated() {
      last[ExactText("\(members[position].key.typeName) \(text ?? "\(position)")")] = position
    }
    let isLast = Set(last.values)
    for (position, member) in members.enumerated() where isLast.contains(position) {
      if let text = names[position] {
        try visit(member.value, name: Self.inner(name, text), depth: depth + 1)
      } else {
        leaveOut(Self.inner(name, String(position)), "a value whose key is \(member.key.typeName)")
      }
    }
  }

  private static func inner(_ name: String, _ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

  /// A set has no order that a file could be trusted with: numbers go by size, before the rest.
  private func ordered(_ items: [PickleValue]) -> [PickleValue] {
    func number(_ value: PickleValue) -> Double {
      switch value {
      case .int(let number): Double(number)
      case .unsigned(let number): Double(number)
      case .double(let number) where !number.isNaN: number
      default: .infinity
      }
    }
    return items.enumerated().sorted { (number($0.element), $0.offset) < (number($1.element), $1.offset) }.map(
      \.element)
  }

  /// Adds a tensor, or notes why it cannot be had.
  private mutating func noting(_ name: String, _ add: (inout Self) throws -> Void) throws {
    do { try add(&self) } catch let error as FileError where leavingDamaged && error.defect != .tooLarge {
      let what = "a damaged tensor (\(error.place): \(error.found))"
      unread.append(TensorFile.Unread(name: name.isEmpty ? "value" : name, what: what, isDamaged: true))
    }
  }

  private mutating func leaveOut(_ name: String, _ what: String) {
    unread.append(TensorFile.Unread(name: name.isEmpty ? "value" : name, what: what))
  }

  /// A name for an entry. The keys "1" and 1 of a dictionary give the same one; the second is told apart by a number.
  private mutating func free(_ name: String) -> String {
    let name = name.isEmpty ? "value" : name
    var candidate = name
    var number = 2
    while !taken.insert(ExactText(candidate)).inserted {
      candidate = "\(name) (\(number))"
      number += 1
    }
    return candidate
  }

  private mutating func add(_ name: String, _ type: ElementType, _ bytes: [UInt8]) throws {
    entries.append(try TensorFile.Entry(name: free(name), elementType: type, shape: [], bytes: bytes[...], file: path))
  }

  /// A storage that stands for itself is a list of its elements.
  private mutating func add(_ storage: PickledStorage, name: String) throws {
    guard !storage.isPacked else { return leaveOut(name, "a storage of several elements a byte") }
    try add(
      PickledTensor(
        storage: storage, elementType: storage.elementType, offset: 0, shape: [storage.part.count], strides: [1]),
      name: name)
  }

  private mutating func add(_ tensor: PickledTensor, name: String) throws {
    let name = free(name)
    let place = "tensor \(name)"
    let (storage, size) = (tensor.storage, tensor.elementType.byteCount)
    let (content, member) = storages(storage.key)
    guard let content else {
      throw FileError(path, .badContainer, at: place, expected: "a \(member)", found: "none")
    }
    let (declared, overflow) = storage.count.multipliedReportingOverflow(by: storage.elementType.byteCount)
    guard !overflow, content.count == declared else {
      throw FileError(
        path, .wrongByteCount, at: member, expected: "\(storage.count) elements of \(storage.elementType.name)",
        found: "\(content.count) bytes")
    }
    guard let byteCount = checkedByteCount(of: tensor.shape, elementByteCount: size) else {
      throw FileError(path, .sizeOverflow, at: place, expected: "a size below 2^63", found: "shape \(tensor.shape)")
    }
    guard byteCount <= remaining else {
      throw FileError(path, .tooLarge, at: place, expected: "at most \(remaining) more bytes", found: "\(byteCount)")
    }
    remaining -= byteCount
    // The storage's own elements are within memory, so these products do not overflow.
    let unit = storage.elementType.byteCount
    let start = content.startIndex + storage.part.lowerBound * unit
    let part = content[start..<start + storage.part.count * unit]
    try checkBounds(tensor, count: part.count / size, place: place)
    var elements =
      byteCount == 0
      ? [] : gathered(part, shape: tensor.shape, strides: tensor.strides, offset: tensor.offset, size: size)
    finish(&elements, tensor)
    entries.append(
      try TensorFile.Entry(
        name: name, elementType: tensor.elementType, shape: tensor.shape, bytes: elements[...], file: path))
  }

  /// Little-endian, and with the signs that lazy bits have left for later.
  private func finish(_ elements: inout [UInt8], _ tensor: PickledTensor) {
    let size = tensor.elementType.component.byteCount
    if isBigEndian && size > 1 {
      for start in stride(from: 0, to: elements.count, by: size) { elements[start..<start + size].reverse() }
    }
    guard !tensor.elementType.isInteger else { return }
    if tensor.isNegated {
      for place in stride(from: size - 1, to: elements.count, by: size) { elements[place] ^= 0x80 }
    }
    if tensor.isConjugated && tensor.elementType.isComplex {
      for place in stride(from: 2 * size - 1, to: elements.count, by: 2 * size) { elements[place] ^= 0x80 }
    }
  }

  /// Strides are not negative, so the last element is the furthest.
  private func checkBounds(_ tensor: PickledTensor, count: Int, place: String) throws {
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
    guard furthest < count else {
      throw FileError(
        path, .badOffsets, at: place, expected: "elements within a storage of \(count)", found: "one at \(furthest)")
    }
  }
}
