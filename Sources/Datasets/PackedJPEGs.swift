import Files
import Pictures
import Tensors

/// The file inside the package that holds all of CIFAR-10: the head that all its JPEGs share, once, and each one's own
/// bytes.
///
/// The layout stands in `Resources/README.md`; goldens/reference/cifar10_pack.py reads the same.
package struct PackedJPEGs {
  /// Consecutive pictures, and the SHA-256 of what they decode to.
  package struct Part {
    package let name: String
    package let pictures: Range<Int>
    package let sha256: [UInt8]
  }

  static let magic = Array("CIFAR10J".utf8)
  static let partByteCount = 48
  static let entryByteCount = 3

  private let path: String
  package let bytes: [UInt8]
  package let parts: [Part]
  package let labels: [UInt8]
  /// Where that lies which every JPEG begins with.
  package let head: Range<Int>
  /// Where each picture's own bytes begin, and where the last one's end.
  package let offsets: [Int]

  /// Reads the index; nothing is decoded.
  ///
  /// - Throws: `FileError` where the bytes are no such file, end early or late, or the index is no possible one.
  package init(_ bytes: [UInt8], path: String) throws {
    var reader = IndexReader(bytes: bytes, path: path)
    guard bytes.starts(with: Self.magic) else {
      throw FileError(path, .badContainer, at: "offset 0", expected: "packed JPEGs", found: "other bytes")
    }
    reader.offset = Self.magic.count
    let count = try reader.word("the number of pictures", in: 1...1_000_000)
    let partCount = try reader.word("the number of parts", in: 1...16)
    let headByteCount = try reader.word("the length of the JPEGs' head", in: 2...65_535)
    let parts = try (0..<partCount).map { _ in try reader.part(count) }
    try reader.need(count * Self.entryByteCount + headByteCount, "the index")
    var (labels, offsets): ([UInt8], [Int]) = ([], [])
    var end = reader.offset + count * Self.entryByteCount + headByteCount
    head = (end - headByteCount)..<end
    for picture in 0..<count {
      let (label, length) = try reader.entry(picture)
      labels.append(label)
      offsets.append(end)
      end += length
    }
    guard end == bytes.count else {
      throw FileError(
        path, end > bytes.count ? .truncated : .trailingBytes, at: "offset \(min(end, bytes.count))",
        expected: "\(end) bytes", found: "\(bytes.count)")
    }
    (self.path, self.bytes, self.parts, self.labels, self.offsets) = (path, bytes, parts, labels, offsets + [end])
  }

  /// The records of one part, in the layout of CIFAR-10's binary version, decoded on all threads.
  ///
  /// - Throws: `FileError` where there is no such part, a picture is damaged or of another size, or the bytes are not
  ///   those that were packed: because of damage, or of a decoder that rounds otherwise.
  package func records(_ name: String) throws -> [UInt8] {
    guard let part = parts.first(where: { $0.name == name }) else {
      throw FileError(
        path, .missingKey, expected: "a part \"\(name)\"", found: parts.map(\.name).joined(separator: ", "))
    }
    let byteCount = part.pictures.count * CIFAR10.recordByteCount
    let records = try [UInt8](unsafeUninitializedCapacity: byteCount) { out, initialized in
      try decode(part.pictures, into: UnsafeMutableBufferPointer(rebasing: out[..<byteCount]))
      initialized = byteCount
    }
    let digest = SHA256.hash(data: records)
    guard digest == part.sha256 else {
      throw FileError(
        path, .hashMismatch, at: "part \"\(name)\"",
        expected: "\(part.pictures.count) pictures with the SHA-256 \(SHA256.hexadecimal(part.sha256))",
        found: "\(SHA256.hexadecimal(digest)), decoded by \(JPEG.library)",
        remedy: "restore the file from version control; if it is intact, this library decodes to other pixels")
    }
    return records
  }

  // MARK: - Decoding

  /// So many are decoded one after another on a thread: enough to make a decoder for.
  private static let groupSize = 250

  private func decode(_ pictures: Range<Int>, into out: UnsafeMutableBufferPointer<UInt8>) throws {
    let groups = (pictures.count + Self.groupSize - 1) / Self.groupSize
    // Every group writes places of its own.
    nonisolated(unsafe) let out = out
    _ = try Parallel.map(groups) { group in
      let decoder = try JPEGDecoder(path: path)
      let first = pictures.lowerBound + group * Self.groupSize
      for picture in first..<min(first + Self.groupSize, pictures.upperBound) {
        let start = (picture - pictures.lowerBound) * CIFAR10.recordByteCount
        let record = UnsafeMutableBufferPointer(rebasing: out[start..<(start + CIFAR10.recordByteCount)])
        do { try decode(picture, decoder, into: record) } catch let error as JPEGError {
          throw damaged(picture, error)
        }
      }
    }
  }

  private func damaged(_ picture: Int, _ error: JPEGError) -> FileError {
    let found = if case .damaged(_, let reason) = error { reason } else { "a head that is none" }
    return FileError(
      path, .corrupt, at: "picture \(picture)", expected: "intact JPEG data", found: found,
      remedy: "restore the file from version control")
  }

  private static let layout = JPEGDecoder.Layout(width: CIFAR10.side, height: CIFAR10.side, channels: 3)

  private func decode(_ picture: Int, _ decoder: JPEGDecoder, into record: UnsafeMutableBufferPointer<UInt8>) throws {
    let own = offsets[picture]..<offsets[picture + 1]
    let place = "\(path), picture \(picture)"
    try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: head.count + own.count) { jpeg in
      _ = jpeg.update(fromContentsOf: bytes[head])
      _ = jpeg[head.count...].update(fromContentsOf: bytes[own])
      let jpeg = UnsafeBufferPointer(jpeg)
      let layout = try decoder.layout(of: jpeg, path: place)
      guard layout == Self.layout else {
        throw FileError(
          path, .badShape, at: "picture \(picture)", expected: "\(Self.layout.width)x\(Self.layout.height) in color",
          found: "\(layout.width)x\(layout.height) with \(layout.channels) channels")
      }
      try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: layout.byteCount) { pixels in
        try decoder.decode(jpeg, layout, into: pixels, path: place)
        record[0] = labels[picture]
        for pixel in 0..<CIFAR10.planeByteCount {
          for plane in 0..<3 { record[1 + plane * CIFAR10.planeByteCount + pixel] = pixels[pixel * 3 + plane] }
        }
      }
    }
  }
}

