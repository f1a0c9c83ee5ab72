import Files
import TensorFiles
import Tensors
import TestSupport
import Testing

/// A safetensors file with this header text and these bytes after it.
func safetensors(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
  let text = Array(header.utf8)
  return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data
}

@Suite struct SafetensorsTests {
  @Test func `what is written is read back in order, aligned, with its metadata`() throws {
    var file = try TensorFile(metadata: ["made by": "a \"test\"\n"])
    try file.append(.init(name: "bytes", elementType: .uint8, shape: [3], bytes: [1, 2, 3]))
    try file.append("weights", Tensor([1, -2.5, .infinity, 4, 5, 6], shape: [2, 3]))
    try file.append("single", Tensor([Float(0.1)], shape: []))
    try file.append("empty", Tensor([Double](), shape: [0, 7]))
    let bytes = try file.safetensorsBytes()
    let back = try TensorFile(safetensors: bytes, path: "memory")
    #expect(back.entries.map(\.name) == ["bytes", "weights", "single", "empty"])
    #expect(back.metadata == file.metadata)
    #expect(try back.entry("weights").tensor(file: "memory").values == [1, -2.5, .infinity, 4, 5, 6])
    #expect(try back.entry("single").tensor(file: "memory").item == Double(Float(0.1)))
    #expect(back["empty"]?.shape == [0, 7])
    for entry in back.entries { #expect(entry.bytes.startIndex % entry.elementType.byteCount == 0) }
    #expect(try back.safetensorsBytes() == bytes)
  }

  @Test func `element types widen to the numbers they mean`() throws {
    func values(_ type: ElementType, _ bytes: [UInt8]) throws -> [Double] {
      try TensorFile.Entry(name: "x", elementType: type, shape: [bytes.count / type.byteCount], bytes: bytes[...])
        .values
    }
    #expect(try values(.float16, [0x00, 0x3C, 0x00, 0xC0, 0x01, 0x00, 0x00, 0x7C]) == [1, -2, 0x1p-24, .infinity])
    #expect(try values(.float16, [0x01, 0x7C])[0].isNaN)
    #expect(try values(.bfloat16, [0x80, 0x3F, 0x00, 0xC0]) == [1, -2])
    #expect(try values(.int64, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) == [-1])
    #expect(try values(.bool, [0, 1]) == [0, 1])
    #expect(try values(.uint16, [0xFF, 0xFF]) == [65535])
  }

  @Test(arguments: [
    ("", FileError.Defect.notJSON), ("[]", .notJSON), ("{", .notJSON), ("{}x", .notJSON),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#,
      .duplicateKey
    ),
    (#"{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}"#, .unknownElementType),
    (#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}}"#, .wrongByteCount),
    (#"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}"#, .badShape),
    (#"{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}"#, .wrongType),
    (#"{"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,1]}}"#, .sizeOverflow),
    (#"{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}}"#, .wrongType),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#, .badOffsets),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}"#, .badOffsets),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}"#, .badOffsets),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,2]}}"#, .truncated),
    (#"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, .trailingBytes),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#,
      .badOffsets
    ),
    (#"{"a":{"dtype":"U8","shape":[1]}}"#, .missingKey),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"extra":0}}"#, .unknownKey),
    (#"{"a":7}"#, .wrongType), (#"{"__metadata__":{"k":1}}"#, .wrongType),
  ])
  func `a header that lies is refused by its own defect`(header: String, expected: FileError.Defect) {
    #expect(defect { _ = try TensorFile(safetensors: safetensors(header, [42]), path: "x") } == expected)
  }

  @Test func `lengths beyond the file are refused before anything is allocated`() {
    #expect(defect { _ = try TensorFile(safetensors: [], path: "x") } == .truncated)
    #expect(defect { _ = try TensorFile(safetensors: [9, 0, 0, 0, 0, 0, 0, 0, 0x7B], path: "x") } == .truncated)
    let huge = [UInt8](repeating: 0xFF, count: 16)
    #expect(defect { _ = try TensorFile(safetensors: huge, path: "x") } == .headerTooLarge)
  }

  @Test func `every prefix of a file is refused`() throws {
    var file = try TensorFile()
    try file.append("a", Tensor([1, 2, 3], shape: [3]))
    let bytes = try file.safetensorsBytes()
    for length in 0..<bytes.count {
      #expect(throws: FileError.self) { _ = try TensorFile(safetensors: Array(bytes[..<length]), path: "x") }
    }
    #expect(defect { _ = try TensorFile(safetensors: bytes + [0], path: "x") } == .trailingBytes)
  }

  @Test func `an error names the file, the place, what was expected and what was found`() throws {
    let error = try #require(throws: FileError.self) {
      let header = #"{"gen.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,12]}}"#
      _ = try TensorFile(safetensors: safetensors(header, .init(repeating: 0, count: 12)), path: "g.safetensors")
    }
    #expect("\(error)" == "g.safetensors, tensor gen.weight: expected 16 bytes for float32 [2, 2], found 12 bytes")
  }

  @Test func `a duplicate name and an absent one are refused by name`() throws {
    var file = try TensorFile()
    try file.append("a", Tensor(1, dtype: .float32))
    #expect(throws: FileError.self) { try file.append("a", Tensor(1, dtype: .float32)) }
    #expect(throws: FileError.self) { _ = try file.entry("b") }
  }
}
