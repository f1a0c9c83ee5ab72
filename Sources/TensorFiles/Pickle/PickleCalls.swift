import Files

// What the calls of a pickle would have made. Nothing is called: each known name has a case here, every other one makes
// an object.

extension PickleInterpreter {
  /// The value of `callee(*arguments)`.
  mutating func call(_ callee: PickleValue, _ arguments: [PickleValue], depth: Int = 0) throws -> PickleValue {
    guard case .global(let name) = callee else {
      guard case .object(let index) = callee else {
        throw failure(.badContainer, "a name to call", callee.typeName)
      }
      return foreign(Self.made(by: document.objects[index].name, arguments, document))
    }
    func wrong() -> FileError {
      failure(.refusedInstruction, "a call that makes a value", "\(name) with \(arguments.count) arguments")
    }
    if let rebuilder = PickleNames.rebuilder(name) { return try rebuilt(rebuilder, name, arguments) }
    switch name {
    case PickleNames.orderedDictionary, PickleNames.counter:
      guard arguments.count <= 1 else { throw wrong() }
      return try dictionary(from: arguments.first)
    case PickleNames.parameter where !arguments.isEmpty: return arguments[0]
    case PickleNames.size where arguments.count == 1: return arguments[0]
    case PickleNames.layout where arguments.count == 1: return arguments[0]
    case PickleNames.device: return .string("device")
    case PickleNames.encode, PickleNames.byteArray: return .bytes
    case PickleNames.set where arguments.count <= 1:
      guard let first = arguments.first else { return set([]) }
      guard let items = sequence(first) else { throw wrong() }
      return set(items)
    case PickleNames.complex where arguments.count == 2:
      guard let real = number(arguments[0]), let imaginary = number(arguments[1]) else { throw wrong() }
      return .complex(real, imaginary)
    case PickleNames.rebuildFromType where arguments.count >= 3 && depth < 8:
      // (function, class, arguments, state): a tensor of a subclass, or with attributes.
      guard let inner = sequence(arguments[2]) else { throw wrong() }
      return try call(arguments[0], inner, depth: depth + 1)
    case _ where PickleNames.isTensorClass(name) && arguments.isEmpty:
      document.tensors.append(nil)  // filled by the state that follows
      return .tensor(document.tensors.count - 1)
    default: return foreign(name)
    }
  }

  /// The name of what a foreign function makes: Python's generic constructors get the class as their first argument.
  private static func made(by name: String, _ arguments: [PickleValue], _ document: PickleDocument) -> String {
    guard name.hasSuffix("._reconstruct") || name.hasPrefix("copyreg."), case .object(let index)? = arguments.first
    else {
      return name
    }
    return document.objects[index].name
  }

  private mutating func rebuilt(_ function: String, _ name: String, _ arguments: [PickleValue]) throws -> PickleValue {
    switch (function, arguments.count) {
    case ("_rebuild_tensor", 4): return try tensor(arguments)
    case ("_rebuild_tensor_v2", 6...): return try tensor(arguments, metadata: arguments.dropFirst(6).first)
    case ("_rebuild_tensor_v3", 7...):
      guard case .global(let dtype) = arguments[6], let type = PickleNames.dtype(dtype) else {
        throw failure(.unknownElementType, "a dtype", arguments[6].typeName)
      }
      guard let type else { return foreign("a tensor of \(dtype), several elements a byte") }
      return try tensor(arguments, as: type, metadata: arguments.dropFirst(7).first)
    case ("_rebuild_parameter", 3), ("_rebuild_parameter_with_state", 4),
      ("_rebuild_device_tensor_from_cpu_tensor", 4):
      return arguments[0]
    case ("_rebuild_device_tensor_from_numpy", 4):
      return foreign("a tensor made of an array of NumPy's")
    case ("_rebuild_meta_tensor_no_storage", 4):
      return foreign("a tensor on the device meta, without elements")
    case ("_rebuild_wrapper_subclass", 7...):
      return foreign("a tensor of a class that wraps others, without elements")
    case ("_rebuild_qtensor", 7):
      let whole = try tensor(arguments)
      guard let parameters = sequence(arguments[4]), parameters.count >= 3 else {
        throw failure(.badValue, "a quantizer's scheme, scale and zero point", arguments[4].typeName)
      }
      return dictionary([
        (.string("int_repr"), whole), (.string("scale"), parameters[1]), (.string("zero_point"), parameters[2]),
      ])
    case ("_rebuild_sparse_tensor", 2):
      guard case .string(let layout) = arguments[0], let parts = sequence(arguments[1]),
        let names = Self.sparseParts[layout], parts.count >= names.count
      else { throw failure(.badValue, "a sparse layout and its parts", arguments[1].typeName) }
      return dictionary(zip(names, parts).map { (PickleValue.string($0), $1) })
    default:
      throw failure(.refusedInstruction, "a call that makes a tensor", "\(name) with \(arguments.count) arguments")
    }
  }

  private static let sparseParts = [
    "torch.sparse_coo": ["indices", "values", "size"],
    "torch.sparse_csr": ["crow_indices", "col_indices", "values", "size"],
    "torch.sparse_bsr": ["crow_indices", "col_indices", "values", "size"],
    "torch.sparse_csc": ["ccol_indices", "row_indices", "values", "size"],
    "torch.sparse_bsc": ["ccol_indices", "row_indices", "values", "size"],
  ]

