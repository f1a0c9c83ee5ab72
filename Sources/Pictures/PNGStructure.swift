import Files

/// What is checked of a PNG before libpng sees it: the signature, the chunks up to IEND, and the size the header asks for.
///
/// Layout (RFC 2083, section 3): 8 bytes of signature, then chunks, the first IHDR with width and height, the last IEND.
struct PNGStructure {
  let width: Int
  let height: Int
  let bitDepth: Int

  /// Larger pictures are refused before memory is taken for them.
  static let sideLimit = 1 << 16
  static let pixelLimit = 1 << 26

  /// Walks the chunks of `bytes`; `path` only names the file in errors.
  init(_ bytes: [UInt8], path: String) throws {
    try self.init(headerOf: bytes, path: path)
    var offset = PNGChunk.signature.count
    while true {
      guard let chunk = PNGChunk(in: bytes, at: offset) else {
        throw PNGError.truncated(path: path, offset: bytes.count)
      }
      if chunk.name == "IEND" { break }
      offset += chunk.size
    }
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
    guard chunk.name == "IHDR", chunk.data.count == 13 else {
      throw PNGError.damaged(path: path, reason: "expected the header chunk IHDR of 13 bytes at byte \(offset)")
    }
    let fields = chunk.data
    width = PNGChunk.number(fields.prefix(4))
    height = PNGChunk.number(fields.dropFirst(4).prefix(4))
    bitDepth = PNGChunk.number(fields.dropFirst(8).prefix(1))
    guard (1...Self.sideLimit).contains(width), (1...Self.sideLimit).contains(height),
      width * height <= Self.pixelLimit
    else { throw PNGError.size(path: path, width: width, height: height) }
  }
}

/// Why a PNG was refused.
package enum PNGError: Error, Equatable, CustomStringConvertible {
  case notPNG(path: String)
  case truncated(path: String, offset: Int)
  case size(path: String, width: Int, height: Int)
  case sixteenBit(path: String)
  case damaged(path: String, reason: String)
  case encoding(reason: String)

  package var description: String {
    switch self {
    case .notPNG(let path): "\(path): expected a PNG, found another signature in the first 8 bytes"
    case .truncated(let path, let offset): "\(path): expected more chunks up to IEND, found the end at byte \(offset)"
    case .size(let path, let width, let height):
      "\(path): expected sides of 1 to \(PNGStructure.sideLimit) and at most \(PNGStructure.pixelLimit) pixels, "
        + "found \(width)x\(height) in the header (byte 16)"
    case .sixteenBit(let path): "\(path): expected at most 8 bits a channel, found 16 (byte 24); convert it first"
    case .damaged(let path, let reason): "\(path): expected intact PNG data, found: \(reason)"
    case .encoding(let reason): "a picture could not be encoded as PNG: \(reason)"
    }
  }
}
