import Files
import Foundation
import Goldens
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite struct VerdictTests {
  let base: Recording

  init() throws {
    base = try recording { r in
      r.record("a", Tensor([1, 2], shape: [2]), tight, at: here)
      r.record("b", scalar: 3, tight, at: here)
      r.record("draws", Tensor([1, 2], shape: [2]), .exact, keeping: .hash, at: here)
      r.record(log: "one 1.0", tight, at: here)
    }
  }

  @Test func `equal bits are identical once blessed, drifted before`() throws {
    #expect(try check(base, against: base).entries.map(\.verdict) == [.identical, .identical, .identical, .identical])
    let unblessed = try check(base, against: base, blessed: false)
    #expect(unblessed.entries.allSatisfy { $0.verdict == .drifted && $0.note.contains("bless") })
    #expect(!unblessed.fails(exact: false) && unblessed.fails(exact: true))
  }

  @Test func `recorded without a golden is missing, a golden without a recording is orphan`() throws {
    let fewer = try recording { $0.record("a", Tensor([1, 2], shape: [2]), tight, at: here) }
    let missing = try check(base, against: fewer)
    #expect(missing.entries.map(\.verdict) == [.identical, .missing, .missing, .missing])
    #expect(missing.fails(exact: false))
    let orphan = try check(fewer, against: base)
    #expect(orphan.entries.map(\.name) == ["a", "b", "draws", "log"])
    #expect(orphan.entries.map(\.verdict) == [.identical, .orphan, .orphan, .orphan])
    #expect(orphan.fails(exact: false))
  }

  @Test func `a blessed digest does not make a wrong value right`() throws {
    let folder = try TemporaryFolder()
    let other = try recording { $0.record("a", Tensor([1, 3], shape: [2]), tight, at: here) }
    var writer = GoldenSetWriter(chapter: "98-test")
    writer.add(try recording { $0.record("a", Tensor([1, 2], shape: [2]), tight, at: here) })
    writer.digests[.float64] = ["a": other.entries[0].value.digest ?? ""]
    try writer.write(to: folder("g"))
    #expect(Checker(goldens: try GoldenSet(readingFrom: folder("g"))).check(other).entries.first?.verdict == .wrong)
  }

  @Test func `other kind, dtype, shape or fixed bits are wrong, each in its own words`() throws {
    func note(_ fill: (Recorder) -> Void) throws -> String {
      let entry = try #require(try check(recording(fill), against: base).entries.first)
      #expect(entry.verdict == .wrong)
      return entry.note
    }
    #expect(try note { $0.record("a", series: [1, 2], tight, at: here) }.contains("expected a tensor, found a series"))
    #expect(
      try note { $0.record("a", Tensor([Float(1), 2], shape: [2]), tight, at: here) }.contains("expected dtype float64")
    )
    #expect(
      try note { $0.record("a", Tensor([1, 2], shape: [1, 2]), tight, at: here) }.contains(
        "expected shape [2], found [1, 2]"))
    #expect(
      try note { $0.record("draws", Tensor([1, 3], shape: [2]), .exact, keeping: .hash, at: here) }.contains(
        "every bit is fixed"))
  }

  @Test func `empty and foreign recordings and patterns that match nothing fail`() throws {
    let empty = Recording(chapter: "98-test", precision: .float64, entries: [], log: [])
    #expect(try check(empty, against: base).failure == "the run recorded nothing")
    let foreign = Recording(chapter: "97-other", precision: .float64, entries: base.entries, log: [])
    #expect(try check(foreign, against: base).failure?.contains("97-other") == true)
    #expect(try check(base, against: base, pattern: "no-such").failure != nil)
    let some = try check(base, against: base, pattern: "[ab]")
    #expect(some.failure != nil)
    #expect(try check(base, against: base, pattern: "a").entries.map(\.name) == ["a"])
  }

  @Test func `a recording with the same name twice fails`() throws {
    let twice = Recording(
      chapter: "98-test", precision: .float64, entries: base.entries + [base.entries[0]], log: base.log)
    #expect(try check(twice, against: base).failure?.contains("recorded twice") == true)
  }

  @Test func `the report on ten thousand failures stays readable`() throws {
    let entries = (0..<10_000).map {
      EntryResult(
        name: "e\($0)", precision: .float64, kind: "tensor", verdict: .missing, source: here, note: "nothing there")
    }
    let result = PrecisionResult(chapter: "98-test", precision: .float64, entries: entries)
    let text = TextReport([result], exact: false, style: TextStyle(usesColor: false)).text
    #expect(text.split(separator: "\n").count < 150)
    #expect(text.contains("10000 missing") && text.contains("9900 more"))
  }
}

