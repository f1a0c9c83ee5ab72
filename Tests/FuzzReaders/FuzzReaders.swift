import Foundation
import Goldens
import TensorFiles
import Tensors
import TestSupport

/// `fuzz-readers SEED COUNT FILE…`: reads COUNT damaged copies of the files with every reader.
///
/// Ends with 1 where a reader throws anything but a `FileError`, takes more than a second, or (by being killed) crashes or allocates more
/// than the file's size × 4 + 64 MiB. Before every read the mutation's number is noted, so that a crash can be found.
@main
enum FuzzReaders {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 3, let seed = UInt64(arguments[1]), let count = Int(arguments[2]) else {
      print("usage: fuzz-readers SEED COUNT FILE…")
      exit(2)
    }
    let folder = try TemporaryFolder()
    let subjects = try arguments[3...].map { try Subject(path: $0) } + Subject.recording() + Subject.trace()
    var mutator = Mutator(seed: seed)
    var fuzzer = Fuzzer(folder: folder.path)
    limitMemory(beyond: 4 * (subjects.map(\.bytes.count).max() ?? 0) + 64 << 20)
    for number in 0..<count {
      let subject = subjects[mutator.below(subjects.count)]
      fuzzer.read(subject, subject.mutated(&mutator), number: number)
    }
    print("\(count) mutations, \(fuzzer.refused) refused, \(fuzzer.accepted) harmless, slowest \(fuzzer.slowest)")
    for (defect, count) in fuzzer.defects.sorted(by: { $0.key < $1.key }) { print("  \(defect): \(count)") }
    exit(fuzzer.failures > 0 ? 1 : 0)
  }

  /// Address space beyond what the process has now is limited, so a greater allocation fails, which ends the process.
  static func limitMemory(beyond byteCount: Int) {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = text.split(separator: " ").first.flatMap({ Int($0) })
    else { return }
    // The allocator takes address space in advance, in arenas of 64 MiB.
    let limit = rlim_t(pages * 4096 + byteCount + 96 << 20)
    var limits = rlimit(rlim_cur: limit, rlim_max: limit)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits)
  }
}

/// A file to damage.
struct Subject {
  enum Form {
    case tensors, zip([ZipArchive.Member])
    /// One of the three files of a golden set in `folder`.
    case goldens(folder: String)
    case recordedIndex(tensors: [UInt8]), recordedTensors(index: [UInt8]), rehashedTensors(index: [UInt8])
    case tolerances
    /// A trace, and its records alone, which are packed again so that the damage gets past the checksum.
    case trace, traceRecords(before: [UInt8])
  }

  let name: String
  let bytes: [UInt8]
  let form: Form

  init(name: String, bytes: [UInt8], form: Form) {
    self.name = name
    self.bytes = bytes
    self.form = form
  }

  init(path: String) throws {
    let bytes = try FileSystem.read(path)
    let url = URL(fileURLWithPath: path)
    var form = Form.tensors
    if url.deletingLastPathComponent().lastPathComponent == "99-fake" {
      form = .goldens(folder: url.deletingLastPathComponent().path)
    } else if let members = try? ZipArchive.members(of: bytes, limit: 1 << 20, file: path) {
      form = .zip(members)
    }
    self.init(name: url.lastPathComponent, bytes: bytes, form: form)
  }

  static func recording() throws -> [Subject] {
    let recorder = Recorder(chapter: "98-test", precision: .float64)
    let here = SourceLocation(file: "a.swift", line: 1)
    recorder.record("a", Tensor([1, 2, 3], shape: [3]), .within(atol: 1, rtol: 0), at: here)
    recorder.record("big", Tensor(repeating: 1, shape: [70, 70], dtype: .float64), .ulps(2), at: here)
    recorder.record("h", exactly: [1, 2, 3], at: here)
    recorder.record(log: "line 1.0", .exact, at: here)
    let (tensors, index) = try recorder.recording().contents()
    return [
      Subject(name: "index", bytes: index, form: .recordedIndex(tensors: tensors)),
      Subject(name: "tensors", bytes: tensors, form: .recordedTensors(index: index)),
      Subject(name: "rehashed", bytes: tensors, form: .rehashedTensors(index: index)),
      Subject(
        name: "tolerances", bytes: Array("# names\n*.weight 1e-6 1e-5\na b exact\n* ulp 2\n".utf8), form: .tolerances),
    ]
  }

  /// A small trace with every kind of record.
  static func trace() throws -> [Subject] {
    let folder = try TemporaryFolder()
    let writer = try TraceFileWriter(
      folder("trace"), header: .init(chapter: "98-test", dtype: .float32, arguments: ["-a"]))
    let before = try FileSystem.read(folder("trace"))
    writer.begin()
    let x = Tensor((0..<12).map { Float($0) }, shape: [3, 4])
    let y = Primitive.sum(Primitive.unary(.leakyReLU(slope: 0.2), x), axes: [1])
    Trace.parameter("Generator.weight", y, from: x)
    Trace.layer("Generator", y)
    Trace.progress("training", 3)
    _ = Trace.draw(TracedOperation("permutation", stream: 7)) { [2, 0, 1] }
    try writer.end(isFinished: true)
    let bytes = try FileSystem.read(folder("trace"))
    let records = try TraceFile(bytes: bytes, path: "trace").allRecords()
    return [
      Subject(name: "trace", bytes: bytes, form: .trace),
      Subject(name: "records", bytes: records, form: .traceRecords(before: before)),
    ]
  }

