/// Interprets the part of Python's pickle language that PyTorch's state dictionaries need, into inert values.
///
/// A pickle is a program for a stack machine that may import and call anything. Here the instructions are a whitelist, the
/// importable names are a whitelist, and "calling" one of them only notes what it would have made. Everything else is refused by name.
/// Source: Python's Lib/pickletools.py.
struct PickleInterpreter {
  private let bytes: ArraySlice<UInt8>
  private let file: String
  private var position: Int
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var document = PickleDocument()
  /// One byte can push a value of forty; this bounds what a hostile pickle can make us allocate.
  private var remainingInstructions = 2_000_000

  static func interpret(_ bytes: ArraySlice<UInt8>, file: String) throws -> PickleDocument {
    var interpreter = PickleInterpreter(bytes, file: file)
    return try interpreter.run()
  }

  private init(_ bytes: ArraySlice<UInt8>, file: String) {
    self.bytes = bytes
    self.file = file
    position = bytes.startIndex
  }

  private func failure(
    _ defect: FileError.Defect, _ expected: String, _ found: String, remedy: String? = nil
  ) -> FileError {
    FileError(
      file, defect, at: "pickle offset \(position - bytes.startIndex)", expected: expected, found: found, remedy: remedy
    )
  }

  // MARK: - Instructions

  private mutating func run() throws -> PickleDocument {
    while true {
      let instruction = try byte()
      remainingInstructions -= 1
      guard remainingInstructions >= 0 else {
        throw failure(.tooManyValues, "at most two million instructions", "more")
      }
      if instruction == UInt8(ascii: ".") { break }
      try step(instruction)
    }
    document.root = try pop()
    guard stack.isEmpty else { throw failure(.badContainer, "one value at the end", "\(stack.count + 1)") }
    guard position == bytes.endIndex else {
      throw failure(.trailingBytes, "the end of the pickle", "\(bytes.endIndex - position) more bytes")
    }
    return document
  }