@Suite struct RecordingTests {
  private func fill(_ r: Recorder) {
    r.record("a", Tensor([1, .nan], shape: [2]), .ulps(3), at: here)
    r.record("big", Tensor(repeating: 2, shape: [80, 80], dtype: .float64), tight, at: here)
    r.record("p", pixels: [1, 2, 3], height: 1, width: 1, channels: 3, .exact, at: here)
    r.record(log: "tab\t\"quoted\"", tight, at: here)
  }

  @Test func `a recording is read back as it was written`() throws {
    let folder = try TemporaryFolder()
    let written = try recording(fill)
    try written.write(to: folder("out"))
    let back = try Recording(readingFrom: folder("out"), .float64)
    #expect(back.entries.map(\.name) == ["a", "big", "p"])
    #expect(back.entries.map(\.tolerance) == [.ulps(3), tight, .exact])
    #expect(back.entries.map(\.value.digest) == written.entries.map(\.value.digest))
    #expect(back.log == written.log)
    #expect(try check(back, against: written).entries.allSatisfy { $0.verdict == .identical })
  }

  @Test func `tensors and index that do not belong together are refused`() throws {
    let folder = try TemporaryFolder()
    try recording(fill).write(to: folder.path)
    try AtomicFile.write(
      FileSystem.read(Recording.tensorsPath(folder.path, .float64)) + [0],
      to: Recording.tensorsPath(folder.path, .float64))
    let error = #expect(throws: FileError.self) { _ = try Recording(readingFrom: folder.path, .float64) }
    #expect(error?.defect == .hashMismatch)
    #expect(throws: FileError.self) { _ = try Recording(readingFrom: folder.path, .float32) }
  }

  @Test func `names used twice, bad names and impossible tolerances are all named with their line`() {
    let recorder = Recorder(chapter: "c", precision: .float64)
    recorder.record("a", scalar: 1, tight, at: here)
    recorder.record("a", scalar: 2, tight, at: here)
    recorder.record("x#y", scalar: 2, tight, at: here)
    recorder.record("log", scalar: 2, tight, at: here)
    recorder.record("", scalar: 2, tight, at: here)
    recorder.record("n", scalar: 2, .within(atol: -1, rtol: 0), at: here)
    recorder.record("m", scalar: 2, .within(atol: 0, rtol: .nan), at: here)
    recorder.record(log: "two\nlines", tight, at: here)
    recorder.record("p", pixels: [1, 2], height: 1, width: 1, channels: 3, .exact, at: here)
    let error = #expect(throws: RecordingError.self) { _ = try recorder.recording() }
    #expect(error?.problems.count == 8)
    #expect(error?.problems.allSatisfy { $0.hasPrefix("tests/File.swift:7: ") } == true)
  }
}

@Suite struct GoldenSetTests {
  let folder: TemporaryFolder
  var path: String { folder("98-test") }

  init() throws {
    folder = try TemporaryFolder()
    var writer = GoldenSetWriter(chapter: "98-test")
    writer.add(
      try recording { r in
        r.record("a", Tensor([1, 2], shape: [2]), tight, at: here)
        r.record("big", Tensor(repeating: 2, shape: [80, 80], dtype: .float64), tight, at: here)
        r.record(log: "line 1.0", tight, at: here)
      })
    try writer.write(to: folder("98-test"))
  }

  private func defect() -> FileError.Defect? {
    do {
      _ = try GoldenSet(readingFrom: path)
      return nil
    } catch { return (error as? FileError)?.defect }
  }

  private func edit(_ name: String, _ change: (inout String) -> Void) throws {
    var text = try String(contentsOfFile: path + "/" + name, encoding: .utf8)
    let before = text
    change(&text)
    #expect(text != before)
    try AtomicFile.write(text, to: path + "/" + name)
  }

  @Test func `an intact set is read`() { #expect(defect() == nil) }

  @Test func `a truncated, a flipped and an absent reference are refused`() throws {
    let reference = path + "/reference.safetensors.zst"
    let bytes = try FileSystem.read(reference)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      try AtomicFile.write(Array(bytes[..<length]), to: reference)
      #expect(defect() != nil)
    }
    var flipped = bytes
    flipped[bytes.count / 2] ^= 1
    try AtomicFile.write(flipped, to: reference)
    #expect(defect() != nil)
    try FileSystem.remove(reference)
    #expect(defect() == .cannotOpen)
  }

  @Test func `another intact file in its place is refused by its hash`() throws {
    try AtomicFile.write(Zstd.compress(TensorFile().safetensorsBytes()), to: path + "/reference.safetensors.zst")
    #expect(defect() == .hashMismatch)
  }

  @Test func `an edited log is refused`() throws {
    try edit("log.txt") { $0 = $0.replacingOccurrences(of: "1.0", with: "1.1") }
    #expect(defect() == .hashMismatch)
  }

