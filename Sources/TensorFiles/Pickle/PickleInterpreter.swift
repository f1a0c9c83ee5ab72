import Files

/// Interprets Python's pickle language as far as it describes data, into inert values.
///
/// A pickle is a program for a stack machine that may import and call anything. Here the instructions are a whitelist,
/// the names that mean something are a whitelist (`PickleNames`), and "calling" one of them only notes what it would
/// have made. Any other name makes an object that is nothing but its name. Source: Python's Lib/pickletools.py.
struct PickleInterpreter {
  private let bytes: ArraySlice<UInt8>
  private let file: String
  private var position: Int
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  var document = PickleDocument()
  /// One byte can push a value of forty; this bounds what a hostile pickle can make us allocate.
  private var remainingInstructions = 2_000_000

  /// The pickle that is all of `bytes`.
  static func interpret(_ bytes: ArraySlice<UInt8>, file: String) throws -> PickleDocument {
    var interpreter = PickleInterpreter(bytes, file: file)
    let document = try interpreter.run()
    guard interpreter.position == bytes.endIndex else {
      throw interpreter.failure(
        .trailingBytes, "the end of the pickle", "\(bytes.endIndex - interpreter.position) more bytes")
    }
    return document
  }

  /// The pickle that `bytes` begin with, which is taken off them.
  static func next(_ bytes: inout ArraySlice<UInt8>, file: String) throws -> PickleDocument {
    var interpreter = PickleInterpreter(bytes, file: file)
    let document = try interpreter.run()
    bytes = bytes[interpreter.position...]
    return document
  }

  private init(_ bytes: ArraySlice<UInt8>, file: String) {
    self.bytes = bytes
    self.file = file
    position = bytes.startIndex
  }

