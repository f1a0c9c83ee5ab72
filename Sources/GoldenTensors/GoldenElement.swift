import TensorFiles

/// A number that a golden can hold: `Float`, `Double`, the integers of fixed size, `Int` and `Bool`.
///
/// Types of your own need not conform; hand over an array of these.
public protocol GoldenElement: Sendable, BitwiseCopyable {
  /// The element's type by NumPy's name.
  static var goldenTypeName: String { get }
}

extension Float: GoldenElement { public static var goldenTypeName: String { "float32" } }
extension Double: GoldenElement { public static var goldenTypeName: String { "float64" } }
extension Int8: GoldenElement { public static var goldenTypeName: String { "int8" } }
extension Int16: GoldenElement { public static var goldenTypeName: String { "int16" } }
extension Int32: GoldenElement { public static var goldenTypeName: String { "int32" } }
extension Int64: GoldenElement { public static var goldenTypeName: String { "int64" } }
extension Int: GoldenElement { public static var goldenTypeName: String { "int64" } }
extension UInt8: GoldenElement { public static var goldenTypeName: String { "uint8" } }
extension UInt16: GoldenElement { public static var goldenTypeName: String { "uint16" } }
extension UInt32: GoldenElement { public static var goldenTypeName: String { "uint32" } }
extension UInt64: GoldenElement { public static var goldenTypeName: String { "uint64" } }
extension Bool: GoldenElement { public static var goldenTypeName: String { "bool" } }

extension TensorFile.Entry {
  /// The values as a golden keeps them. Throws `GoldenError` where the shape does not hold as many.
  init<Element: GoldenElement>(golden name: String, _ values: [Element], shape: [Int]) throws {
    guard let type = ElementType(named: Element.goldenTypeName), type.byteCount == MemoryLayout<Element>.stride else {
      throw GoldenError("\(name): \(Element.self) is no element type of goldens")
    }
    guard let size = checkedByteCount(of: shape, elementByteCount: 1), size == values.count else {
      throw GoldenError("\(name): the shape \(shape) does not hold \(values.count) values")
    }
    try self.init(
      name: name, elementType: type, shape: shape, bytes: values.withUnsafeBytes { Array($0) }[...], file: name)
  }
}
