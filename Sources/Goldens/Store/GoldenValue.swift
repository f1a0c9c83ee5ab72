import Files
import TensorFiles
import Tensors

/// What an entry is: decides how it is reported, not how it is compared.
package enum EntryKind: String, Sendable, CaseIterable {
  case tensor, series, scalar, image
}

/// How much of an entry is kept.
package enum Keeping: String, Sendable, CaseIterable {
  /// Every element.
  case whole
  /// A seeded sample of the elements, the moments of all, and the digest of all.
  case sample
  /// The digest only: for pure random draws and data, of which every bit is fixed.
  case hash
}

/// One value as a golden set or a recording keeps it.
package struct GoldenValue: Sendable {
  package let kind: EntryKind
  package let elementType: ElementType
  package let shape: [Int]
  package let keeping: Keeping
  /// The elements kept: all, the sample, or none.
  package let elements: TensorFile.Entry?
  package let moments: Moments?
  /// Of all elements. A recording always knows it; a reference only where it does not keep the whole.
  package let digest: String?

  /// The size was checked where the shape was read; but the product of the other extents may overflow beside a zero.
  package var count: Int { shape.contains(0) ? 0 : shape.reduce(1, *) }

  package init(
    kind: EntryKind, elementType: ElementType, shape: [Int], keeping: Keeping, elements: TensorFile.Entry?,
    moments: Moments?, digest: String?
  ) {
    self.kind = kind
    self.elementType = elementType
    self.shape = shape
    self.keeping = keeping
    self.elements = elements
    self.moments = moments
    self.digest = digest
  }

  /// Keeps what `keeping` says of an entry; `nil` means whole up to `SamplePositions.wholeLimit` elements, else a
  /// sample at the positions that go with `name`.
  package init(_ kind: EntryKind, _ entry: TensorFile.Entry, name: String, keeping: Keeping? = nil) throws {
    let keeping = keeping ?? (entry.count <= SamplePositions.wholeLimit ? .whole : .sample)
    try self.init(
      kind: kind, elementType: entry.elementType, shape: entry.shape, keeping: keeping,
      elements: keeping == .whole ? entry : keeping == .sample ? entry.sampled(as: name) : nil,
      moments: keeping == .sample ? Moments(of: entry.values) : nil, digest: Digest.of(entry))
  }

  /// The same value reduced to a sample; `self` where it is no longer whole. Recording and reference may keep different
  /// amounts.
  package func reducedToSample(name: String) throws -> GoldenValue {
    guard keeping == .whole, let elements, count > 0 else { return self }
    return try GoldenValue(kind, elements, name: name, keeping: .sample)
  }
}

extension TensorFile.Entry {
  /// The elements at the positions that go with a recorded name, as a list. Throws `FileError` where there are none.
  package func sampled(as recordedName: String) throws -> TensorFile.Entry {
    guard count > 0 else {
      throw FileError(
        "sample", .badShape, at: "tensor \(name)", expected: "elements to sample", found: "shape \(shape)")
    }
    let size = elementType.byteCount
    let positions = SamplePositions.positions(name: recordedName, count: count)
    var sample: [UInt8] = []
    sample.reserveCapacity(positions.count * size)
    for position in positions {
      let start = bytes.startIndex + position * size
      sample.append(contentsOf: bytes[start..<start + size])
    }
    return try TensorFile.Entry(name: name, elementType: elementType, shape: [positions.count], bytes: sample[...])
  }
}
