import Files
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// The files in Samples were written by NumPy, the Python safetensors package and torch.save; the script that made them
/// is goldens/reference/tensor_file_samples.py.
@Suite struct SamplesTests {
  static let folder = Repository.sample("", of: "TensorFiles").path
  static let names: [String] = ((try? FileSystem.list(folder)) ?? []).filter {
    !$0.hasPrefix("refused") && ["npy", "npz", "safetensors", "zst", "pth"].contains(($0 as NSString).pathExtension)
  }

  static func path(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }

  @Test(arguments: names) func `a file that Python wrote holds what Python says`(name: String) throws {
    let expected = try JSONCursor(contentsOf: Self.path("expected.json")).member(name)
    let file = try TensorFile(contentsOf: Self.path(name))
    let tensors = try expected.members()
    #expect(Set(file.entries.map(\.name)) == Set(tensors.map(\.key)))
    for (key, cursor) in tensors {
      let entry = try file.entry(key)
      let values = try cursor.member("values").items().map { try $0.double() }
      #expect(entry.shape == (try cursor.member("shape").shape()), "\(key)")
      #expect(entry.elementType.name == (try cursor.member("dtype").string()), "\(key)")
      #expect(entry.values.count == values.count)
      for (found, value) in zip(entry.values, values) {
        #expect(
          found == value && found.sign == value.sign || found.isNaN && value.isNaN, "\(key): \(found) against \(value)")
      }
    }
  }

  @Test func `all samples are there`() { #expect(Self.names.count == 29) }

  @Test(arguments: [
    ("refused-malicious.pth", FileError.Defect.refusedInstruction, "posix.system"),
    ("refused-module.pth", .refusedInstruction, "torch.nn.modules.linear.Linear"),
    ("refused-object.npy", .unknownElementType, "|O"),
    ("refused-structured.npy", .unsupported, "structured"),
  ])
  func `what would have to be executed is refused by name`(name: String, defect: FileError.Defect, part: String) throws
  {
    let error = #expect(throws: FileError.self) { _ = try TensorFile(contentsOf: Self.path(name)) }
    #expect(error?.defect == defect)
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
  }

  @Test(arguments: names) func `every truncated sample is refused`(name: String) throws {
    let bytes = try FileSystem.read(Self.path(name))
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
      #expect(throws: FileError.self, "\(length) bytes") {
        _ = try TensorFile(bytes: Array(bytes[..<length]), path: name)
      }
    }
  }

  /// Python has read these files back (the script's `read_back`); here the writers are held to the same bytes.
  @Test func `the writers write the bytes that Python has read back`() throws {
    let grid = Tensor((0..<6).map { Double($0) / 7 }, shape: [2, 3])
    var file = try TensorFile(metadata: ["written by": "Swift"])
    try file.append(.init(name: "bytes", elementType: .uint8, shape: [3], bytes: [1, 2, 3]))
    try file.append("double", grid)
    try file.append("single", grid.converted(to: .float32))
    try file.append("scalar", Tensor(2.5, dtype: .float64))
    var written = try ["file.safetensors": file.safetensorsBytes()]
    for entry in file.entries { written["\(entry.name).npy"] = try NPY.bytes(of: entry) }
    let folder = Self.path("written-by-swift")
    if ProcessInfo.processInfo.environment["BOOK_WRITE_SAMPLES"] != nil {
      try FileSystem.createFolder(folder)
      for (name, bytes) in written { try AtomicFile.write(bytes, to: "\(folder)/\(name)") }
      try AtomicFile.write(Zstd.compress(file.safetensorsBytes()), to: "\(folder)/file.safetensors.zst")
    }
    for (name, bytes) in written { #expect(try FileSystem.read("\(folder)/\(name)") == bytes, "\(name)") }
    // Another libzstd may pack differently; what it unpacks to may not differ.
    let packed = try FileSystem.read("\(folder)/file.safetensors.zst")
    #expect(try Zstd.decompress(packed, file: "packed") == written["file.safetensors"])
  }
}

@Suite struct NPYTests {
  private func npy(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + data
  }