/// Takes the numbers of the index one after another, every one of them bounded.
private struct IndexReader {
  let bytes: [UInt8]
  let path: String
  var offset = 0

  func need(_ count: Int, _ what: String) throws {
    guard bytes.count - offset >= count else {
      throw FileError(
        path, .truncated, at: "offset \(offset)", expected: "\(count) bytes of \(what)",
        found: "\(bytes.count - offset)")
    }
  }

  mutating func word(_ what: String, in range: ClosedRange<Int>) throws -> Int {
    try need(4, what)
    let value = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    guard range.contains(value) else {
      throw FileError(
        path, .badValue, at: "offset \(offset)",
        expected: "\(what) from \(range.lowerBound) to \(range.upperBound)", found: "\(value)")
    }
    offset += 4
    return value
  }

  /// A name of 8 bytes, padded with zeros; the first picture; how many; the SHA-256 of their records.
  mutating func part(_ count: Int) throws -> PackedJPEGs.Part {
    try need(PackedJPEGs.partByteCount, "a part")
    let name = String(decoding: bytes[offset..<(offset + 8)].prefix { $0 != 0 }, as: UTF8.self)
    offset += 8
    let first = try word("a part's first picture", in: 0...(count - 1))
    let length = try word("a part's number of pictures", in: 1...(count - first))
    defer { offset += SHA256.byteCount }
    return PackedJPEGs.Part(
      name: name, pictures: first..<(first + length),
      sha256: Array(bytes[offset..<(offset + SHA256.byteCount)]))
  }

  /// A label, and the number of a picture's own bytes.
  mutating func entry(_ picture: Int) throws -> (label: UInt8, length: Int) {
    let label = bytes[offset]
    guard label < CIFAR10.classNames.count else {
      throw FileError(
        path, .badValue, at: "offset \(offset)", expected: "a label from 0 through 9 for picture \(picture)",
        found: "\(label)")
    }
    defer { offset += PackedJPEGs.entryByteCount }
    return (label, Int(bytes[offset + 1]) | Int(bytes[offset + 2]) << 8)
  }
}
