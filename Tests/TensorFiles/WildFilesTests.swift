import Files
import Foundation
import TensorFiles
import TestSupport
import Testing

/// The files in Samples/wild were made by goldens/reference/wild_file_samples.py with PyTorch and NumPy, those in
/// Samples/reported are of the kinds that public bug reports of other readers are about.
@Suite struct WildFilesTests {
  static let folder = Repository.sample("wild", of: "TensorFiles").path
  static let names = ((try? FileSystem.list(folder)) ?? []).filter { $0 != "expected.json" }

  static func view(_ name: String) -> ElementType? {
    name.hasPrefix("view-") ? ElementType(named: String(name.dropFirst(5).dropLast(4))) : nil
  }

  static func reported(_ name: String) throws -> TensorFile {
    try TensorFile(contentsOf: Repository.sample("reported/" + name, of: "TensorFiles").path)
  }

  @Test func `all samples are there`() { #expect(Self.names.count == 39) }

  @Test(arguments: names) func `a file from the wild holds what PyTorch or NumPy says`(name: String) throws {
    let expected = try JSONCursor(contentsOf: Self.folder + "/expected.json").member(name)
    let file = try TensorFile(contentsOf: Self.folder + "/" + name, view: Self.view(name))
    let tensors = try expected.members()
    #expect(file.entries.map(\.name).sorted() == tensors.map(\.key).sorted())
    for (key, cursor) in tensors {
      let entry = try file.entry(key)
      let values = try cursor.member("values").items().map { try $0.double() }
      #expect(entry.shape == (try cursor.member("shape").shape()), "\(key)")
      let type = try cursor.member("dtype").string()
      #expect(entry.elementType.name == type || type == "object", "\(key)")
      #expect(entry.values.count == values.count, "\(key)")
      for (found, value) in zip(entry.values, values) {
        #expect(found == value || found.isNaN && value.isNaN, "\(key): \(found) against \(value)")
      }
    }
  }

  @Test(arguments: names) func `a file from the wild that was cut short or changed ends in an error or is harmless`(
    name: String
  ) throws {
    let bytes = try FileSystem.read(Self.folder + "/" + name)
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 100)) {
      #expect(throws: FileError.self, "\(length) bytes") {
        _ = try TensorFile(bytes: Array(bytes[..<length]), path: name, view: Self.view(name))
      }
    }
    var mutator = Mutator(seed: 21)
    for _ in 0..<200 { _ = try? TensorFile(bytes: mutator.mutated(bytes), path: name) }
  }

  @Test func `foreign objects are named and inert, and what stands beside them is read`() throws {
    func unread(_ name: String) throws -> [String] {
      try TensorFile(contentsOf: Self.folder + "/" + name).unread.map { "\($0.name): \($0.what)" }
    }
    #expect(try unread("foreign-call.pth") == ["call: posix.system"])
    #expect(FileSystem.kind(of: "executed") == nil)
    #expect(
      try unread("foreign-numpy.pth") == [
        "rng.1: numpy.ndarray", "generator.state.state: an integer of 136 bits",
        "generator.state.inc: an integer of 136 bits",
        "scalar: numpy._core.multiarray.scalar",
      ])
    #expect(try unread("foreign-defaultdict.pth") == ["d: collections.defaultdict"])
    #expect(
      try unread("foreign-protocol-5.pth") == ["path: pathlib.PurePosixPath", "array: numpy._core.numeric._frombuffer"])
    #expect(try unread("inert.pth").contains("meta: a tensor on the device meta, without elements"))
  }

  @Test func `what public bug reports are about is read`() throws {
    let reference = try Self.reported("ref.pth").entry("a")
    for name in ["crc0.pth", "counter.pth", "device.pth", "nprng.pth", "seed.pth"] {
      #expect(try Self.reported(name).entry("a") == reference, "\(name)")
    }
    #expect(try Self.reported("nprng.pth").unread.map(\.what) == ["numpy.ndarray"])
    let seed = try Self.reported("seed.pth").entry("seed")
    #expect(seed.elementType == .uint64 && Array(seed.bytes) == [0xF9] + [UInt8](repeating: 0xFF, count: 7))
    let array = try Self.reported("ref.npz").entry("a")
    #expect(try Self.reported("note.npz").entry("a") == array)
    #expect(try Self.reported("note.npz").unread.map(\.name) == ["README.txt"])
    #expect(try Self.reported("strmix.npz").entry("a") == array)
    #expect(try Self.reported("strmix.npz").unread.map(\.name) == ["names"])
  }

  /// `torch.save` of {"a": a tensor, "m": Linear(2, 2)} in the format before 1.6, which keeps a module's source text
  /// beside its class.
  @Test func `a module in a file of the oldest format is inert, and what stands beside it is read`() throws {
    let file = try Self.reported("legacy-module.pth")
    #expect(try file.entry("a").values == [0, 1, 2, 3, 4, 5])
    #expect(file.unread.contains { $0.what.contains("Linear") })
  }

  @Test func `an array of a type that NumPy has no name for is refused with what it may be`() throws {
    let path = Repository.sample("reported/bf16.npy", of: "TensorFiles").path
    let error = #expect(throws: FileError.self) { _ = try TensorFile(contentsOf: path) }
    #expect(error?.description.contains("--view bfloat16") == true)
    #expect(try TensorFile(contentsOf: path, view: .bfloat16).entry("array").elementType == .bfloat16)
    #expect(throws: FileError.self) { _ = try TensorFile(contentsOf: path, view: .float8_e5m2) }
    // The bits of whole numbers of the same size can be taken for it too.
    let bits = try NPY.bytes(of: .init(name: "x", elementType: .uint16, shape: [1], bytes: [0x80, 0x3F]))
    #expect(try TensorFile(bytes: bits, path: "x", view: .bfloat16).entries[0].values == [1])
    let again = try NPY.bytes(of: .init(name: "x", elementType: .bfloat16, shape: [1], bytes: [0x80, 0x3F]))
    #expect(try TensorFile(bytes: again, path: "x", view: .bfloat16).entries[0].values == [1])
  }

  @Test func `names are told apart by code points`() throws {
    let header =
      #"{"caf\u00e9":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"cafe\u0301":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#
    let file = try TensorFile(safetensors: safetensors(header, [1, 2]), path: "x")
    #expect(try file.entry("caf\u{E9}").values == [1])
    #expect(try file.entry("cafe\u{301}").values == [2])
    #expect(try TensorFile(safetensors: file.safetensorsBytes(), path: "y").entries.map(\.values) == [[1], [2]])
    let zip = StoredZip.bytes([
      ("\u{E9}.npy", try NPY.bytes(of: file.entries[0])), ("e\u{301}.npy", try NPY.bytes(of: file.entries[1])),
    ])
    #expect(try TensorFile(bytes: zip, path: "z").entries.map(\.values) == [[1], [2]])
  }

  @Test func `a safetensors entry of an unknown type is named, and the others are read`() throws {
    let header =
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F4","shape":[2],"data_offsets":[1,2]}}"#
    let file = try TensorFile(safetensors: safetensors(header, [1, 2]), path: "x")
    #expect(file.entries.map(\.name) == ["a"])
    #expect(file.unread.map(\.what) == ["a tensor of \"F4\""])
    #expect(throws: FileError.self) { _ = try TensorFile(safetensors: safetensors(header, [1, 2, 3]), path: "x") }
  }

  @Test func `narrow floats become tensors, widened exactly`() throws {
    let file = try TensorFile(contentsOf: Self.folder + "/dtypes.pth")
    #expect(try file.entry("bfloat16").tensor(file: "x").values == [0.5, 1.5, 2, 448])
    #expect(try file.entry("float8_e4m3fn").tensor(file: "x").values == [0.5, 1.5, 2, 448])
    #expect(throws: FileError.self) { _ = try file.entry("uint16").tensor(file: "x") }
  }
}