  @Test(arguments: [
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", FileError.Defect.truncated),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", .trailingBytes),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (-1,), }", .badShape),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", .sizeOverflow),
    ("{'descr': '<c32', 'fortran_order': False, 'shape': (), }", .unknownElementType),
    ("{'descr': '<f4', 'shape': (), }", .missingKey), ("{'descr': '<f4', 'descr': '<f4', }", .duplicateKey),
    ("{'desc': '<f4', }", .unknownKey), ("{'descr': '<f4'", .badContainer), ("[]", .badContainer),
    ("{'descr': '<f4', 'fortran_order': 0, 'shape': (), }", .badContainer),
    ("{'descr': '<f4', 'fortran_order': True, 'shape': (1,)} + 1", .badContainer),
    ("{'descr': '<f4', 'fortran_order': True, 'shape': (9223372036854775807, 3, 0)}", .trailingBytes),
  ])
  func `a header that lies is refused by its own defect`(header: String, expected: FileError.Defect) {
    #expect(defect { _ = try TensorFile(bytes: npy(header, [1, 2, 3, 4]), path: "x") } == expected)
  }

  @Test func `other versions and lengths are refused`() {
    #expect(defect { _ = try TensorFile(bytes: [0x93] + Array("NUMPY".utf8), path: "x") } == .truncated)
    #expect(
      defect { _ = try TensorFile(bytes: [0x93] + Array("NUMPY".utf8) + [9, 0, 0, 0, 0, 0], path: "x") }
        == .wrongVersion)
    #expect(
      defect { _ = try TensorFile(bytes: [0x93] + Array("NUMPY".utf8) + [2, 0, 255, 255, 255, 255], path: "x") }
        == .headerTooLarge)
  }
}

@Suite struct PickleTests {
  private func load(_ pickle: [UInt8], storage: [UInt8] = []) throws -> TensorFile {
    try TensorFile(bytes: StoredZip.bytes([("a/data.pkl", pickle), ("a/data/0", storage)]), path: "x.pth")
  }

  /// A tensor over storage "0" of float32.
  private func tensor(count: UInt8, offset: UInt8, shape: [UInt8], strides: [UInt8]) -> [UInt8] {
    func tuple(_ values: [UInt8]) -> [UInt8] { [0x28] + values.flatMap { [0x4B, $0] } + [0x74] }
    func global(_ module: String, _ name: String) -> [UInt8] { [0x63] + Array("\(module)\n\(name)\n".utf8) }
    func text(_ text: String) -> [UInt8] { [0x58, UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8) }
    let names: [UInt8] = text("storage") + global("torch", "FloatStorage") + text("0") + text("cpu")
    let storage: [UInt8] = [0x28] + names + [0x4B, count, 0x74, 0x51]
    let place: [UInt8] = [0x4B, offset] + tuple(shape) + tuple(strides)
    return [0x80, 2] + global("torch._utils", "_rebuild_tensor_v2") + [0x28] + storage + place + [
      0x89, 0x4E, 0x74, 0x52, 0x2E,
    ]
  }

  private let four = [UInt8](repeating: 0, count: 16)

