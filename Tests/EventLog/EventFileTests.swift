import EventLog
import Files
import Foundation
import Pictures
import TestSupport
import Testing

/// What `read_events.py` prints.
struct ReadEvents: Decodable {
  let scalars, images, histograms: [String: [[Double]]]
}

@Suite struct EventFileTests {
  private static let python = Repository.root.appending(path: ".build/tensorboard/bin/python").path
  static let hasTensorBoard = FileSystem.kind(of: python) == .file
  /// CI sets it: there the test must not be skipped.
  static let isRequired = ProcessInfo.processInfo.environment["BOOK_REQUIRE_TENSORBOARD"] != nil

  static func read(_ folder: String) throws -> ReadEvents {
    let script = Repository.root.appending(path: "Tests/EventLog/Samples/read_events.py").path
    let outcome = try ChildProcess.run(python, [script, folder], isBuilt: false)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try JSONDecoder().decode(ReadEvents.self, from: Data(outcome.output.utf8))
  }

  @Test(.enabled(if: hasTensorBoard || isRequired, "run scripts/tensorboard-environment, which needs pip's index"))
  func `TensorBoard reads tags steps values and sizes`() throws {
    let folder = try TemporaryFolder()
    let events = try EventFile(inFolder: folder.path)
    for step in [0, 1, 300, 1 << 33] { try events.add(scalar: Double(step) / 8 - 1, as: "Loss Critic", step: step) }
    try events.add(scalar: 0.25, as: "α ≤ 1", step: 5)
    let picture = Picture(width: 7, height: 3, channels: 3, pixels: (0..<63).map { UInt8($0) })
    try events.add(picture, as: "Real", step: 2)
    try events.add(
      Picture(width: 2, height: 9, channels: 1, pixels: Array(repeating: 4, count: 18)), as: "Gray", step: 3)
    try events.add(histogram: [1, 2, 3, 4, -10, .nan], as: "weights", step: 4)
    try events.add(histogram: [], as: "nothing", step: 4)

    let read = try Self.read(folder.path)
    // TensorBoard keeps scalars in float32, which 2³⁰ − 1 is not in.
    #expect(read.scalars["Loss Critic"] == [[0, -1], [1, -0.875], [300, 36.5], [Double(1 << 33), 1_073_741_824]])
    #expect(read.scalars["α ≤ 1"] == [[5, 0.25]])
    #expect(read.images["Real"] == [[2, 7, 3, 7, 3]])
    #expect(read.images["Gray"] == [[3, 2, 9, 2, 9]])
    #expect(read.histograms["weights"] == [[4, -10, 4, 5, 0, 130, 5]])
    #expect(read.histograms["nothing"] == [[4, 0, 0, 0, 0, 0, 0]])
  }

  @Test(.enabled(if: hasTensorBoard || isRequired, "run scripts/tensorboard-environment, which needs pip's index"))
  func `resumed run replaces the steps that were lost`() throws {
    let folder = try TemporaryFolder()
    var time = 1000.0
    let first = try EventFile(inFolder: folder.path) { time }
    for step in 0..<6 { try first.add(scalar: Double(step), as: "loss", step: step) }
    time = 2000
    let second = try EventFile(inFolder: folder.path, resumingAt: 4) { time }
    for step in 4..<8 { try second.add(scalar: Double(step) * 10, as: "loss", step: step) }
    let read = try Self.read(folder.path)
    #expect(read.scalars["loss"] == [[0, 0], [1, 1], [2, 2], [3, 3], [4, 40], [5, 50], [6, 60], [7, 70]])
  }

  @Test func `records are framed with masked checksums`() {
    // Length 1 and its checksum, the byte, its checksum: computed by TensorFlow's own record writer's algorithm.
    let record = EventFile.record([0x61])
    #expect(record.count == 8 + 4 + 1 + 4)
    #expect(Array(record[..<8]) == [1, 0, 0, 0, 0, 0, 0, 0])
    let crc = CyclicRedundancyCheck.castagnoli([0x61])
    let unmasked = { (word: UInt32) in (word &- 0xA282_EAD8) << 15 | (word &- 0xA282_EAD8) >> 17 }
    let stored = record[13...].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    #expect(unmasked(stored) == crc)
  }

  @Test func `integers are of variable length and negative ones take ten bytes`() {
    var message = ProtocolBuffer()
    message.append(300, field: 1)
    #expect(message.bytes == [0x08, 0xAC, 0x02])
    message = ProtocolBuffer()
    message.append(-1, field: 2)
    #expect(message.bytes == [0x10] + Array(repeating: 0xFF, count: 9) + [0x01])
  }

  @Test func `folder that cannot be written is named`() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("", to: folder("file"))
    #expect(defect { _ = try EventFile(inFolder: folder("file/logs")) } == .cannotWrite)
  }

  @Test func `full disk leaves whole records`() throws {
    let folder = try TemporaryFolder()
    let events = try EventFile(inFolder: folder.path)
    try events.add(scalar: 1, as: "loss", step: 0)
    let before = try FileSystem.read(events.path)
    var calls = FileSystemCalls()
    calls.write = { descriptor, bytes, count in count > 9 ? FileSystemCalls().write(descriptor, bytes, 9) : -1 }
    FileSystemCalls.$current.withValue(calls) {
      #expect(defect { try events.add(scalar: 2, as: "loss", step: 1) } == .cannotWrite)
    }
    #expect(try FileSystem.read(events.path) == before)
  }
}

@Suite struct CutEventFileTests {
  private func records(_ path: String) throws -> Int {
    let bytes = try FileSystem.read(path)
    var (offset, count) = (0, 0)
    while bytes.count - offset >= 16 {
      offset += 16 + Int(bytes[offset]) + Int(bytes[offset + 1]) << 8
      count += 1
    }
    #expect(offset == bytes.count)
    return count
  }

  @Test func `what a killed run logged past its checkpoint is cut off, a torn record too`() throws {
    let folder = try TemporaryFolder()
    let first = try EventFile(inFolder: folder.path)
    for step in 0..<6 {
      try first.add(scalar: Double(step), as: "loss", step: step)
      try first.add(scalar: -Double(step), as: "other", step: step)
    }
    // The file's version, then two records a step.
    #expect(try records(first.path) == 13)
    try AppendedFile(extending: first.path).append([9, 0, 0, 0, 0, 0, 0, 0, 1, 2])
    let second = try EventFile(inFolder: folder.path, resumingAt: 4)
    #expect(try records(first.path) == 9)
    try second.add(scalar: 40, as: "loss", step: 4)
    let third = try EventFile(inFolder: folder.path, resumingAt: 5)
    #expect(try records(first.path) == 9 && records(second.path) == 3 && records(third.path) == 2)
    _ = try EventFile(inFolder: folder.path, resumingAt: 0)
    #expect(try records(first.path) == 1 && records(second.path) == 2)
  }
}