  /// A tensor of (storage, offset, extents, strides, …); `type` where the storage does not say what its bytes are.
  private mutating func tensor(
    _ arguments: [PickleValue], as type: ElementType? = nil, metadata: PickleValue? = nil
  ) throws -> PickleValue {
    if case .object(let index) = arguments[0] { return foreign("a tensor in \(document.objects[index].name)") }
    guard case .storage(let number) = arguments[0], case .int(let offset) = arguments[1] else {
      throw failure(.badValue, "a storage and an offset", "\(arguments[0].typeName) and \(arguments[1].typeName)")
    }
    let storage = document.storages[number]
    if storage.isPacked { return foreign("a tensor of several elements a byte") }
    let shape = try extents(arguments[2])
    let strides = try extents(arguments[3])
    guard offset >= 0, shape.count == strides.count, shape.count <= 64 else {
      throw failure(.badShape, "as many strides as extents", "shape \(shape.prefix(8)), strides \(strides.prefix(8))")
    }
    var tensor = PickledTensor(
      storage: storage, elementType: type ?? storage.elementType, offset: offset, shape: shape, strides: strides)
    if case .dictionary(let index)? = metadata {
      for case (.string(let key), .bool(true)) in document.dictionaries[index] {
        if key == "conj" { tensor.isConjugated = true }
        if key == "neg" { tensor.isNegated = true }
      }
    }
    document.tensors.append(tensor)
    return .tensor(document.tensors.count - 1)
  }

  private func extents(_ value: PickleValue) throws -> [Int] {
    guard let items = sequence(value) else { throw failure(.badShape, "a tuple of extents", value.typeName) }
    return try items.map {
      guard case .int(let extent) = $0, extent >= 0 else {
        throw failure(.badShape, "extents of 0 or more", $0.typeName)
      }
      return extent
    }
  }

  private func number(_ value: PickleValue) -> Double? {
    switch value {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }

  /// The items of a tuple or list.
  func sequence(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let index), .list(let index): document.sequences[index]
    default: nil
    }
  }

  /// A dictionary of what `dict(…)` takes: nothing, another one, or pairs, as Python 2 pickled its ordered ones.
  private mutating func dictionary(from value: PickleValue?) throws -> PickleValue {
    guard let value else { return dictionary([]) }
    if case .dictionary(let index) = value { return dictionary(document.dictionaries[index]) }
    guard let items = sequence(value) else { throw failure(.badValue, "a dictionary or pairs", value.typeName) }
    return dictionary(
      try items.map {
        guard let pair = sequence($0), pair.count == 2 else { throw failure(.badValue, "a pair", $0.typeName) }
        return (pair[0], pair[1])
      })
  }

  /// PyTorch's persistent ids: ("storage", type, key, device, count), in older files with (key, offset, count) of a
  /// part behind it.
  mutating func persistent(_ value: PickleValue) throws -> PickleValue {
    guard let parts = sequence(value) else { throw failure(.badValue, "a storage's tuple", value.typeName) }
    // ("module", class, file, source): PyTorch saved a module's class with its source text. It is passed over, as
    // PyTorch does.
    if parts.count == 4, case .string("module") = parts[0] { return parts[1] }
    guard parts.count == 5 || parts.count == 6, case .string("storage") = parts[0], case .string(let key) = parts[2],
      case .int(let count) = parts[4], count >= 0
    else { throw failure(.badValue, "(\"storage\", type, key, device, count)", "other parts") }
    guard case .global(let type) = parts[1], let (elementType, isPacked) = PickleNames.storage(type) else {
      guard case .object(let index) = parts[1] else { throw failure(.badValue, "a storage's type", parts[1].typeName) }
      return foreign(document.objects[index].name)
    }
    var part = 0..<count
    if parts.count == 6, let view = sequence(parts[5]) {
      guard view.count == 3, case .int(let start) = view[1], case .int(let length) = view[2], start >= 0, length >= 0,
        start <= count, length <= count - start
      else { throw failure(.badOffsets, "a part within a storage of \(count)", "another") }
      part = start..<start + length
    }
    document.storages.append(
      PickledStorage(elementType: elementType, key: key, count: count, part: part, isPacked: isPacked))
    return .storage(document.storages.count - 1)
  }

  /// The state that follows a value. Dictionaries carry their modules' versions, parameters their gradients' settings:
  /// of no use here. A tensor of the oldest files is made empty and filled by it.
  mutating func build() throws {
    let state = try pop()
    switch try top() {
    case .dictionary, .object: return
    case .tensor(let index):
      guard let parts = sequence(state) else { return }
      var value: PickleValue?
      if parts.count == 4, case .storage = parts[0] { value = try tensor(parts) }
      if parts.count == 5, case .tensor = parts[0] { value = parts[0] }
      if case .tensor(let other)? = value { document.tensors[index] = document.tensors[other] }
    case let value:
      throw failure(.refusedInstruction, "attributes of a dictionary only", "attributes of \(value.typeName)")
    }
  }
}
