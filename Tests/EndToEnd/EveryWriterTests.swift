import Checkpoints
import Downloading
import EventLog
import Files
import Foundation
import Goldens
import NeuralNets
import Pictures
import Scores
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Every writer, with each of its system calls failing once: the error is a `FileError`, what is there is the old or
/// the new, whole, and nothing temporary stays behind.
@Suite struct EveryWriterTests {
  /// What writes, in a folder of its own.
  struct Writer: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// How many calls there are at least, so that nothing is held to too little.
    let calls: Int
    var prepare: @Sendable (TemporaryFolder) throws -> Void = { _ in }
    let write: @Sendable (TemporaryFolder) throws -> Void
    /// What a reader finds, as a text: it must be what it found before, or what it finds at the end.
    let found: @Sendable (TemporaryFolder) throws -> String
  }

  private static let large = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

  private static func text(_ path: String) -> String {
    (try? FileSystem.read(path)).map { SHA256.hexadecimal(SHA256.hash(data: $0)) } ?? "nothing"
  }

  private static func recording(_ value: Double) throws -> Recording {
    let recorder = Recorder(chapter: "98-test", precision: .float64)
    let here = SourceLocation(file: "a.swift", line: 1)
    recorder.record("a", Tensor(repeating: value, shape: [3000], dtype: .float64), .exact, at: here)
    recorder.record(log: "line \(value)", .exact, at: here)
    return try recorder.recording()
  }

  private static func ledger(_ value: Int) throws -> Ledger {
    let program = BuildStamp(root: "/", folders: ["a"], files: ["Package.swift": String(repeating: "a", count: 64)])
    let record = try LedgerRecord(
      Ledger(
        chapter: "99-fake", act: "first", arguments: [], settings: ["seed": "0"], iterations: 400, departures: []),
      program: program, threads: 1)
    for iteration in 0..<400 { try record.line("[\(iteration)] \((iteration &+ value) &* 2_654_435_761 % 1_000_003)") }
    try record.epoch(1, state: Digest.of([UInt8(value)]))
    return record.current
  }

  private static func checkpoint(_ value: Double) throws -> Checkpoint {
    var checkpoint = try Checkpoint(identity: ["chapter": "test"])
    try checkpoint.add(Tensor(repeating: value, shape: [5000], dtype: .float32), as: "w")
    return checkpoint
  }

  private static func picture(_ number: Int) -> Picture {
    Picture(
      width: 60, height: 40, channels: 3, pixels: (0..<7200).map { UInt8(truncatingIfNeeded: $0 &* (number + 3)) })
  }

  static let all: [Writer] = [
    Writer(
      testDescription: "a file", calls: 10, prepare: { try AtomicFile.write("old", to: $0("file")) },
      write: { try AtomicFile.write(large, to: $0("file")) }, found: { text($0("file")) }),
    Writer(
      testDescription: "a checkpoint", calls: 10, prepare: { try checkpoint(1).write(to: $0("c.safetensors")) },
      write: { try checkpoint(2).write(to: $0("c.safetensors")) },
      found: { try Checkpoint(readingFrom: $0("c.safetensors"), identity: ["chapter": "test"]).digest }),
    Writer(
      testDescription: "a golden set", calls: 20,
      prepare: { try replaceGoldens($0, 1) }, write: { try replaceGoldens($0, 2) },
      found: { try goldens($0) }),
    Writer(
      testDescription: "a new golden set", calls: 20, write: { try replaceGoldens($0, 2) },
      found: { folder in
        FileSystem.kind(of: folder("goldens/set")) == nil
          ? "nothing" : try goldens(folder)
      }),
    Writer(
      testDescription: "a ledger", calls: 12, prepare: { try ledger(1).write(to: $0("ledger")) },
      write: { try ledger(2).write(to: $0("ledger")) },
      found: { try Ledger(readingFrom: $0("ledger"), act: "first").epochs.map(\.state).joined() }),
    Writer(
      testDescription: "a folder of pictures", calls: 12,
      write: { folder in try PictureFolder.write(count: 3, to: folder("a/pictures")) { picture($0) } },
      found: { folder in
        let names = (try? FileSystem.list(folder("a/pictures"))) ?? []
        return try names.map { try text(folder("a/pictures/\($0)")) + "\(PNG.read(folder("a/pictures/\($0)")).width)" }
          .joined(separator: " ")
      }),
    Writer(
      testDescription: "a folder out of an archive", calls: 20,
      prepare: { folder in
        try FileSystem.createFolder(folder("box"))
        for name in ["a", "b"] { try AtomicFile.write(large, to: folder("box/\(name)")) }
        let outcome = try ChildProcess.run(
          "tar", ["-C", folder.path, "-czf", folder("box.tar.gz"), "box"], isBuilt: false)
        try #require(outcome.code == 0)
        try FileManager.default.removeItem(atPath: folder("box"))
      },
      write: {
        try UnpackedFolder.unpack(
          FileSystem.read($0("box.tar.gz")), folder: "box", into: $0.path, file: "box.tar.gz")
      },
      found: { folder in
        ((try? FileSystem.list(folder("box"))) ?? []).map { "\($0) \(text(folder("box/\($0)")))" }.joined(
          separator: " ")
      }),
    Writer(
      testDescription: "rows for NumPy", calls: 8,
      write: { folder in
        let file = try RowFile(folder("rows.npy"), rows: 8)
        for value in 0..<2 { try file.append(Tensor(repeating: Double(value), shape: [4, 500], dtype: .float32)) }
        try file.commit()
      }, found: { text($0("rows.npy")) }),
  ]

  private static func goldens(_ folder: TemporaryFolder) throws -> String {
    let digests = try GoldenSet(readingFrom: folder("goldens/set")).manifest.digests[.float64] ?? [:]
    return digests.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " ")
  }

  private static func replaceGoldens(_ folder: TemporaryFolder, _ value: Double) throws {
    var writer = GoldenSetWriter(chapter: "98-test")
    writer.add(try recording(value), blessed: true)
    try GoldenSetFolder.replace(folder("goldens/set")) { try writer.write(to: $0) }
  }

  /// All that is hidden or temporary below a folder.
  private func leftovers(_ folder: TemporaryFolder) -> [String] {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".tmp") || $0.contains("/.") || $0.hasPrefix(".") }
  }

  @Test(arguments: all, [ENOSPC, EIO]) func `a writer whose any call fails leaves the old or the new, whole`(
    _ writer: Writer, _ code: Int32
  ) throws {
    var folder = try TemporaryFolder()
    var before = ""
    let other = try TemporaryFolder()
    try writer.prepare(other)
    try writer.write(other)
    let after = try writer.found(other)
    let failed = try FailingCalls.each(
      errno: code,
      prepare: {
        folder = try TemporaryFolder()
        try writer.prepare(folder)
        before = (try? writer.found(folder)) ?? "nothing"
      }, { try writer.write(folder) },
      check: { failure in
        let place = "\(writer.testDescription): call \(failure.step), \(failure.call)"
        let found = try writer.found(folder)
        #expect(found == before || found == after, "\(place): neither the old nor the new is there")
        #expect(failure.error != nil || found == after, "\(place): nobody was told")
        #expect(failure.error == nil || failure.error is FileError, "\(place): \(String(describing: failure.error))")
        // A leftover that cannot be removed stays; the next run removes it.
        if failure.call != "remove" { #expect(leftovers(folder).isEmpty, "\(place): \(leftovers(folder))") }
      })
    #expect(failed.count >= writer.calls, "\(failed)")
    #expect(Set(failed).isSuperset(of: ["write", "close"]), "\(failed)")
  }

  /// Appending has no old and new: what is there is the whole records that were told to be written.
  @Test(arguments: [ENOSPC, EIO]) func `an event file whose any call fails holds whole events`(_ code: Int32) throws {
    var folder = try TemporaryFolder()
    var told = 0
    let failed = try FailingCalls.each(
      errno: code,
      prepare: {
        folder = try TemporaryFolder()
        told = 0
      },
      {
        let events = try EventFile(inFolder: folder("logs"))
        var failure: (any Error)?
        for step in 0..<4 {
          do {
            try events.add(scalar: 1, as: String(repeating: "a", count: 6000), step: step)
            told += 1
          } catch { failure = error }
        }
        if let failure { throw failure }
      },
      check: { failure in
        for path in (try? EventFile.files(in: folder("logs"))) ?? [] {
          let bytes = try FileSystem.read(path)
          let place = "call \(failure.step), \(failure.call)"
          #expect(EventRecords.byteCount(of: bytes, beforeStep: 99) == bytes.count, "\(place): half a record")
          let records = bytes.isEmpty ? 0 : (bytes.count - 40) / 6000
          #expect(records == told, "\(place): \(records) records, \(told) were told to be there")
        }
        #expect(failure.error == nil || failure.error is FileError, "\(String(describing: failure.error))")
      })
    #expect(failed.count > 8 && failed.contains("write"), "\(failed)")
  }

  @Test func `a record that could not be cut off again is cut off before the next`() throws {
    let folder = try TemporaryFolder()
    let file = try AppendedFile(createdIn: folder.path, named: "log")
    try file.append([1, 2])
    var calls = FileSystemCalls()
    let plain = calls.write
    // Half a record gets through, then the disk is gone for a while.
    let passed = FailingOnce()
    calls.write = { descriptor, bytes, count in
      if passed.isFirst { return plain(descriptor, bytes, 1) }
      errno = EIO
      return -1
    }
    calls.truncate = { _, _ in
      errno = EIO
      return -1
    }
    FileSystemCalls.$current.withValue(calls) { #expect(throws: FileError.self) { try file.append([3, 4]) } }
    #expect(try FileSystem.read(file.path) == [1, 2, 3])
    try file.append([5, 6])
    #expect(try FileSystem.read(file.path) == [1, 2, 5, 6])
  }
}

/// True once.
private final class FailingOnce: @unchecked Sendable {
  private var calls = 0
  var isFirst: Bool {
    calls += 1
    return calls == 1
  }
}
