import Files

/// A PNG's header, palette and packed pixels, as Pillow finds them, and the checks that come before decoding.
///
/// Layout (RFC 2083, section 3): 8 bytes of signature, then chunks, the first IHDR with width and height, the last
/// IEND. As in Pillow chunks before the pixels must be intact, what comes behind them is not looked at, and colors that
/// a palette does not have are black. Unlike in Pillow the pixels' own checksums are verified.
struct PNGStructure {
  let width: Int
  let height: Int
  let bitDepth: Int
  let colorType: Int
  let isInterlaced: Bool
  /// Red, green and blue of each color, where the pixels are numbers of colors.
  private(set) var palette: ArraySlice<UInt8> = []
  /// The chunks of packed pixels.
  private(set) var pixelChunks: [PNGChunk] = []
  /// Whether the file ends within the last of them.
  private(set) var isCut = false

  /// Larger pictures are refused before memory is taken for them.
  static let sideLimit = 1 << 16
  static let pixelLimit = 1 << 26

  /// Walks the chunks of `bytes`; `path` only names the file in errors.
  init(_ bytes: [UInt8], path: String) throws {
    try self.init(headerOf: bytes, path: path)
    var offset = PNGChunk.signature.count
    while let chunk = PNGChunk(in: bytes, at: offset) {
      // Pillow takes the first run of pixel chunks for all of them.
      if chunk.name != "IDAT" && !pixelChunks.isEmpty || chunk.name == "IEND" { break }
      guard chunk.isIntact else {
        throw PNGError.damaged(path: path, reason: "a bad checksum of chunk \(chunk.name.visible) at byte \(offset)")
      }
      if chunk.name == "PLTE" { palette = chunk.data }
      if chunk.name == "IHDR" && offset > PNGChunk.signature.count {
        throw PNGError.damaged(path: path, reason: "a second header at byte \(offset)")
      }
      if chunk.name == "IDAT" { pixelChunks.append(chunk) }
      offset += chunk.size
    }
    // A file that ends within a chunk of pixels may have them all: the last bytes are checksums.
    if let rest = Self.start(of: bytes, at: offset), rest.name == "IDAT" {
      pixelChunks.append(PNGChunk(name: "IDAT", data: Array(bytes[(offset + 8)...].prefix(rest.length))))
      isCut = true
    }
    guard !pixelChunks.isEmpty else { throw PNGError.truncated(path: path, offset: bytes.count) }
    // Behind the pixels Pillow reads on, and wants whole chunks, as far as they look like any.
    while !isCut, let chunk = Self.start(of: bytes, at: offset), chunk.name != "IEND" {
      guard chunk.length <= bytes.count - offset - 8 else {
        throw PNGError.truncated(path: path, offset: bytes.count)
      }
      offset += chunk.length + 12
    }
  }

  /// Name and length of the chunk that begins at `offset`, however much of it is there; `nil` where nothing like one
  /// begins.
  private static func start(of bytes: [UInt8], at offset: Int) -> (name: String, length: Int)? {
    guard bytes.count - offset >= 8 else { return nil }
    let name = bytes[(offset + 4)..<(offset + 8)]
    let isWord = name.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_")
    }
    guard isWord else { return nil }
    return (String(decoding: name, as: UTF8.self), PNGChunk.number(bytes[offset..<(offset + 4)]))
  }

  /// Bytes up to the end of the header chunk.
  static let headerByteCount = PNGChunk.signature.count + 12 + 13

  /// Reads the signature and the header chunk alone.
  init(headerOf bytes: [UInt8], path: String) throws {
    guard !bytes.isEmpty, bytes.prefix(8) == PNGChunk.signature.prefix(bytes.count) else {
      throw PNGError.notPNG(path: path)
    }
    let offset = PNGChunk.signature.count
    guard let chunk = PNGChunk(in: bytes, at: offset) else {
      throw PNGError.truncated(path: path, offset: bytes.count)
    }
    guard chunk.name == "IHDR", chunk.data.count >= 13 else {
      throw PNGError.damaged(path: path, reason: "expected the header chunk IHDR of 13 bytes at byte \(offset)")
    }
    let fields = Array(chunk.data)
    width = PNGChunk.number(fields[0..<4])
    height = PNGChunk.number(fields[4..<8])
    (bitDepth, colorType, isInterlaced) = (Int(fields[8]), Int(fields[9]), fields[12] != 0)
    guard (1...Self.sideLimit).contains(width), (1...Self.sideLimit).contains(height),
      width * height <= Self.pixelLimit
    else { throw PNGError.size(path: path, width: width, height: height) }
    guard Self.depths[colorType]?.contains(bitDepth) == true, fields[11] == 0 else {
      throw PNGError.damaged(
        path: path, reason: "\(bitDepth) bits of color type \(colorType), filter method \(fields[11])")
    }
  }

  /// The depths that each color type may have: gray, color, palette, gray and color with transparency.
  private static let depths: [Int: Set<Int>] = [
    0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16],
  ]

  /// Values of a pixel as stored, transparency among them.
  var storedChannels: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colorType] ?? 1 }

  /// A PNG of the same pixels that says nothing else: no gamma, no profile, no transparency, a palette with all of its
  /// colors. What libpng makes of that is what Pillow makes of the file.
  var plainBytes: [UInt8] {
    var header = PNGChunk.bigEndian(width) + PNGChunk.bigEndian(height)
    header += [UInt8(bitDepth), UInt8(colorType), 0, 0, isInterlaced ? 1 : 0]
    var bytes = PNGChunk.signature
    PNGChunk(name: "IHDR", data: header).append(to: &bytes)
    if colorType == 3 {
      let count = 3 << bitDepth
      let colors = Array(palette.prefix(palette.count / 3 * 3).prefix(count))
      PNGChunk(name: "PLTE", data: colors + [UInt8](repeating: 0, count: count - colors.count)).append(to: &bytes)
    }
    for chunk in pixelChunks { PNGChunk(name: "IDAT", data: Array(chunk.data)).append(to: &bytes) }
    PNGChunk(name: "IEND").append(to: &bytes)
    return bytes
  }
}

/// Why a PNG was refused.
package enum PNGError: Error, Equatable, CustomStringConvertible {
  case notPNG(path: String)
  case truncated(path: String, offset: Int)
  case size(path: String, width: Int, height: Int)
  case damaged(path: String, reason: String)
  case encoding(reason: String)

  package var description: String {
    switch self {
    case .notPNG(let path): "\(path.visible): expected a PNG, found another signature in the first 8 bytes"
    case .truncated(let path, let offset):
      "\(path.visible): expected more chunks up to IEND, found the end at byte \(offset)"
    case .size(let path, let width, let height):
      "\(path.visible): expected sides of 1 to \(PNGStructure.sideLimit) and at most \(PNGStructure.pixelLimit) "
        + "pixels, found \(width)x\(height) in the header (byte 16)"
    case .damaged(let path, let reason): "\(path.visible): expected intact PNG data, found: \(reason)"
    case .encoding(let reason): "a picture could not be encoded as PNG: \(reason)"
    }
  }
}
