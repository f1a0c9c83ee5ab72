import Files

// NumPy's array format, versions 1 to 3.
// Specification: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

/// Reads and writes one array as NumPy's `.npy`.
package enum NPY {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  private static let headerLimit = 1 << 20

  package static func isNPY(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: magic) }

  /// The array under a name. Fortran order becomes row-major, big-endian becomes little-endian. `view` says what
  /// elements are that NumPy knows only as so many bytes, and whole numbers of the same size.
  ///
  /// Throws `FileError` for a header that is not the format's, for structured and object types (whose content would
  /// have to be executed), and where the data are not exactly as long as the shape says.
  package static func read(
    _ bytes: ArraySlice<UInt8>, name: String, file: String, view: ElementType? = nil
  ) throws -> TensorFile.Entry {
    func failure(_ defect: FileError.Defect, _ place: String, _ expected: String, _ found: String) -> FileError {
      FileError(file, defect, at: "array \(name), \(place)", expected: expected, found: found)
    }
    guard isNPY(bytes) else { throw failure(.badContainer, "offset 0", "\"\\x93NUMPY\"", "other bytes") }
    let start = bytes.startIndex
    guard bytes.count >= 12 else { throw failure(.truncated, "offset 6", "version and header length", "the end") }
    let version = bytes[start + 6]
    guard (1...3).contains(version), bytes[start + 7] == 0 else {
      throw failure(.wrongVersion, "offset 6", "version 1.0, 2.0 or 3.0", "\(version).\(bytes[start + 7])")
    }
    let lengthBytes = version == 1 ? 2 : 4
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[start + 8 + $1]) << (8 * $1) }
    guard length <= headerLimit else {
      throw failure(.headerTooLarge, "offset 8", "a header of at most \(headerLimit) bytes", "\(length)")
    }
    let dataStart = start + 8 + lengthBytes + length
    guard dataStart <= bytes.endIndex else {
      throw failure(.truncated, "offset 8", "a header of \(length) bytes", "\(bytes.count - 8 - lengthBytes)")
    }
    var parser = NPYHeaderParser(
      bytes[(start + 8 + lengthBytes)..<dataStart], name: name, file: file, view: view)
    let header = try parser.parse()
    guard let needed = checkedByteCount(of: header.shape, elementByteCount: header.elementType.byteCount) else {
      throw failure(.sizeOverflow, "header", "a size below 2^63", "shape \(header.shape)")
    }
    let available = bytes.endIndex - dataStart
    guard available == needed else {
      throw failure(
        available < needed ? .truncated : .trailingBytes, "data",
        "\(needed) bytes for \(header.elementType.name) \(header.shape)", "\(available)")
    }
    var data = bytes[dataStart...]
    if header.isBigEndian { data = swapped(data, header.elementType.component.byteCount)[...] }
    if header.isFortranOrder { data = rowMajor(data, header.shape, header.elementType.byteCount)[...] }
    return try TensorFile.Entry(
      name: name, elementType: header.elementType, shape: header.shape, bytes: data, file: file)
  }

  /// The entry as version 1.0, aligned to 64 bytes as NumPy writes it.
  package static func bytes(of entry: TensorFile.Entry) throws -> [UInt8] {
    try header(entry.elementType, shape: entry.shape, name: entry.name) + entry.bytes
  }

  /// What stands before the elements of an array, for writers that have them piece by piece.
  package static func header(_ elementType: ElementType, shape: [Int], name: String) throws -> [UInt8] {
    let code: String =
      switch elementType {
      case .bool: "|b1"
      case .uint8: "|u1"
      case .int8: "|i1"
      case .uint16: "<u2"
      case .int16: "<i2"
      case .float16: "<f2"
      case .uint32: "<u4"
      case .int32: "<i4"
      case .float32: "<f4"
      case .uint64: "<u8"
      case .int64: "<i8"
      case .float64: "<f8"
      case .complex64: "<c8"
      case .complex128: "<c16"
      // NumPy has no such types; these are the bits, as ml_dtypes writes them.
      case .bfloat16, .complex32, .float8_e4m3fn, .float8_e5m2, .float8_e8m0fnu, .float8_e4m3fnuz, .float8_e5m2fnuz:
        elementType.byteCount == 1 ? "|V1" : "<V\(elementType.byteCount)"
      }
    let extents = shape.count == 1 ? "(\(shape[0]),)" : "(\(shape.map(String.init).joined(separator: ", ")))"
    var header = Array("{'descr': '\(code)', 'fortran_order': False, 'shape': \(extents), }".utf8)
    let unpadded = magic.count + 4 + header.count + 1
    header += [UInt8](repeating: UInt8(ascii: " "), count: (64 - unpadded % 64) % 64) + [UInt8(ascii: "\n")]
    guard header.count <= 0xFFFF else {
      throw FileError(
        "npy", .headerTooLarge, at: "array \(name)", expected: "fewer axes", found: "\(shape.count)")
    }
    return magic + [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)] + header
  }

  private static func swapped(_ bytes: ArraySlice<UInt8>, _ size: Int) -> [UInt8] {
    var out = Array(bytes)
    for start in stride(from: 0, to: out.count, by: size) { out[start..<start + size].reverse() }
    return out
  }

  /// Column-major elements in row-major order.
  private static func rowMajor(_ bytes: ArraySlice<UInt8>, _ shape: [Int], _ size: Int) -> [UInt8] {
    var stride = 1
    let strides = shape.map { extent in
      defer { stride = stride &* extent }  // wraps only where another extent is 0 and nothing is read
      return stride
    }
    return gathered(bytes, shape: shape, strides: strides, offset: 0, size: size)
  }
}

/// Elements picked from memory by strides, in row-major order. The caller has checked that every position lies inside.
func gathered(_ bytes: ArraySlice<UInt8>, shape: [Int], strides: [Int], offset: Int, size: Int) -> [UInt8] {
  let count = shape.reduce(1, *)
  var out: [UInt8] = []
  out.reserveCapacity(count * size)
  var index = [Int](repeating: 0, count: shape.count)
  var position = offset
  for _ in 0..<count {
    let start = bytes.startIndex + position * size
    out.append(contentsOf: bytes[start..<start + size])
    for axis in shape.indices.reversed() {
      index[axis] += 1
      // An axis of extent 1 may have any stride: stepping off it and back may wrap, reading never happens in between.
      position = position &+ strides[axis]
      if index[axis] < shape[axis] { break }
      position = position &- shape[axis] &* strides[axis]
      index[axis] = 0
    }
  }
  return out
}
