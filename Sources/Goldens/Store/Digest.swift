import Files
import TensorFiles
import Tensors

/// SHA-256 of values, the same in Swift and in `golden_store.py`.
package enum Digest {
  /// The digest of a tensor: of "<dtype> [<d0>,<d1>,…]\n" and the little-endian bytes, every NaN made canonical.
  ///
  /// NaN has many bit patterns and the one that comes out depends on the processor; −0 and 0 on the other hand are told
  /// apart.
  package static func of(_ elementType: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer) -> String {
    var hasher = SHA256()
    let header = "\(elementType.name) [\(shape.map(String.init).joined(separator: ","))]\n"
    hasher.update(data: Array(header.utf8))
    switch elementType {
    case .float32: update(&hasher, bytes, Float.self, canonical: Float(bitPattern: 0x7FC0_0000))
    case .float64: update(&hasher, bytes, Double.self, canonical: Double(bitPattern: 0x7FF8_0000_0000_0000))
    default: hasher.update(bufferPointer: bytes)
    }
    return SHA256.hexadecimal(hasher.finalize())
  }

  package static func of(_ entry: TensorFile.Entry) -> String {
    entry.bytes.withUnsafeBytes { of(entry.elementType, shape: entry.shape, bytes: $0) }
  }

  package static func of(_ tensor: Tensor) -> String {
    tensor.withBytes { of(ElementType(tensor.dtype), shape: tensor.shape, bytes: $0) }
  }

  /// The digest of log lines, each with its line break.
  package static func of(lines: [String]) -> String { of(Array(lines.map { $0 + "\n" }.joined().utf8)) }

  /// The plain SHA-256 of a file's content.
  package static func of(_ bytes: [UInt8]) -> String { SHA256.hexadecimal(SHA256.hash(data: bytes)) }

  private static func update<F: BinaryFloatingPoint>(
    _ hasher: inout SHA256, _ bytes: UnsafeRawBufferPointer, _: F.Type, canonical: F
  ) {
    let size = MemoryLayout<F>.size
    let count = bytes.count / size
    var holdsNaN = false
    for index in 0..<count {
      let value = bytes.loadUnaligned(fromByteOffset: index * size, as: F.self)
      holdsNaN = holdsNaN || value != value
    }
    guard holdsNaN else { return hasher.update(bufferPointer: bytes) }
    let cleaned = [F](unsafeUninitializedCapacity: count) { out, initialized in
      for index in 0..<count {
        let value = bytes.loadUnaligned(fromByteOffset: index * size, as: F.self)
        out.initializeElement(at: index, to: value.isNaN ? canonical : value)
      }
      initialized = count
    }
    cleaned.withUnsafeBytes { hasher.update(bufferPointer: $0) }
  }
}
