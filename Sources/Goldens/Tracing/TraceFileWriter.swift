import Files
import Synchronization
import TensorFiles
import Tensors

/// A trace on its way to disk: a file of blocks that grows with the run, each compressed and with a checksum, and a
/// last one that says that it is whole. The format is docs/tracing.md's; `TraceFile` and `TraceReader` read it.
package final class TraceFileWriter: @unchecked Sendable {
  /// The beginning thread's until tracing begins, then under the lock.
  private let file: AppendedFile
  private let state = Mutex(State())

  private struct State {
    var failure: (any Error)?
    var records = 0
  }

  /// Makes the file, or empties the one that is there.
  ///
  /// - Throws: `FileError` where it cannot be written.
  package init(_ path: String, header: TraceFile.Header) throws {
    if let kind = FileSystem.kind(of: path), kind != .file {
      throw FileError(path, .notARegularFile, expected: "a file to write the trace to", found: "a folder or device")
    }
    file = try AppendedFile(extending: path)
    try file.truncate(to: 0)
    try file.append(TraceFormat.magic)
    try file.append(Self.block(.header, header.json))
  }

  /// Begins to trace this process.
  package func begin() {
    Trace.begin(
      .write(
        TraceWriter { [self] records in
          state.withLock { state in
            guard state.failure == nil else { return }
            do {
              try file.append(Self.block(records: records))
              state.records += records.count
            } catch { state.failure = error }
          }
        }))
  }

  /// Ends the trace. `isFinished` says whether the run came to its end, or stopped before with what it had.
  ///
  /// - Throws: `FileError` where a part of it could not be written.
  package func end(isFinished: Bool) throws {
    Trace.end()
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      try file.append(Self.end(records: state.records, isFinished: isFinished))
    }
  }

  /// The block of some records.
  package static func block(records: [UInt8]) throws -> [UInt8] {
    block(.records, try Zstd.compress(records, level: 1), contentCount: records.count)
  }

  /// The block behind so many bytes of records.
  package static func end(records: Int, isFinished: Bool) -> [UInt8] {
    block(.end, .object(["record_bytes": .int(records), "ended": .string(isFinished ? "finished" : "stopped")]))
  }

  static func block(_ kind: TraceFormat.Block, _ json: JSONValue) -> [UInt8] {
    let bytes = Array(json.compact.utf8)
    return block(kind, bytes, contentCount: bytes.count)
  }

  /// Its kind, how long it is, how long its content is, a checksum, and itself.
  private static func block(_ kind: TraceFormat.Block, _ bytes: [UInt8], contentCount: Int) -> [UInt8] {
    var head: [UInt8] = [kind.rawValue]
    for number in [UInt32(bytes.count), UInt32(contentCount), CyclicRedundancyCheck.castagnoli(bytes)] {
      withUnsafeBytes(of: number.littleEndian) { head.append(contentsOf: $0) }
    }
    return head + bytes
  }
}

extension TraceFile.Header {
  /// As the header's block holds it.
  var json: JSONValue {
    .object([
      "format": .int(1), "chapter": .string(chapter), "dtype": .string(dtype.rawValue),
      "arguments": .array(arguments.map { .string($0) }),
      "environment": .object(
        environment.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { $0[$1.key] = .string($1.value) }),
      "program": .string(program), "executable": .string(executable), "instruction_set": .string(instructionSet),
      "threads": .int(threads),
    ])
  }
}