  func failure(
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
    case 0x8A: stack.append(try long(count: unsigned(1)))
    case 0x8B: stack.append(try long(count: unsigned(4)))
    case UInt8(ascii: "G"):
      let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      stack.append(.double(Double(bitPattern: bits)))
    case UInt8(ascii: "X"): stack.append(.string(try pythonText(count: unsigned(4))))
    case 0x8C: stack.append(.string(try pythonText(count: unsigned(1))))
    case 0x8D: stack.append(.string(try pythonText(count: unsigned(8))))
    // Python 2's texts, which are bytes that mostly are text.
    case UInt8(ascii: "U"): stack.append(oldText(try take(unsigned(1))))
    case UInt8(ascii: "T"): stack.append(oldText(try take(unsigned(4))))
    case UInt8(ascii: "C"): stack.append(try skipped(unsigned(1)))
    case UInt8(ascii: "B"): stack.append(try skipped(unsigned(4)))
    case 0x8E, 0x96: stack.append(try skipped(unsigned(8)))
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: ")"): stack.append(tuple([]))
    case 0x85: try makeTuple(1)
    case 0x86: try makeTuple(2)
    case 0x87: try makeTuple(3)
    case UInt8(ascii: "t"): stack.append(tuple(try popToMark()))
    case UInt8(ascii: "]"): stack.append(list([]))
    case UInt8(ascii: "}"): stack.append(dictionary([]))
    case 0x8F: stack.append(set([]))
    case 0x90: try append(popToMark())
    case 0x91: stack.append(set(try popToMark()))
    case UInt8(ascii: "l"): stack.append(list(try popToMark()))
    case UInt8(ascii: "d"):
      let values = try popToMark()
      stack.append(dictionary([]))
      try set(members: values)
    case UInt8(ascii: "a"): try append([pop()])
    case UInt8(ascii: "e"): try append(popToMark())
    case UInt8(ascii: "s"):
      let value = try pop()
      try set(members: [pop(), value])
    case UInt8(ascii: "u"): try set(members: popToMark())
    case UInt8(ascii: "q"): memo[try unsigned(1)] = try top()
    case UInt8(ascii: "r"): memo[try unsigned(4)] = try top()
    case 0x94: memo[memo.count] = try top()
    case UInt8(ascii: "h"): stack.append(try remembered(unsigned(1)))
    case UInt8(ascii: "j"): stack.append(try remembered(unsigned(4)))
    case UInt8(ascii: "c"):
      let module = try line()
      stack.append(global(module, try line()))
    case 0x93:
      guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
        throw failure(.badContainer, "two texts", "other values")
      }
      stack.append(global(module, name))
    case UInt8(ascii: "Q"): stack.append(try persistent(pop()))
    case UInt8(ascii: "R"), 0x81: try callWithArguments()
    case 0x92:
      _ = try pop()  // NEWOBJ_EX: arguments by name
      try callWithArguments()
    case UInt8(ascii: "b"): try build()
    default:
      let name =
        instruction >= 0x20 && instruction < 0x7F ? "'\(Character(UnicodeScalar(instruction)))'" : "\(instruction)"
      throw failure(.refusedInstruction, "an instruction that state dictionaries need", "instruction \(name)")
    }
  }

  // MARK: - Names

  private mutating func global(_ module: String, _ name: String) -> PickleValue {
    let full = PickleNames.full(module, name)
    return PickleNames.isKnown(full) ? .global(full) : foreign(full)
  }

  mutating func foreign(_ name: String) -> PickleValue {
    document.objects.append(PickledObject(name: String(name.prefix(120))))
    return .object(document.objects.count - 1)
  }

  private mutating func callWithArguments() throws {
    guard case .tuple(let position) = try pop() else {
      throw failure(.badContainer, "a tuple of arguments", "another value")
    }
    let callee = try pop()
    stack.append(try call(callee, document.sequences[position]))
  }

  // MARK: - Stack

  mutating func pop() throws -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw failure(.badContainer, "a value on the stack", "none")
    }
    return value
  }

  func top() throws -> PickleValue {
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

  mutating func dictionary(_ members: [(PickleValue, PickleValue)]) -> PickleValue {
    document.dictionaries.append(members)
    return .dictionary(document.dictionaries.count - 1)
  }

  mutating func set(_ items: [PickleValue]) -> PickleValue {
    document.sequences.append(items)
    return .set(document.sequences.count - 1)
  }

  private mutating func append(_ values: [PickleValue]) throws {
    switch try top() {
    case .list(let position), .set(let position): document.sequences[position] += values
    case .object(let position): document.objects[position].items += values
    case let value: throw failure(.badContainer, "a list", value.typeName)
    }
  }

  private mutating func set(members values: [PickleValue]) throws {
    guard values.count % 2 == 0 else { throw failure(.badContainer, "keys with values", "a key without one") }
    let members = stride(from: 0, to: values.count, by: 2).map { (key: values[$0], value: values[$0 + 1]) }
    switch try top() {
    case .dictionary(let position): document.dictionaries[position] += members
    case .object(let position): document.objects[position].members += members
    case let value: throw failure(.badContainer, "a dictionary", value.typeName)
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
    let digits = try take(count)
    guard count < 8 || digits[digits.endIndex - 1] < 0x80 else {
      throw failure(.truncated, "a length below 2^63", "a larger one")
    }
    return digits.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Two's complement, little-endian, of any length.
  private mutating func long(count: Int) throws -> PickleValue {
    var digits = try take(count)
    // A positive number whose highest bit is set has a byte of zeros before it.
    if digits.count == 9, digits.last == 0 { digits = digits.dropLast() }
    guard let last = digits.last else { return .int(0) }
    guard digits.count <= 8 else { return .bigInt(byteCount: count) }
    let isNegative = last >= 0x80 && digits.count == count
    let bits = digits.reversed().reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
    return !isNegative && bits > UInt64(Int.max) ? .unsigned(bits) : .int(Int(truncatingIfNeeded: bits))
  }

  private mutating func skipped(_ count: Int) throws -> PickleValue {
    _ = try take(count)
    return .bytes
  }

  private func oldText(_ bytes: ArraySlice<UInt8>) -> PickleValue {
    String(validating: bytes, as: UTF8.self).map { .string($0) } ?? .bytes
  }

  private mutating func text(count: Int) throws -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw failure(.notUTF8, "UTF-8", "other bytes")
    }
    return text
  }

  private mutating func pythonText(count: Int) throws -> String {
    guard let text = PythonText.decoded(try take(count)) else { throw failure(.notUTF8, "UTF-8", "other bytes") }
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
