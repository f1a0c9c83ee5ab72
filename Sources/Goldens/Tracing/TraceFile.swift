import Files
import TensorFiles
import Tensors

/// A trace as it lies on disk: what was run, and its records block by block. The format is docs/tracing.md's.
///
/// Everything in it is read as bytes from a stranger: sizes are checked before anything is made of them, and a file
/// that is cut off, damaged or contradicts itself is one `FileError` that says where.
package struct TraceFile: Sendable {
  /// What was run.
  package struct Header: Sendable, Equatable {
    package let chapter: String
    package let dtype: DType
    package let arguments: [String]
    package let environment: [String: String]
    /// The program's build stamp.
    package let program: String
    package let executable: String
    package let instructionSet: String
    package let threads: Int

    package init(
      chapter: String, dtype: DType, arguments: [String] = [], environment: [String: String] = [:],
      program: String = "", executable: String = "", instructionSet: String = "", threads: Int = 1
    ) {
      (self.chapter, self.dtype, self.arguments, self.environment) = (chapter, dtype, arguments, environment)
      (self.program, self.executable) = (program, executable)
      (self.instructionSet, self.threads) = (instructionSet, threads)
    }
  }

  package let path: String
  package let header: Header
  /// Whether the run came to its end, or stopped before.
  package let isFinished: Bool
  let blocks: [Block]
  let bytes: [UInt8]

  /// Records, compressed, at a place in the file.
  struct Block: Sendable {
    let place: Range<Int>
    let contentCount: Int
  }

  /// Most bytes of a block's records; writers make blocks of a fraction of it.
  private static let blockLimit = 16 << 20
  private static let headLength = 13
  private static let keys: Set<String> = [
    "format", "chapter", "dtype", "arguments", "environment", "program", "executable", "instruction_set", "threads",
  ]

  /// - Throws: `FileError` where the file cannot be read, or its blocks are not those of a whole trace.
  package init(contentsOf path: String) throws { try self.init(bytes: FileSystem.read(path), path: path) }

  package init(bytes: [UInt8], path: String) throws {
    (self.bytes, self.path) = (bytes, path)
    guard bytes.starts(with: TraceFormat.magic) else {
      throw FileError(path, .badContainer, at: "offset 0", expected: "a trace of format 1", found: "other bytes")
    }
    var offset = TraceFormat.magic.count
    var blocks: [Block] = []
    var header: Header?
    var end: JSONCursor?
    while offset < bytes.count {
      guard end == nil else {
        throw FileError(
          path, .trailingBytes, at: "offset \(offset)", expected: "nothing behind the end", found: "more bytes")
      }
      let (kind, block) = try Self.block(bytes, at: offset, path)
      if kind != .records, block.place.count != block.contentCount {
        throw FileError(
          path, .inconsistent, at: "offset \(offset)", expected: "\(block.place.count) bytes of content",
          found: "\(block.contentCount)")
      }
      switch (kind, header) {
      case (.header, nil): header = try Self.header(bytes[block.place], path)
      case (.records, .some): blocks.append(block)
      case (.end, .some): end = try JSONCursor(parsing: Array(bytes[block.place]), file: path)
      default:
        throw FileError(
          path, .badContainer, at: "offset \(offset)", expected: header == nil ? "the header" : "records or the end",
          found: "a block of another kind")
      }
      offset = block.place.upperBound
    }
    guard let header, let end else { throw Self.cutOff(path, at: offset, expected: "a block that ends the trace") }
    try end.onlyKeys(["record_bytes", "ended"])
    let count = try end.member("record_bytes").int()
    let found = blocks.reduce(0) { $0 + $1.contentCount }
    guard count == found else {
      throw FileError(
        path, .inconsistent, at: "its end", expected: "\(count) bytes of records, as it says", found: "\(found)")
    }
    let ended = try end.member("ended").string()
    guard ended == "finished" || ended == "stopped" else {
      throw FileError(path, .badValue, at: "its end", expected: "finished or stopped", found: "\(ended.prefix(40))")
    }
    (self.header, self.blocks, isFinished) = (header, blocks, ended == "finished")
  }

  private static func cutOff(_ path: String, at offset: Int, expected: String) -> FileError {
    FileError(
      path, .truncated, at: "offset \(offset)", expected: expected, found: "the end of the file",
      remedy: "the run was killed, or the file cut; trace it again")
  }

  private static func block(_ bytes: [UInt8], at offset: Int, _ path: String) throws -> (TraceFormat.Block, Block) {
    func number(_ index: Int) -> Int {
      let start = offset + 1 + 4 * index
      return (0..<4).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
    }
    guard bytes.count - offset >= headLength else { throw cutOff(path, at: offset, expected: "a block") }
    guard let kind = TraceFormat.Block(rawValue: bytes[offset]) else {
      throw FileError(
        path, .badContainer, at: "offset \(offset)", expected: "a block", found: "one of kind \(bytes[offset])")
    }
    let (length, contentCount) = (number(0), number(1))
    guard length <= blockLimit, contentCount <= blockLimit else {
      throw FileError(
        path, .tooLarge, at: "offset \(offset)", expected: "a block of at most \(blockLimit) bytes",
        found: "\(max(length, contentCount))")
    }
    let start = offset + headLength
    guard bytes.count - start >= length else { throw cutOff(path, at: offset, expected: "a block of \(length) bytes") }
    let place = start..<start + length
    guard CyclicRedundancyCheck.castagnoli(bytes[place]) == UInt32(number(2)) else {
      throw FileError(
        path, .corrupt, at: "offset \(offset)", expected: "a block that fits its checksum", found: "another")
    }
    return (kind, Block(place: place, contentCount: contentCount))
  }

  private static func header(_ bytes: ArraySlice<UInt8>, _ path: String) throws -> Header {
    let cursor = try JSONCursor(parsing: Array(bytes), file: path)
    try cursor.onlyKeys(keys)
    let format = try cursor.member("format").int()
    guard format == 1 else {
      throw FileError(path, .wrongVersion, at: "its header", expected: "format 1", found: "format \(format)")
    }
    return Header(
      chapter: try cursor.member("chapter").string(), dtype: try cursor.member("dtype").choice(),
      arguments: try cursor.member("arguments").items().map { try $0.string() },
      environment: Dictionary(try cursor.member("environment").members().map { ($0.key, try $0.cursor.string()) }) {
        first, _ in first
      }, program: try cursor.member("program").string(), executable: try cursor.member("executable").string(),
      instructionSet: try cursor.member("instruction_set").string(), threads: try cursor.member("threads").int())
  }

  /// The records of a block.
  func records(_ index: Int) throws -> [UInt8] {
    let block = blocks[index]
    let records = try Zstd.decompress(Array(bytes[block.place]), limit: block.contentCount, file: path)
    guard records.count == block.contentCount else {
      throw FileError(
        path, .inconsistent, at: "block \(index + 1)", expected: "\(block.contentCount) bytes of records",
        found: "\(records.count)")
    }
    return records
  }

  /// All records, unpacked.
  package func allRecords() throws -> [UInt8] { try blocks.indices.flatMap { try records($0) } }
}
