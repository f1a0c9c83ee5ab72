import Files
import Tensors

// Entry ↔ Tensor. Bytes are little-endian in files and on every machine this package supports.

extension TensorFile.Entry {
  /// The bytes of a tensor under a name.
  package init(name: String, tensor: Tensor) throws {
    try self.init(
      name: name, elementType: ElementType(tensor.dtype), shape: tensor.shape,
      bytes: tensor.withBytes { Array($0) }[...])
  }

  /// Numbers stored as float64 with a shape.
  package init(name: String, values: [Double], shape: [Int]) throws {
    try self.init(name: name, elementType: .float64, shape: shape, bytes: values.withUnsafeBytes { Array($0) }[...])
  }

  /// The entry as a tensor of its own precision; what is narrower than float32 is widened, which is exact. Throws
  /// `FileError` for numbers that are whole or complex.
  package func tensor(file: String) throws -> Tensor {
    switch elementType {
    case .float32: return Tensor(shape: shape, of: Float.self) { copyBytes(to: UnsafeMutableRawBufferPointer($0)) }
    case .float64: return Tensor(shape: shape, of: Double.self) { copyBytes(to: UnsafeMutableRawBufferPointer($0)) }
    case _ where elementType.isFloatingPoint: return Tensor(values.map { Float($0) }, shape: shape)
    default:
      throw FileError(
        file, .unsupported, at: "tensor \(name)", expected: "a floating-point type", found: elementType.name)
    }
  }

  private func copyBytes(to target: UnsafeMutableRawBufferPointer) {
    bytes.withUnsafeBytes { target.copyMemory(from: $0) }
  }

  /// The real and imaginary parts of complex numbers along one more axis; real numbers as they are.
  package var components: TensorFile.Entry {
    guard elementType.isComplex else { return self }
    return TensorFile.Entry(componentsOf: self)
  }

  /// Every element as a Double, every part of a complex one. Integers beyond 2^53 are rounded; nothing else is.
  package var values: [Double] {
    if elementType.isComplex { return components.values }
    return bytes.withUnsafeBytes { raw in
      [Double](unsafeUninitializedCapacity: count) { out, initialized in
        func each(_ body: (Int) -> Double) {
          for index in 0..<count { out.initializeElement(at: index, to: body(index)) }
        }
        func integers<I: FixedWidthInteger>(_: I.Type) {
          each { Double(raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<I>.size, as: I.self)) }
        }
        switch elementType {
        case .float32: each { Double(raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self)) }
        case .float64: each { raw.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
        case .float16: each { Double(halfToFloat(raw.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self))) }
        case .bfloat16:
          each { Double(Float(bitPattern: UInt32(raw.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self)) << 16)) }
        case .bool: each { raw[$0] == 0 ? 0 : 1 }
        case .uint8: integers(UInt8.self)
        case .int8: integers(Int8.self)
        case .uint16: integers(UInt16.self)
        case .int16: integers(Int16.self)
        case .uint32: integers(UInt32.self)
        case .int32: integers(Int32.self)
        case .uint64: integers(UInt64.self)
        case .int64: integers(Int64.self)
        // The floats of a byte; complex numbers are not here.
        default: each { elementType.smallFloat?.value(of: raw[$0]) ?? .nan }
        }
        initialized = count
      }
    }
  }
}

/// IEEE binary16 widened exactly. `Float16` itself is missing on some platforms.
private func halfToFloat(_ bits: UInt16) -> Float {
  let sign: Float = bits & 0x8000 == 0 ? 1 : -1
  let exponent = Int(bits >> 10 & 0x1F)
  let fraction = Float(bits & 0x3FF)
  switch exponent {
  case 0: return sign * fraction * 0x1p-24
  case 31: return fraction == 0 ? sign * .infinity : .nan
  default: return sign * (1 + fraction * 0x1p-10) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
  }
}