  func mutated(_ mutator: inout Mutator) -> [UInt8] {
    // Damage to an archive as a whole rarely gets past its checksums: half the time a member is damaged and packed again.
    guard case .zip(let members) = form, mutator.below(2) == 0 else { return mutator.mutated(bytes) }
    let chosen = mutator.below(members.count)
    return StoredZip.bytes(
      members.enumerated().map { index, member in
        (member.name, index == chosen ? mutator.mutated(member.bytes) : member.bytes)
      })
  }
}

extension Recorder {
  fileprivate func record(_ name: String, exactly values: [Double], at source: SourceLocation) {
    record(name, Tensor(values, shape: [values.count]), .exact, keeping: .hash, at: source)
  }
}

struct Fuzzer {
  let folder: String
  var refused = 0
  var accepted = 0
  var failures = 0
  var slowest = Duration.zero
  var defects: [String: Int] = [:]

  init(folder: String) { self.folder = folder }

  mutating func read(_ subject: Subject, _ bytes: [UInt8], number: Int) {
    let clock = ContinuousClock()
    let start = clock.now
    // Said first: a reader that crashes cannot say where.
    FileHandle.standardOutput.write(Data("\(number) \(subject.name)\n".utf8))
    do {
      try parse(subject, bytes)
      accepted += 1
    } catch let error as FileError {
      refused += 1
      defects[error.defect.rawValue, default: 0] += 1
    } catch {
      failures += 1
      FileHandle.standardError.write(Data("\(subject.name) mutation \(number): \(type(of: error)) \(error)\n".utf8))
    }
    let time = clock.now - start
    slowest = max(slowest, time)
    if time > .seconds(1) {
      failures += 1
      FileHandle.standardError.write(Data("\(subject.name) mutation \(number): took \(time)\n".utf8))
    }
  }

  private func copyOnce(_ source: String) throws {
    for name in ["manifest.json", "log.txt", "reference.safetensors.zst"]
    where FileSystem.kind(of: "\(folder)/\(name)") == nil {
      try Self.overwrite("\(folder)/\(name)", FileSystem.read("\(source)/\(name)"))
    }
  }

  /// Without the care of `AtomicFile`, which would wait for the disk a hundred thousand times.
  private static func overwrite(_ path: String, _ bytes: [UInt8]) throws {
    guard let file = fopen(path, "wb") else { throw CocoaError(.fileWriteUnknown) }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  /// As a run's own, and as a stranger's, which must not be easier to please.
  private func readRecording(index: [UInt8], tensors: [UInt8]) throws {
    let cursor = try JSONCursor(parsing: index, file: "index")
    _ = try Recording(index: cursor, .float64, tensors: tensors, path: "tensors")
    let outside = try OutsideRecording(index: cursor, .float64, tensors: tensors, path: "tensors", folder: folder)
    for entry in outside.recording.entries { _ = (entry.value.count, entry.value.elements?.values.count) }
  }

  private func readTrace(_ bytes: [UInt8]) throws {
    let file = try TraceFile(bytes: bytes, path: "trace")
    var reader = TraceReader(file)
    while let event = try reader.next() { if case .operation(let operation) = event { _ = operation.summary } }
    _ = try TraceComparison(file, file)
  }

  private func parse(_ subject: Subject, _ bytes: [UInt8]) throws {
    switch subject.form {
    case .tensors, .zip:
      let file = try TensorFile(bytes: bytes, path: subject.name)
      for entry in file.entries { _ = entry.values.count }
    case .goldens(let source):
      try copyOnce(source)
      try Self.overwrite("\(folder)/\(subject.name)", bytes)
      defer { try? Self.overwrite("\(folder)/\(subject.name)", subject.bytes) }
      let goldens = try GoldenSet(readingFrom: folder)
      _ = goldens.changes(to: goldens)
    case .trace: try readTrace(bytes)
    case .traceRecords(let before):
      let end = TraceFileWriter.end(records: bytes.count, isFinished: true)
      try readTrace(before + TraceFileWriter.block(records: bytes) + end)
    case .tolerances: _ = try ToleranceTable(text: bytes, file: "tolerances").tolerance(for: "a.weight")
    case .recordedIndex(let tensors):
      try readRecording(index: bytes, tensors: tensors)
    case .recordedTensors(let index):
      try readRecording(index: index, tensors: bytes)
    case .rehashedTensors(let index):
      // With an index that vouches for the damage, or nothing would get past the hash.
      let old = try JSONCursor(parsing: index, file: "index").member("content_sha256").string()
      let text = String(decoding: index, as: UTF8.self).replacing(old, with: Digest.of(bytes))
      try readRecording(index: Array(text.utf8), tensors: bytes)
    }
  }
}
