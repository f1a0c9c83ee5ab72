import Files

/// Parses the header of an `.npy` file: a Python dictionary with exactly the keys descr, fortran_order and shape.
struct NPYHeaderParser {
  struct Header {
    var elementType: ElementType
    var isBigEndian: Bool
    var isFortranOrder: Bool
    var shape: [Int]
  }

  private let bytes: ArraySlice<UInt8>
  private let name: String
  private let file: String
  private let view: ElementType?
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>, name: String, file: String, view: ElementType? = nil) {
    self.view = view
    self.bytes = bytes
    self.name = name
    self.file = file
    position = bytes.startIndex
  }

  private func failure(_ defect: FileError.Defect, _ expected: String, _ found: String? = nil) -> FileError {
    let here = position < bytes.endIndex ? "\"\(Character(UnicodeScalar(bytes[position])))\"" : "the end of the header"
    return FileError(
      file, defect, at: "array \(name), header offset \(position - bytes.startIndex)", expected: expected,
      found: found ?? here)
  }

  mutating func parse() throws -> Header {
    var type: (ElementType, Bool)?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where type == nil: type = try elementType()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try bool()
      case "shape" where shape == nil: shape = try tuple()
      case "descr", "fortran_order", "shape": throw failure(.duplicateKey, "every key once", "'\(key)' again")
      default: throw failure(.unknownKey, "descr, fortran_order or shape", "'\(key.prefix(40))'")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == bytes.endIndex else { throw failure(.badContainer, "the end of the header") }
    guard let type else { throw failure(.missingKey, "descr", "none") }
    guard let isFortranOrder else { throw failure(.missingKey, "fortran_order", "none") }
    guard let shape else { throw failure(.missingKey, "shape", "none") }
    return Header(elementType: type.0, isBigEndian: type.1, isFortranOrder: isFortranOrder, shape: shape)
  }

  private static let kinds: [String: ElementType] = [
    "b1": .bool, "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "f2": .float16, "u4": .uint32, "i4": .int32,
    "f4": .float32, "u8": .uint64, "i8": .int64, "f8": .float64, "c8": .complex64, "c16": .complex128,
    "f1": .float8_e5m2,  // the one of its types that ml_dtypes writes under a name of its own
  ]

  private mutating func elementType() throws -> (ElementType, Bool) {
    skipSpace()
    guard position < bytes.endIndex, bytes[position] != UInt8(ascii: "[") else {
      throw failure(.unsupported, "a plain number type", "a structured type")
    }
    let code = try string()
    // What ml_dtypes adds to NumPy under names of its own.
    if let type = ElementType(named: code) { return (type, false) }
    guard let order = code.first, "<>|=".contains(order) else { throw unknown(code) }
    let kind = String(code.dropFirst())
    let type = Self.kinds[kind]
    if let view, type?.byteCount == view.byteCount && type?.isInteger == true || kind == "V\(view.byteCount)" {
      return (view, order == ">")
    }
    guard let type else { throw unknown(code) }
    return (type, order == ">")
  }

  private func unknown(_ code: String) -> FileError {
    let meanings = [
      "V1": "float8, say --view float8_e4m3fn or --view float8_e5m2", "V2": "bfloat16, say --view bfloat16",
    ]
    let kinds: [(Character, String)] = [
      ("U", "texts"), ("S", "byte strings"), ("a", "byte strings"),
      ("O", "Python objects, which only running them would read"),
      ("M", "dates"), ("m", "durations"), ("V", "raw bytes"),
    ]
    let kind = code.dropFirst()
    let words = kinds.first { $0.0 == kind.first }?.1
    return FileError(
      file, .unknownElementType, at: "array \(name), header offset \(position - bytes.startIndex)",
      expected: "one of \(Self.kinds.keys.sorted().joined(separator: ", "))",
      found: words.map { "\($0) ('\(code.prefix(40))')" } ?? "'\(code.prefix(40))'",
      remedy: meanings[String(kind)].map { "NumPy has no name for this type; if it is \($0)" })
  }

  private mutating func bool() throws -> Bool {
    if take("True") { return true }
    if take("False") { return false }
    throw failure(.badContainer, "True or False")
  }

  private mutating func tuple() throws -> [Int] {
    var extents: [Int] = []
    try expect("(")
    while !take(")") {
      skipSpace()
      let start = position
      while position < bytes.endIndex, (0x30...0x39).contains(bytes[position]) { position += 1 }
      guard let extent = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
        throw failure(.badShape, "an extent of 0 or more")
      }
      extents.append(extent)
      _ = take("L")  // as Python 2 writes its long integers
      guard extents.count <= 64 else { throw failure(.badShape, "at most 64 axes", "more") }
      if !take(",") {
        try expect(")")
        break
      }
    }
    return extents
  }

  private mutating func string() throws -> String {
    skipSpace()
    // Python 2 marks texts, Python 3 bytes.
    if !take("u") { _ = take("b") }
    guard position < bytes.endIndex, [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(bytes[position]) else {
      throw failure(.badContainer, "a quoted text")
    }
    let quote = bytes[position]
    let start = position + 1
    guard let end = bytes[start...].firstIndex(of: quote) else {
      throw failure(.badContainer, "the end of a text", "none")
    }
    position = end + 1
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private mutating func skipSpace() {
    while position < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ text: String) -> Bool {
    skipSpace()
    guard bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }

  private mutating func expect(_ text: String) throws {
    guard take(text) else { throw failure(.badContainer, "\"\(text)\"") }
  }
}
