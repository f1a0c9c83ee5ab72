import Files
import TensorFiles
import Tensors

/// Reads a trace from its first record to its last.
package struct TraceReader {
  package let file: TraceFile
  private var block = 0
  private var bytes: [UInt8] = []
  private var offset = 0
  private var names: [String] = []
  private var digests: [TraceDigest] = []
  private var entries = 0

  private static let mostAxes: UInt64 = 64
  private static let mostSettings: UInt64 = 64
  private static let mostInputs: UInt64 = 65_536
  private static let mostOutputs: UInt64 = 64
  private static let mostNames = 65_536
  private static let longestText: UInt64 = 4096

  package init(_ file: TraceFile) { self.file = file }

  /// The next event; `nil` at the end.
  ///
  /// - Throws: `FileError` where the records are damaged.
  package mutating func next() throws -> TraceEvent? {
    while true {
      while offset == bytes.count {
        guard block < file.blocks.count else { return nil }
        bytes = try file.records(block)
        (block, offset) = (block + 1, 0)
      }
      let kind = try byte()
      switch TraceFormat.Record(rawValue: kind) {
      case .name:
        guard names.count < Self.mostNames else {
          throw error(.tooManyValues, expected: "at most \(Self.mostNames) names", found: "more")
        }
        names.append(try text())
      case .operation: return .operation(try operation())
      case .data:
        let output = try output()
        return .operation(
          .init(
            entry: countEntry(), name: TraceEvent.Operation.dataName, settings: [], text: nil, stream: nil,
            isBackward: false, inputs: [], outputs: [output], firstOutput: digests.count))
      case .layer:
        let number = try value(at: try number(), from: digests.count + 1)
        return .layer(try text(), number)
      case .progress:
        let label = try text()
        guard let count = Int(exactly: try number()) else {
          throw error(.sizeOverflow, expected: "a count", found: "one beyond all integers")
        }
        return .progress(label, count)
      case nil: throw error(.unknownKey, expected: "a record", found: "one of kind \(kind)")
      }
    }
  }

  private mutating func countEntry() -> Int {
    entries += 1
    return entries - 1
  }

  private mutating func operation() throws -> TraceEvent.Operation {
    let name = try number()
    guard name < names.count else {
      throw error(.badValue, expected: "one of \(names.count) names", found: "number \(name)")
    }
    let flags = try byte()
    let known = TraceFormat.backwardFlag | TraceFormat.streamFlag | TraceFormat.textFlag
    guard flags & ~known == 0 else { throw error(.badValue, expected: "known flags", found: "\(flags)") }
    let stream = flags & TraceFormat.streamFlag != 0 ? try fixed() : nil
    let about = flags & TraceFormat.textFlag != 0 ? try text() : nil
    let settings = try (0..<count(atMost: Self.mostSettings, "settings")).map { _ in
      Double(bitPattern: try fixed())
    }
    let first = digests.count + 1
    let inputs = try (0..<count(atMost: Self.mostInputs, "inputs")).map { _ in
      let number = try value(at: try number(), from: first)
      return TraceEvent.Operation.Input(number: number, shape: try shape(), digest: digests[number - 1])
    }
    let outputs = try (0..<count(atMost: Self.mostOutputs, "outputs")).map { _ in try output() }
    return TraceEvent.Operation(
      entry: countEntry(), name: names[Int(name)], settings: settings, text: about, stream: stream,
      isBackward: flags & TraceFormat.backwardFlag != 0, inputs: inputs, outputs: outputs, firstOutput: first)
  }

  private mutating func output() throws -> TraceEvent.Operation.Output {
    let code = try byte()
    guard let dtype = DType.allCases.first(where: { TraceFormat.code(of: $0) == code }) else {
      throw error(.unknownElementType, expected: "the number of an element type", found: "\(code)")
    }
    let shape = try shape()
    let digest = TraceDigest(first: try fixed(), second: try fixed())
    digests.append(digest)
    return .init(dtype: dtype, shape: shape, digest: digest)
  }

  /// The number of a value that was made before `place`, `distance` earlier.
  private func value(at distance: UInt64, from place: Int) throws -> Int {
    guard distance >= 1, distance < UInt64(place) else {
      throw error(.badOffsets, expected: "a value made before", found: "one \(distance) places back of \(place - 1)")
    }
    return place - Int(distance)
  }

  private mutating func shape() throws -> [Int] {
    try (0..<count(atMost: Self.mostAxes, "axes")).map { _ in
      guard let extent = Int(exactly: try number()) else {
        throw error(.sizeOverflow, expected: "an extent", found: "one beyond all integers")
      }
      return extent
    }
  }

  // MARK: - Bytes

  private func error(_ defect: FileError.Defect, expected: String, found: String) -> FileError {
    FileError(file.path, defect, at: "block \(block), offset \(offset)", expected: expected, found: found)
  }

  private mutating func byte() throws -> UInt8 {
    guard offset < bytes.count else {
      throw error(.truncated, expected: "the rest of a record", found: "the block's end")
    }
    offset += 1
    return bytes[offset - 1]
  }

  private mutating func number() throws -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let next = try byte()
      let part = UInt64(next & 0x7F)
      guard shift < 63 || part <= 1 else { break }
      result |= part << shift
      if next & 0x80 == 0 { return result }
    }
    throw error(.sizeOverflow, expected: "a number of 64 bits", found: "a longer one")
  }

  private mutating func count(atMost limit: UInt64, _ what: String) throws -> Int {
    let count = try number()
    guard count <= limit else { throw error(.tooManyValues, expected: "at most \(limit) \(what)", found: "\(count)") }
    return Int(count)
  }

  private mutating func fixed() throws -> UInt64 {
    guard bytes.count - offset >= 8 else {
      throw error(.truncated, expected: "8 more bytes", found: "\(bytes.count - offset)")
    }
    offset += 8
    return (0..<8).reduce(0) { $0 | UInt64(bytes[offset - 8 + $1]) << UInt64(8 * $1) }
  }

  private mutating func text() throws -> String {
    let length = try count(atMost: Self.longestText, "bytes of text")
    guard bytes.count - offset >= length else {
      throw error(.truncated, expected: "\(length) bytes of text", found: "\(bytes.count - offset)")
    }
    offset += length
    guard let text = String(validating: bytes[offset - length..<offset], as: UTF8.self) else {
      throw error(.notUTF8, expected: "text", found: "bytes that are no UTF-8")
    }
    // Names reach terminals.
    return text.visible
  }
}
