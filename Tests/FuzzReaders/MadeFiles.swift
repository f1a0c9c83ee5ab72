import Datasets
import EventLog
import Files
import Foundation
import Goldens
import Literate
import Pictures
import TensorFiles
import Tensors
import TestSupport

// Files that no sample holds: they are made here, as the package itself writes them.

extension Reader {
  func recordings(_ folder: String) throws -> [Subject] {
    let recorder = Recorder(chapter: "98-test", precision: .float64)
    let here = SourceLocation(file: "a.swift", line: 1)
    recorder.record("a", Tensor([1, 2, 3], shape: [3]), .within(atol: 1, rtol: 0), at: here)
    recorder.record("big", Tensor(repeating: 1, shape: [70, 70], dtype: .float64), .ulps(2), at: here)
    recorder.record("h", Tensor([1, 2, 3], shape: [3]), .exact, keeping: .hash, at: here)
    recorder.record(log: "line 1.0", .exact, at: here)
    let (tensors, index) = try recorder.recording().contents()
    /// As a run's own, and as a stranger's, which must not be easier to please.
    @Sendable func read(index: [UInt8], tensors: [UInt8]) throws {
      let cursor = try JSONCursor(parsing: index, file: "index")
      _ = try Recording(index: cursor, .float64, tensors: tensors, path: "tensors")
      let outside = try OutsideRecording(index: cursor, .float64, tensors: tensors, path: "tensors", folder: folder)
      for entry in outside.recording.entries { _ = (entry.value.count, entry.value.elements?.values.count) }
    }
    return [
      Subject(name: "index", bytes: index) { try read(index: $0, tensors: tensors) },
      Subject(name: "tensors", bytes: tensors) { try read(index: index, tensors: $0) },
      // With an index that vouches for the damage, or nothing would get past the hash.
      Subject(name: "rehashed", bytes: tensors) { bytes in
        let old = try JSONCursor(parsing: index, file: "index").member("content_sha256").string()
        let text = String(decoding: index, as: UTF8.self).replacing(old, with: Digest.of(bytes))
        try read(index: Array(text.utf8), tensors: bytes)
      },
    ]
  }

  func ledgers() throws -> [Subject] {
    let ledger = Ledger(
      chapter: "99-fake", act: "first", arguments: ["--act", "first"], settings: ["seed": "0", "dtype": "float32"],
      iterations: 12, departures: [])
    let program = BuildStamp(
      root: "/here", folders: ["chapters/99-fake"], files: ["Package.swift": String(repeating: "a", count: 64)])
    let record = try LedgerRecord(ledger, program: program, threads: 1)
    for iteration in 0..<12 {
      try record.line("[\(iteration)] loss: \(1 / Double(iteration + 1))")
      if iteration % 4 == 3 {
        try record.epoch(
          iteration / 4 % 2 + 1, stage: iteration < 8 ? "" : "large", state: Digest.of([UInt8(iteration)]))
      }
    }
    let (index, log) = try record.current.contents(level: 3)
    return [
      Subject(name: "index", bytes: index) { _ = try Ledger(index: $0, path: "index", log: log, logPath: "log") },
      Subject(name: "log", bytes: log) { _ = try Ledger(index: index, path: "index", log: $0, logPath: "log") },
    ]
  }

  /// A journal that is sealed anew, so that the damage is looked at, and one that is not.
  func journals(_ folder: String) throws -> [Subject] {
    let program = BuildStamp(
      root: "/here", folders: ["chapters/98-test"], files: ["Package.swift": String(repeating: "a", count: 64)])
    let quoted = JSONValue.string(program.text).compact
    let lines = [
      """
      {"kind":"run","format":2,"chapter":"98-test","seed":0,"dtype":"float32","profile":"quick","decimals":4,"program":\(quoted),\
      "events":4,"timing":{"seconds":3,"threads":2,"processor":"p"}}
      """,
      #"{"kind":"text","file":"a.swift","line":1,"text":"one 1.5e-3"}"#,
      #"{"kind":"picture","file":"a.swift","line":2,"path":"p.png","caption":"c","description":"d","frames":["a","b"],"cover":true}"#,
      #"{"kind":"table","file":"a.swift","line":3,"headings":["x","y"],"rows":[["1","2"],["3","4"]],"caption":"c"}"#,
      #"{"kind":"record","file":"a.swift","line":4,"name":"n"}"#,
    ]
    let journal = Array(lines.map { $0 + "\n" }.joined().utf8)
    let index = Array("{}".utf8)
    overwrite(Recording.indexPath(folder, .float32), index)
    func read(_ bytes: [UInt8]) throws {
      overwrite("\(folder)/run.jsonl", bytes)
      _ = try RunJournal(readingFrom: folder, chapter: "98-test")
    }
    func sealed(_ bytes: [UInt8]) -> [UInt8] { bytes + Array(RunSeal.line(journal: bytes, index: index).utf8) }
    // What cannot be read undamaged would never be read.
    try read(sealed(journal))
    return [
      Subject(name: "sealed", bytes: journal) { try read(sealed($0)) },
      Subject(name: "whole", bytes: sealed(journal)) { try read($0) },
    ]
  }