  private mutating func step(_ instruction: UInt8) throws {
    switch instruction {
    case 0x80:  // PROTO
      let version = try byte()
      guard (2...5).contains(version) else { throw failure(.wrongVersion, "protocol 2 to 5", "\(version)") }
    case 0x95: _ = try take(8)  // FRAME: a hint for readers of streams
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case UInt8(ascii: "J"): stack.append(.int(Int(Int32(truncatingIfNeeded: try unsigned(4)))))
    case UInt8(ascii: "K"): stack.append(.int(try unsigned(1)))
    case UInt8(ascii: "M"): stack.append(.int(try unsigned(2)))
    case 0x8A: stack.append(.int(try long(count: unsigned(1))))
    case UInt8(ascii: "G"):
      let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      stack.append(.double(Double(bitPattern: bits)))
    case UInt8(ascii: "X"): stack.append(.string(try text(count: unsigned(4))))
    case 0x8C: stack.append(.string(try text(count: unsigned(1))))
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: ")"): stack.append(tuple([]))
    case 0x85: try makeTuple(1)
    case 0x86: try makeTuple(2)
    case 0x87: try makeTuple(3)
    case UInt8(ascii: "t"): stack.append(tuple(try popToMark()))
    case UInt8(ascii: "]"): stack.append(list([]))
    case UInt8(ascii: "}"): stack.append(dictionary([]))
    case UInt8(ascii: "a"): try append([pop()])
    case UInt8(ascii: "e"): try append(popToMark())
    case UInt8(ascii: "s"):
      let value = try pop()
      try set([pop(), value])
    case UInt8(ascii: "u"): try set(popToMark())
    case UInt8(ascii: "q"): memo[try unsigned(1)] = try top()
    case UInt8(ascii: "r"): memo[try unsigned(4)] = try top()
    case 0x94: memo[memo.count] = try top()
    case UInt8(ascii: "h"): stack.append(try remembered(unsigned(1)))
    case UInt8(ascii: "j"): stack.append(try remembered(unsigned(4)))
    case UInt8(ascii: "c"):
      let module = try line()
      stack.append(try global(module, line()))
    case 0x93:
      guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
        throw failure(.badContainer, "two texts", "other values")
      }
      stack.append(try global(module, name))
    case UInt8(ascii: "Q"): stack.append(try persistent(pop()))
    case UInt8(ascii: "R"): try reduce()
    case UInt8(ascii: "b"): try build()
    default:
      let name =
        instruction >= 0x20 && instruction < 0x7F ? "'\(Character(UnicodeScalar(instruction)))'" : "\(instruction)"
      throw failure(.refusedInstruction, "an instruction that state dictionaries need", "instruction \(name)")
    }
  }

  // MARK: - Names and what stands for calling them

  private static let storageTypes: [String: ElementType] = [
    "torch.FloatStorage": .float32, "torch.DoubleStorage": .float64, "torch.HalfStorage": .float16,
    "torch.BFloat16Storage": .bfloat16, "torch.LongStorage": .int64, "torch.IntStorage": .int32,
    "torch.ShortStorage": .int16, "torch.CharStorage": .int8, "torch.ByteStorage": .uint8, "torch.BoolStorage": .bool,
  ]
  private static let orderedDictionary = "collections.OrderedDict"
  private static let rebuildTensor = "torch._utils._rebuild_tensor_v2"
  private static let rebuildParameter = "torch._utils._rebuild_parameter"
  private static let size = "torch.Size"

  private func global(_ module: String, _ name: String) throws -> PickleValue {
    let full = "\(module).\(name)"
    let functions = [Self.orderedDictionary, Self.rebuildTensor, Self.rebuildParameter, Self.size]
    guard functions.contains(full) || Self.storageTypes[full] != nil else {
      throw failure(
        .refusedInstruction, "a name that state dictionaries need", "\"\(full.prefix(120))\"",
        remedy: "nothing was executed; save state_dict()s rather than whole objects")
    }
    return .global(full)
  }

  private mutating func reduce() throws {
    guard case .tuple(let position) = try pop(), case .global(let name) = try pop() else {
      throw failure(.badContainer, "a name and a tuple of arguments", "other values")
    }
    let arguments = document.sequences[position]
    switch name {
    case Self.orderedDictionary where arguments.isEmpty: stack.append(dictionary([]))
    case Self.size where arguments.count == 1: stack.append(arguments[0])
    case Self.rebuildParameter where arguments.count == 3: stack.append(arguments[0])
    case Self.rebuildTensor where arguments.count >= 6: stack.append(try tensor(arguments))
    default:
      throw failure(.refusedInstruction, "a call that makes a tensor", "\(name) with \(arguments.count) arguments")
    }
  }

  private mutating func tensor(_ arguments: [PickleValue]) throws -> PickleValue {
    guard case .storage(let storage) = arguments[0], case .int(let offset) = arguments[1] else {
      throw failure(.badValue, "a storage and an offset", "\(arguments[0].typeName) and \(arguments[1].typeName)")
    }
    let shape = try extents(arguments[2])
    let strides = try extents(arguments[3])
    guard offset >= 0, shape.count == strides.count, shape.count <= 64 else {
      throw failure(.badShape, "as many strides as extents", "shape \(shape.prefix(8)), strides \(strides.prefix(8))")
    }
    document.tensors.append(
      PickledTensor(storage: document.storages[storage], offset: offset, shape: shape, strides: strides))
    return .tensor(document.tensors.count - 1)
  }

  private func extents(_ value: PickleValue) throws -> [Int] {
    guard case .tuple(let position) = value else { throw failure(.badShape, "a tuple of extents", value.typeName) }
    return try document.sequences[position].map {
      guard case .int(let extent) = $0, extent >= 0 else {
        throw failure(.badShape, "extents of 0 or more", $0.typeName)
      }
      return extent
    }
  }

  /// PyTorch's persistent ids: ("storage", type, key, device, count).
  private mutating func persistent(_ value: PickleValue) throws -> PickleValue {
    guard case .tuple(let position) = value else { throw failure(.badValue, "a storage's tuple", value.typeName) }
    let parts = document.sequences[position]
    guard parts.count == 5, case .string("storage") = parts[0], case .global(let type) = parts[1],
      case .string(let key) = parts[2], case .int(let count) = parts[4], count >= 0,
      let elementType = Self.storageTypes[type]
    else { throw failure(.badValue, "(\"storage\", type, key, device, count)", "other parts") }
    document.storages.append(PickledStorage(elementType: elementType, key: key, count: count))
    return .storage(document.storages.count - 1)
  }

  /// A state dictionary carries its modules' versions as an attribute; they are of no use here.
  private mutating func build() throws {
    _ = try pop()
    guard case .dictionary = try top() else {
      throw failure(.refusedInstruction, "attributes of a dictionary only", "attributes of \(try top().typeName)")
    }
  }

  // MARK: - Stack

  private mutating func pop() throws -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw failure(.badContainer, "a value on the stack", "none")
    }
    return value
  }

  private func top() throws -> PickleValue {
    guard let value = stack.last else { throw failure(.badContainer, "a value on the stack", "none") }
    return value
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw failure(.badContainer, "a mark on the stack", "none") }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  private mutating func makeTuple(_ count: Int) throws {
    var values: [PickleValue] = []
    for _ in 0..<count { values.insert(try pop(), at: 0) }
    stack.append(tuple(values))
  }

  private mutating func tuple(_ values: [PickleValue]) -> PickleValue {
    document.sequences.append(values)
    return .tuple(document.sequences.count - 1)
  }

  private mutating func list(_ values: [PickleValue]) -> PickleValue {
    document.sequences.append(values)
    return .list(document.sequences.count - 1)
  }

  private mutating func dictionary(_ members: [(PickleValue, PickleValue)]) -> PickleValue {
    document.dictionaries.append(members)
    return .dictionary(document.dictionaries.count - 1)
  }

  private mutating func append(_ values: [PickleValue]) throws {
    guard case .list(let position) = try top() else { throw failure(.badContainer, "a list", try top().typeName) }
    document.sequences[position] += values
  }

  private mutating func set(_ values: [PickleValue]) throws {
    guard case .dictionary(let position) = try top() else {
      throw failure(.badContainer, "a dictionary", try top().typeName)
    }
    guard values.count % 2 == 0 else { throw failure(.badContainer, "keys with values", "a key without one") }
    for index in stride(from: 0, to: values.count, by: 2) {
      document.dictionaries[position].append((values[index], values[index + 1]))
    }
  }

  private func remembered(_ index: Int) throws -> PickleValue {
    guard let value = memo[index] else { throw failure(.badContainer, "a value remembered as \(index)", "none") }
    return value
  }

  // MARK: - Bytes

  private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count <= bytes.endIndex - position else {
      throw failure(.truncated, "\(count) more bytes", "\(bytes.endIndex - position)")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  private mutating func byte() throws -> UInt8 {
    guard position < bytes.endIndex else { throw failure(.truncated, "the instruction that stops", "the end") }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func unsigned(_ count: Int) throws -> Int {
    try take(count).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Two's complement, little-endian, of any length up to eight bytes.
  private mutating func long(count: Int) throws -> Int {
    let digits = try take(count)
    guard count <= 8 else { throw failure(.unsupported, "an integer of at most 64 bits", "\(count * 8) bits") }
    guard let last = digits.last else { return 0 }
    let bits = digits.reversed().reduce(UInt64(last >= 0x80 ? UInt64.max : 0)) { $0 << 8 | UInt64($1) }
    return Int(bitPattern: UInt(bits))
  }

  private mutating func text(count: Int) throws -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw failure(.notUTF8, "UTF-8", "other bytes")
    }
    return text
  }

  private mutating func line() throws -> String {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw failure(.truncated, "a name and a line break", "the end")
    }
    let text = try text(count: end - position)
    position = end + 1
    return text
  }
}
