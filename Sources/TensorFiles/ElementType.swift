import Tensors

/// The element types of tensor files, named in code as PyTorch names them and in safetensors headers by their raw
/// value.
///
/// The sub-byte types of newer files (F4, F6) are refused by name.
package enum ElementType: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case float8_e4m3fn = "F8_E4M3"
  case float8_e5m2 = "F8_E5M2"
  case float8_e8m0fnu = "F8_E8M0"
  case float8_e4m3fnuz = "F8_E4M3FNUZ"
  case float8_e5m2fnuz = "F8_E5M2FNUZ"
  case uint16 = "U16"
  case int16 = "I16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case uint32 = "U32"
  case int32 = "I32"
  case float32 = "F32"
  case complex32 = "C32"
  case uint64 = "U64"
  case int64 = "I64"
  case float64 = "F64"
  case complex64 = "C64"
  case complex128 = "C128"

  package var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .float8_e4m3fn, .float8_e5m2, .float8_e8m0fnu, .float8_e4m3fnuz, .float8_e5m2fnuz: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32, .complex32: 4
    case .uint64, .int64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  /// The type of the real and of the imaginary part; the type itself where it is not complex.
  package var component: ElementType {
    switch self {
    case .complex32: .float16
    case .complex64: .float32
    case .complex128: .float64
    default: self
    }
  }

  package var isComplex: Bool { component != self }

  /// Whether safetensors has a name for it.
  package var isInSafetensors: Bool { self != .complex32 && self != .complex128 }

  package var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: smallFloat != nil
    }
  }

  /// The distance from 1 to the next larger number of the type; 0 of types of whole numbers.
  package var unitInTheLastPlaceOfOne: Double {
    switch component {
    case .float64: 0x1p-52
    case .float32: 0x1p-23
    case .float16: 0x1p-10
    case .bfloat16: 0x1p-7
    case .float8_e4m3fn, .float8_e4m3fnuz: 0x1p-3
    case .float8_e5m2, .float8_e5m2fnuz: 0x1p-2
    case .float8_e8m0fnu: 1
    default: 0
    }
  }

  package var isInteger: Bool { !isFloatingPoint && !isComplex && self != .bool }

  /// The name that NumPy and PyTorch use: "float32", "uint8", "bool".
  package var name: String { "\(self)" }

  package init?(named name: String) {
    guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  package init(_ dtype: DType) {
    switch dtype {
    case .float32: self = .float32
    case .float64: self = .float64
    }
  }
}

/// Bytes that a tensor of this shape takes, or `nil` where a file's numbers are negative or overflow.
package func checkedByteCount(of shape: [Int], elementByteCount: Int) -> Int? {
  var count = elementByteCount
  // A zero anywhere makes the product zero, but the other extents must still be sane.
  for extent in shape where extent < 0 { return nil }
  if shape.contains(0) { return 0 }
  for extent in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    if overflow { return nil }
    count = product
  }
  return count
}