  @Test func `views inside their storage are read, views outside are refused`() throws {
    #expect(
      try load(tensor(count: 4, offset: 0, shape: [2, 2], strides: [1, 2]), storage: four).entries[0].shape == [2, 2])
    #expect(try load(tensor(count: 4, offset: 3, shape: [1], strides: [200]), storage: four).entries[0].count == 1)
    #expect(try load(tensor(count: 4, offset: 9, shape: [0], strides: [1]), storage: four).entries[0].count == 0)
    for (offset, shape, strides) in [(4, [1], [1]), (0, [5], [1]), (1, [2, 2], [1, 2]), (0, [2], [4])]
      as [(UInt8, [UInt8], [UInt8])]
    {
      #expect(
        defect { _ = try load(tensor(count: 4, offset: offset, shape: shape, strides: strides), storage: four) }
          == .badOffsets)
    }
    #expect(
      defect { _ = try load(tensor(count: 4, offset: 0, shape: [2, 2], strides: [1]), storage: four) } == .badShape)
  }

  @Test func `a storage of another size than declared is refused`() {
    #expect(
      defect { _ = try load(tensor(count: 5, offset: 0, shape: [1], strides: [1]), storage: four) } == .wrongByteCount)
  }

  @Test func `an expanded view cannot fill the memory`() {
    let huge = tensor(count: 4, offset: 0, shape: [255, 255, 255, 255], strides: [0, 0, 0, 0])
    #expect(defect { _ = try load(huge, storage: four) } == .tooLarge)
  }

  @Test(
    arguments: [
      ([0x80, 2, 0x2E], FileError.Defect.badContainer), ([0x80, 9, 0x4E, 0x2E], .wrongVersion),
      ([0x80, 2, 0x4E], .truncated),
      ([0x80, 2, 0x4E, 0x2E, 0x2E], .trailingBytes), ([0x80, 2, 0x4E, 0x4E, 0x2E], .badContainer),
      ([0x74, 0x2E], .badContainer),
      ([0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x2E], .truncated), ([0x68, 7, 0x2E], .badContainer),
      ([0x7D, 0x4E, 0x4E, 0x52, 0x2E], .badContainer),
      ([0x8A, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x2E], .refusedInstruction),
      ([0x5D, 0x4E, 0x62, 0x2E], .refusedInstruction),
      ([0x7D, 0x28, 0x4E, 0x75, 0x2E], .badContainer),
      ([0x69, 0x2E], .refusedInstruction),
      ([0x4E, 0x28, 0x30, 0x2E], .refusedInstruction), ([0x58, 1, 0, 0, 0, 0xFF, 0x2E], .notUTF8),
    ] as [([UInt8], FileError.Defect)])
  func `a pickle that is none, or wants more than state dictionaries do, is refused`(
    pickle: [UInt8], expected: FileError.Defect
  ) {
    #expect(defect { _ = try load(pickle) } == expected)
  }

  @Test func `deep nests, cycles and shared references end in an error, not in a crash`() {
    let nest: [UInt8] = [0x80, 2, 0x4E] + [UInt8](repeating: 0x85, count: 500_000) + [0x2E]
    #expect(defect { _ = try load(nest) } == .nestedTooDeeply)
    // A list that holds itself: EMPTY_LIST, BINPUT 0, BINGET 0, APPEND.
    #expect(defect { _ = try load([0x80, 2, 0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E]) } == .nestedTooDeeply)
    // Every list holds the one before ten times: 10^20 visits in 500 bytes.
    var laughs: [UInt8] = [0x80, 2, 0x5D, 0x71, 0]
    for level in 0..<20 as Range<UInt8> {
      laughs += [0x5D, 0x28] + (0..<10).flatMap { _ in [0x68, level] } + [0x65, 0x71, level + 1]
    }
    laughs = Array(laughs[..<2]) + [0x28] + Array(laughs[2...]) + [0x74, 0x2E]
    #expect(defect { _ = try load(laughs) } == .tooManyValues)
    #expect(defect { _ = try load([UInt8](repeating: 0x29, count: 3_000_000)) } == .tooManyValues)
  }
}

@Suite struct ZipTests {
  @Test func `damage anywhere in a stored archive is noticed or harmless, never a crash`() throws {
    let bytes = try FileSystem.read(SamplesTests.path("numpy-stored.npz"))
    let intact = try TensorFile(bytes: bytes, path: "x")
    for position in bytes.indices {
      var damaged = bytes
      damaged[position] ^= 0x55
      if let file = try? TensorFile(bytes: damaged, path: "x") {
        // Dates, attributes and the like may change; the numbers may not.
        #expect(file.entries.map(\.bytes) == intact.entries.map(\.bytes), "byte \(position)")
      }
    }
  }
}

@Suite struct ZipDirectoryTests {
  private func zip() throws -> [UInt8] {
    let entry = try TensorFile.Entry(name: "a", elementType: .uint8, shape: [3], bytes: [1, 2, 3])
    return StoredZip.bytes([("a.npy", try NPY.bytes(of: entry))])
  }

  @Test func `a member whose checksum is wrong is refused, one without a checksum is read`() throws {
    let bytes = try zip()
    let start = try #require(bytes.indices.last { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    var wrong = bytes
    wrong[start + 16] ^= 1
    #expect(defect { _ = try TensorFile(bytes: wrong, path: "x") } == .badContainer)
    var none = bytes
    for place in start + 16..<start + 20 { none[place] = 0 }
    #expect(try TensorFile(bytes: none, path: "x").entries[0].values == [1, 2, 3])
  }

  @Test(arguments: [
    (9, UInt8(0x01), FileError.Defect.unsupported), (41, 0xA0, .unsupported), (46, 0x62, .badContainer),
  ])
  func `an encrypted member, a link, and a name that is not its member's are refused`(
    offset: Int, byte: UInt8, expected: FileError.Defect
  ) throws {
    var bytes = try zip()
    let start = try #require(bytes.indices.last { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    bytes[start + 5] = 3  // made on Unix, so that the attributes count
    bytes[start + (offset == 9 ? 8 : offset)] = byte
    #expect(defect { _ = try TensorFile(bytes: bytes, path: "x") } == expected)
  }
}
