import Files
import Pictures

/// CIFAR-10: 32x32 color photographs of ten kinds of things, in memory in the layout of the official binary version.
///
/// Source: Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*, 2009. A record is one byte of label and
/// then the red, the green and the blue plane, 1,024 bytes each, row by row.
package struct CIFAR10: Sendable {
  package static let side = 32
  package static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  static let planeByteCount = side * side
  static let recordByteCount = 1 + 3 * planeByteCount

  /// Whole records, one after another, all labels checked.
  let records: [UInt8]

  /// Number of images.
  package var count: Int { records.count / Self.recordByteCount }

  /// SHA-256 of all labels and pixels.
  package var digest: String { SHA256.hexadecimal(SHA256.hash(data: records)) }

  /// Takes the bytes of one file after checking them; `path` only names it in errors.
  ///
  /// - Throws: `CIFAR10Error` with the offset where the bytes stop being records.
  init(_ records: [UInt8], path: String) throws {
    let whole = records.count / Self.recordByteCount * Self.recordByteCount
    guard whole == records.count, whole > 0 else {
      throw CIFAR10Error.cutRecord(
        path: path, record: records.count / Self.recordByteCount, offset: records.count)
    }
    for (record, offset) in stride(from: 0, to: whole, by: Self.recordByteCount).enumerated()
    where records[offset] >= Self.classNames.count {
      throw CIFAR10Error.label(path: path, record: record, offset: offset, found: records[offset])
    }
    self.records = records
  }

  /// Images of several files as one dataset, in the given order.
  init(joining parts: [CIFAR10]) {
    var joined: [UInt8] = []
    joined.reserveCapacity(parts.reduce(0) { $0 + $1.records.count })
    for part in parts { joined += part.records }
    records = joined
  }

  /// The images of one class, in their order: `only(label: 1)` of the training set has 5,000 automobiles.
  package func only(label: Int) -> CIFAR10 {
    precondition(Self.classNames.indices.contains(label), "class \(label) was asked for, of 0 through 9")
    let chosen = (0..<count).filter { self.label($0) == label }
    var records: [UInt8] = []
    records.reserveCapacity(chosen.count * Self.recordByteCount)
    for index in chosen { records += self.records[(index * Self.recordByteCount)...].prefix(Self.recordByteCount) }
    return CIFAR10(checked: records)
  }

  /// The same images seen in a mirror: left and right are exchanged.
  package var mirrored: CIFAR10 {
    var mirrored = records
    for record in stride(from: 0, to: records.count, by: Self.recordByteCount) {
      for row in stride(from: record + 1, to: record + Self.recordByteCount, by: Self.side) {
        mirrored[row..<row + Self.side].reverse()
      }
    }
    return CIFAR10(checked: mirrored)
  }

  private init(checked records: [UInt8]) { self.records = records }

  /// The class of image `index`, 0 through 9.
  package func label(_ index: Int) -> Int {
    precondition((0..<count).contains(index), "image \(index) of \(count) was asked for")
    return Int(records[index * Self.recordByteCount])
  }

  /// Image `index` as it is stored.
  package func picture(_ index: Int) -> Picture {
    precondition((0..<count).contains(index), "image \(index) of \(count) was asked for")
    let start = index * Self.recordByteCount + 1
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * Self.planeByteCount)
    for offset in start..<(start + Self.planeByteCount) {
      for plane in 0..<3 { pixels.append(records[offset + plane * Self.planeByteCount]) }
    }
    return Picture(width: Self.side, height: Self.side, channels: 3, pixels: pixels)
  }
}

/// Why a CIFAR-10 folder or file was refused.
package enum CIFAR10Error: Error, Equatable, CustomStringConvertible {
  case missingFolder(path: String)
  case noBatches(folder: String, expected: String)
  case missingBatch(path: String)
  case truncated(path: String, offset: Int, expected: Int)
  case oversized(path: String, offset: Int, byteCount: Int)
  case cutRecord(path: String, record: Int, offset: Int)
  case label(path: String, record: Int, offset: Int, found: UInt8)

  package var description: String {
    switch self {
    case .missingFolder(let path): "\(path): expected a folder with CIFAR-10's binary version, found nothing"
    case .noBatches(let folder, let expected):
      "\(folder): expected \(expected), here or in cifar-10-batches-bin, found none; "
        + "unpack cifar-10-binary.tar.gz there"
    case .missingBatch(let path): "\(path): expected this file beside the other batches, found nothing"
    case .truncated(let path, let offset, let expected):
      "\(path): expected \(expected) bytes, found the end at byte \(offset)"
    case .oversized(let path, let offset, let byteCount):
      "\(path): expected the end at byte \(offset), found \(byteCount) bytes"
    case .cutRecord(let path, let record, let offset):
      "\(path): expected whole records of 3073 bytes, found record \(record) cut at byte \(offset)"
    case .label(let path, let record, let offset, let found):
      "\(path): expected a label from 0 through 9 in record \(record) (byte \(offset)), found \(found)"
    }
  }
}
