import Files
import Foundation
import Goldens
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Recordings that anybody may have written: what is not exactly the format is refused, and the file and the place are
/// named.
@Suite struct OutsideRecordingTests {
  private let place: TemporaryFolder

  init() throws {
    place = try TemporaryFolder()
    try recording {
      $0.record("a/b", Tensor([1, 2, 3], shape: [3]), tight, at: here)
      $0.record("loss", series: [1, 2], tight, at: here)
      $0.record(log: "step 1 loss 0.5", tight, at: here)
    }.write(to: place.path)
  }

  private func edit(_ old: String, _ new: String) throws {
    let path = Recording.indexPath(place.path, .float64)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let changed = text.replacing(old, with: new)
    #expect(changed != text, "\(old) in \(text)")
    try changed.write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func read() throws -> RecordingFolder { try RecordingFolder(place.path) }

  @Test func `what is in order is read, slashes in the names of entries included`() throws {
    let folder = try read()
    #expect(folder.names == ["98-test"] && folder.isOne)
    #expect(folder.recordings.first?.recording.entries.map(\.name) == ["a/b", "loss"])
  }

  @Test(arguments: [
    ("\"chapter\": \"98-test\"", "\"chapter\": \"../../etc\"", FileError.Defect.badName),
    ("\"chapter\": \"98-test\"", "\"chapter\": \"a/b\"", .badName),
    ("\"chapter\": \"98-test\"", "\"chapter\": \".hidden\"", .badName),
    ("\"chapter\": \"98-test\"", "\"chapter\": \"\"", .badName),
    ("\"chapter\": \"98-test\"", "\"chapter\": \"a\\u0000b\"", .badName),
    ("\"name\": \"loss\"", "\"name\": \"a/b\"", .duplicateName),
    ("\"name\": \"loss\"", "\"name\": \"loss\", \"nmae\": 1", .unknownKey),
    ("1e-07", "\"nan\"", .badValue), ("1e-07", "\"inf\"", .badValue), ("1e-07", "-1", .badValue),
    ("1e-07", "1e999", .badValue), ("1e-07", "NaN", .notJSON),
    ("step 1 loss 0.5", "\\u001b[2J", .badValue), ("step 1 loss 0.5", "# float64", .badValue),
    ("step 1 loss 0.5", "one\\ntwo", .badValue), ("step 1 loss 0.5", "\\u202e", .badValue),
    ("tests/File.swift", "tests/\\u001b]0;x", .badValue),
    ("\"shape\": [3]", "\"shape\": [4611686018427387904, 4611686018427387904]", .sizeOverflow),
    ("\"shape\": [3]", "\"shape\": [-3]", .badShape), ("\"shape\": [3]", "\"shape\": [4]", .inconsistent),
    ("\"kind\": \"series\"", "\"kind\": \"image\"", .inconsistent),
    ("\"kind\": \"series\"", "\"kind\": \"scalar\"", .inconsistent),
    ("\"kind\": \"series\"", "\"kind\": \"program\"", .badValue),
    ("\"format\": 1", "\"format\": 2", .wrongVersion),
    ("\"precision\": \"float64\"", "\"precision\": \"float32\"", .inconsistent),
    ("\"log\": [", "\"made_by\": {\"tool\": \"\\u001b\"}, \"log\": [", .badValue),
    ("\"log\": [", "\"made_by\": [], \"log\": [", .wrongType), ("\"log\": [", "\"extra\": [], \"log\": [", .unknownKey),
  ])
  func `what a stranger may have slipped in is refused`(old: String, new: String, expected: FileError.Defect) throws {
    try edit(old, new)
    #expect(defect { _ = try read() } == expected)
  }

  @Test func `a digest that is not that of the values is refused, and one that is left out is computed`() throws {
    let digest = try #require(try read().recordings.first?.recording.entries.first?.value.digest)
    try edit("\"digest\": \"\(digest)\",", "")
    #expect(try read().recordings.first?.recording.entries.first?.value.digest == digest)
    let other = try #require(try read().recordings.first?.recording.entries.last?.value.digest)
    try edit(other, digest)
    #expect(defect { _ = try read() } == .hashMismatch)
  }

  @Test func `tensors that are changed, missing or nobody's are refused`() throws {
    let path = Recording.tensorsPath(place.path, .float64)
    let bytes = try FileSystem.read(path)
    var flipped = bytes
    flipped[bytes.count - 1] ^= 1
    try AtomicFile.write(flipped, to: path)
    #expect(defect { _ = try read() } == .hashMismatch)
    var file = try TensorFile(safetensors: bytes, path: path)
    try file.append(.init(name: "stray", values: [1], shape: [1]))
    let more = try file.safetensorsBytes()
    try AtomicFile.write(more, to: path)
    try edit(Digest.of(bytes), Digest.of(more))
    #expect(defect { _ = try read() } == .inconsistent)
    try FileSystem.remove(path)
    #expect(defect { _ = try read() } == .cannotOpen)
  }

  @Test func `a header that claims gigabytes is refused before anything is made of it`() throws {
    let path = Recording.tensorsPath(place.path, .float64)
    let bytes = try FileSystem.read(path)
    let huge = [UInt8](repeating: 0xFF, count: 7) + [0x7F] + bytes.dropFirst(8)
    try AtomicFile.write(huge, to: path)
    try edit(Digest.of(bytes), Digest.of(huge))
    #expect(defect { _ = try read() } == .headerTooLarge)
  }

  @Test(arguments: ["recorded-float64.json", "recorded-float64.safetensors", "below"])
  func `symbolic links are refused by name, files and folders`(name: String) throws {
    let path = place(name)
    let elsewhere = try TemporaryFolder()
    if FileSystem.kind(of: path) == .file { try FileManager.default.moveItem(atPath: path, toPath: elsewhere("file")) }
    try FileManager.default.createSymbolicLink(
      atPath: path, withDestinationPath: name == "below" ? elsewhere.path : elsewhere("file"))
    let error = #expect(throws: FileError.self) { try read() }
    #expect(error?.defect == .symbolicLink && error?.file == path)
    if name.hasSuffix("json") {
      #expect(defect { _ = try OutsideRecording(readingFrom: place.path, .float64) } == .symbolicLink)
    }
  }

  @Test func `recordings of many folders are found, the same name in the same precision twice is refused`() throws {
    let root = try TemporaryFolder()
    for (folder, chapter, precision) in [
      ("one/a", "a", DType.float64), ("two/b/deep", "b", .float64), ("two/a", "a", .float32),
    ] {
      let recorder = Recorder(chapter: chapter, precision: precision)
      recorder.record("x", scalar: 1, tight, at: here)
      try recorder.write(to: root(folder))
    }
    let found = try RecordingFolder(root.path)
    #expect(
      found.names == ["a", "b"] && found.recordings.map(\.recording.precision) == [.float64, .float32, .float64])
    #expect(!found.isOne)
    try FileManager.default.copyItem(atPath: root("one"), toPath: root("three"))
    #expect(throws: CatalogError.self) { try RecordingFolder(root.path) }
    try FileManager.default.createDirectory(atPath: root("empty"), withIntermediateDirectories: true)
    #expect(throws: CatalogError.self) { try RecordingFolder(root("empty")) }
  }

  @Test func `an empty tensor whose other extents overflow is read, compared, and ends nothing`() throws {
    let root = try TemporaryFolder()
    let entry = try TensorFile.Entry(name: "empty", elementType: .float32, shape: [1 << 62, 4, 0], bytes: [])
    let value = try GoldenValue(.tensor, entry, name: "empty")
    let made = Recording(
      chapter: "a", precision: .float64,
      entries: [RecordedEntry(name: "empty", value: value, tolerance: tight, source: here)], log: [])
    try made.write(to: root.path)
    let read = try #require(try RecordingFolder(root.path).recordings.first)
    #expect(read.recording.entries.first?.value.count == 0)
    let results = try RecordingCheck(RecordingFolder(root.path), goldens: root("goldens")).results()
    #expect(results.flatMap(\.entries).map(\.verdict) == [.missing])
  }

  @Test func `a recording of a precision that is none is refused, not passed over`() throws {
    try FileManager.default.moveItem(
      atPath: place("recorded-float64.json"), toPath: place("recorded-float16.json"))
    #expect(defect { _ = try read() } == .badName)
  }
}
