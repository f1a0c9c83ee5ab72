import Tensors

/// The element types a safetensors file can hold, with the format's own names.
///
/// The sub-byte types of newer files (F4, F6) are refused by name.
package enum ElementType: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case uint16 = "U16"
  case int16 = "I16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case uint32 = "U32"
  case int32 = "I32"
  case float32 = "F32"
  case uint64 = "U64"
  case int64 = "I64"
  case float64 = "F64"

  package var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  package var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }

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