  @Test func `a manifest that disagrees with the reference is refused`() throws {
    try edit("manifest.json") { $0 = $0.replacingOccurrences(of: "\"shape\": [2]", with: "\"shape\": [3]") }
    #expect(defect() == .inconsistent)
  }

  @Test func `entries that the manifest does not name are refused, and so are misspelt keys`() throws {
    let original = try String(contentsOfFile: path + "/manifest.json", encoding: .utf8)
    try edit("manifest.json") { $0 = $0.replacingOccurrences(of: "\"a\": {", with: "\"z\": {") }
    #expect(defect() == .noSuchTensor)
    try AtomicFile.write(original, to: path + "/manifest.json")
    try edit("manifest.json") { $0 = $0.replacingOccurrences(of: "\"digests\"", with: "\"digest\"") }
    #expect(defect() == .unknownKey)
    try AtomicFile.write(
      original.replacingOccurrences(of: "\"format\": 1", with: "\"format\": 2"), to: path + "/manifest.json")
    #expect(defect() == .wrongVersion)
  }
}

@Suite struct BlessingTests {
  private let folder: TemporaryFolder
  private let goldens: GoldenSet

  init() throws {
    folder = try TemporaryFolder()
    var writer = GoldenSetWriter(chapter: "98-test")
    for precision in [DType.float32, .float64] {
      writer.add(try Self.record(["added": 1, "kept": 1, "replaced": 1], precision))
      writer.digests[precision]?["added"] = nil
      writer.digests[precision]?["gone"] = String(repeating: "0", count: 64)
    }
    try writer.write(to: folder("g"))
    goldens = try GoldenSet(readingFrom: folder("g"))
  }

  private static func record(_ values: [String: Double], _ precision: DType) throws -> Recording {
    let recorder = Recorder(chapter: "98-test", precision: precision)
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      recorder.record(name, scalar: value, tight, at: here)
    }
    return try recorder.recording()
  }

  private func blessing(_ values: [DType: [String: Double]], _ pattern: Glob? = nil) throws -> Blessing {
    let results = try values.sorted { $0.key.rawValue < $1.key.rawValue }.map { precision, values in
      Checker(goldens: goldens, pattern: pattern).check(try Self.record(values, precision))
    }
    return Blessing(goldens.manifest, results: results, pattern: pattern)
  }

  @Test func `it adds, replaces, removes and keeps digests`() throws {
    let replaced = 1.0.nextUp
    let blessing = try blessing([.float64: ["added": 1, "kept": 1, "replaced": replaced]])
    #expect(blessing.refusals.isEmpty)
    #expect(blessing.rewrites.map(\.name).sorted() == ["added", "gone", "replaced"])
    try blessing.blessed(provenance: ["date": .string("today")]).write()
    let after = try Manifest(contentsOf: folder("g/manifest.json"))
    #expect(after.digests[.float64]?.keys.sorted() == ["added", "kept", "replaced"])
    #expect(after.digests[.float64]?["replaced"] != goldens.manifest.digests[.float64]?["replaced"])
    #expect(after.digests[.float32] == goldens.manifest.digests[.float32])
    #expect(after.contentHash == goldens.manifest.contentHash)
  }

  @Test(arguments: [
    (["added": 1, "kept": 1, "replaced": 2], "replaced"), (["added": 1, "kept": 1], "replaced"),
    (["added": 1, "kept": 1, "new": 1, "replaced": 1], "new"),
  ])
  func `where one entry does not hold nothing is blessed`(_ values: [String: Double], _ refused: String) throws {
    let blessing = try blessing([.float64: values])
    #expect(blessing.refusals.map(\.name) == [refused] && blessing.rewrites.isEmpty)
    #expect(blessing.blessed(provenance: [:]).digests == goldens.manifest.digests)
  }

  @Test func `an entry that is wrong in one precision is refused in both, and nothing is blessed`() throws {
    let good = ["added": 1, "kept": 1, "replaced": 1.0.nextUp]
    let wrong = good.merging(["replaced": 2]) { $1 }
    let blessing = try blessing([.float32: good, .float64: wrong])
    #expect(
      blessing.refusals.map { "\($0.name) \($0.precision.rawValue)" } == ["replaced float32", "replaced float64"])
    #expect(blessing.refusals.first?.action == .refuse("it does not hold in float64"))
    #expect(blessing.rewrites.isEmpty)
  }

  @Test func `what is named is blessed although another entry does not hold`() throws {
    let values: [String: Double] = ["added": 1, "kept": 1, "replaced": 2]
    let blessing = try blessing([.float32: values, .float64: values], Glob("added"))
    #expect(blessing.refusals.isEmpty && blessing.rewrites.map(\.name) == ["added", "added"])
  }
}