  func texts() throws -> [Subject] {
    let texts = [
      #"{"a":[1,-2.5e-3,true,null,"x\u00e9\ud83d\ude00\n"],"b":{"c":{},"d":[]},"9007199254740993":123456789012345678901234567890}"#,
      String(repeating: "[", count: 60) + String(repeating: "]", count: 60), #""\\\"\/\b\f\n\r\t""#, "-0.0e+10",
    ]
    return texts.map { text in
      Subject(name: "json", bytes: Array(text.utf8)) { bytes in
        let cursor = try JSONCursor(parsing: bytes, file: "json")
        // What was read can be written, and read again as the same.
        let compact = cursor.value.compact
        let again = try JSONCursor(parsing: Array(compact.utf8), file: "again").value.compact
        guard again == compact else { throw FuzzingError("\(compact) is read as \(again)") }
      }
    }
  }

  func cifar(_ folder: String) throws -> [Subject] {
    let record = [3] + (0..<3072).map { UInt8(truncatingIfNeeded: $0) }
    let names = (1...5).map { "data_batch_\($0).bin" }
    for name in names { overwrite("\(folder)/\(name)", record + record) }
    return names.prefix(2).map { name in
      Subject(name: name, bytes: record + record) { bytes in
        overwrite("\(folder)/\(name)", bytes)
        defer { overwrite("\(folder)/\(name)", record + record) }
        let dataset = try CIFAR10(folder: folder, recordsPerFile: 2)
        _ = (dataset.label(0), dataset.picture(dataset.count - 1).pixels.count)
      }
    }
  }

  /// Two pictures that are none: what is damaged is the index.
  func packed() -> Subject {
    var bytes = Array("CIFAR10J".utf8)
    func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    bytes += word(2) + word(1) + word(4)
    bytes += Array("part".utf8) + [UInt8](repeating: 0, count: 4) + word(0) + word(2) + [UInt8](repeating: 7, count: 32)
    bytes += [3, 5, 0, 4, 5, 0, 0xFF, 0xD8, 0xFF, 0xDB] + [UInt8](repeating: 1, count: 10)
    return Subject(name: "packed", bytes: bytes) { bytes in
      let packed = try PackedJPEGs(bytes, path: "packed")
      for part in packed.parts { _ = try packed.records(part.name) }
    }
  }

  func archives() throws -> [Subject] {
    var tar: [UInt8] = []
    for (name, size) in [("box/a", 700), ("box/b", 0), ("box/c", 1024)] {
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at offset: Int) {
        header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
      }
      let octal = String(size, radix: 8)
      put(name, at: 0)
      put("0000644", at: 100)
      put(String(repeating: "0", count: 11 - octal.count) + octal, at: 124)
      put("        ", at: 148)
      put("0", at: 156)
      put("ustar\u{0}00", at: 257)
      let sum = header.reduce(0) { $0 + Int($1) }
      let digits = String(sum, radix: 8)
      put(String(repeating: "0", count: 6 - digits.count) + digits + "\u{0} ", at: 148)
      tar += header + [UInt8](repeating: 65, count: size) + [UInt8](repeating: 0, count: (512 - size % 512) % 512)
    }
    tar += [UInt8](repeating: 0, count: 1024)
    func read(_ bytes: [UInt8]) throws {
      _ = try TarArchive.members(of: bytes, limit: Zstd.defaultLimit(for: bytes.count), file: "tar")
    }
    // Stored, so that damage to the archive gets past the compression.
    let packed = Self.gzip(tar)
    try read(packed)
    return [
      Subject(name: "tar.gz", bytes: packed) { try read($0) },
      Subject(name: "tar", bytes: tar) { try read(Self.gzip($0)) },
    ]
  }

  /// One gzip member of stored blocks (RFC 1951, 1952).
  private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    var offset = 0
    repeat {
      let count = min(65_535, bytes.count - offset)
      let (low, high) = (UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count >> 8))
      out += [offset + count == bytes.count ? 1 : 0, low, high, ~low, ~high] + bytes[offset..<offset + count]
      offset += count
    } while offset < bytes.count
    let words = [CyclicRedundancyCheck.ieee(bytes), UInt32(truncatingIfNeeded: bytes.count)]
    return out + words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  func eventFiles(_ folder: String) throws -> [Subject] {
    let events = try EventFile(inFolder: folder + "/events")
    for step in 0..<3 {
      try events.add(scalar: 0.5, as: "loss", step: step)
      try events.add(histogram: [1, 2, 3], as: "weights", step: step)
      try events.add(Picture(width: 2, height: 1, channels: 1, pixels: [1, 2]), as: "picture", step: step)
    }
    let bytes = try FileSystem.read(events.path)
    return [
      Subject(name: "events", bytes: bytes) { bytes in
        let kept = EventRecords.byteCount(of: bytes, beforeStep: 2)
        guard (0...bytes.count).contains(kept) else { throw FuzzingError("\(kept) of \(bytes.count) bytes are kept") }
      }
    ]
  }
}

/// What a reader made of damage, and must not.
struct FuzzingError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
