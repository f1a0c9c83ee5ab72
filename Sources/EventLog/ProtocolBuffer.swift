/// The wire format of protocol buffers, as far as event files need it: fields appended one after another.
///
/// Source: protobuf.dev, "Encoding". A field is a key, number·8 + wire type, and a value: a variable-length integer
/// (0), eight bytes (1), bytes with their length in front (2), or four bytes (5).
package struct ProtocolBuffer {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func append(_ value: Double, field: Int) {
    key(field, wireType: 1)
    littleEndian(value.bitPattern)
  }

  package mutating func append(_ value: Float, field: Int) {
    key(field, wireType: 5)
    littleEndian(value.bitPattern)
  }

  /// An int32, int64 or enumeration; a negative number takes ten bytes.
  package mutating func append(_ value: Int, field: Int) {
    key(field, wireType: 0)
    variableLength(UInt64(bitPattern: Int64(value)))
  }

  package mutating func append(_ text: String, field: Int) { append(bytes: Array(text.utf8), field: field) }

  package mutating func append(_ message: ProtocolBuffer, field: Int) { append(bytes: message.bytes, field: field) }

  package mutating func append(bytes content: [UInt8], field: Int) {
    key(field, wireType: 2)
    variableLength(UInt64(content.count))
    bytes += content
  }

  /// `repeated double … [packed = true]`.
  package mutating func append(packed values: [Double], field: Int) {
    var content = ProtocolBuffer()
    for value in values { content.littleEndian(value.bitPattern) }
    append(content, field: field)
  }

  private mutating func key(_ field: Int, wireType: Int) { variableLength(UInt64(field << 3 | wireType)) }

  private mutating func variableLength(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func littleEndian(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}
