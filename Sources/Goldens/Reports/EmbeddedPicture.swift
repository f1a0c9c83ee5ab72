import Files
import Foundation
import TensorFiles

/// A picture as a PNG inside an HTML page.
///
/// The deflate stream is stored, not compressed: a report is written once and looked at once, and this way the checker
/// needs no image library. PNG: ISO/IEC 15948; zlib: RFC 1950.
struct EmbeddedPicture {
  let width: Int
  let height: Int
  /// 1 (gray), 3 (RGB) or 4 (RGBA).
  let channels: Int
  /// Rows of interleaved 8-bit channels.
  let pixels: [UInt8]

  /// `nil` where the shape is no picture.
  init?(shape: [Int], pixels: [UInt8]) {
    guard shape.count == 3, [1, 3, 4].contains(shape[2]), shape[0] > 0, shape[1] > 0,
      pixels.count == shape[0] * shape[1] * shape[2]
    else { return nil }
    height = shape[0]
    width = shape[1]
    channels = shape[2]
    self.pixels = pixels
  }

  var dataURI: String { "data:image/png;base64," + Data(png).base64EncodedString() }

  var png: [UInt8] {
    var bytes = PNGChunk.signature
    let colorType: UInt8 = channels == 1 ? 0 : channels == 3 ? 2 : 6
    let header = PNGChunk.bigEndian(width) + PNGChunk.bigEndian(height) + [8, colorType, 0, 0, 0]
    PNGChunk(name: "IHDR", data: header).append(to: &bytes)
    var rows: [UInt8] = []
    rows.reserveCapacity(pixels.count + height)
    for row in 0..<height {
      rows.append(0)  // no filter
      rows += pixels[row * width * channels..<(row + 1) * width * channels]
    }
    PNGChunk(name: "IDAT", data: Self.stored(rows)).append(to: &bytes)
    PNGChunk(name: "IEND").append(to: &bytes)
    return bytes
  }

  /// A zlib stream of stored blocks.
  private static func stored(_ content: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let end = min(start + 65_535, content.count)
      let length = UInt16(end - start)
      out += [end == content.count ? 1 : 0, UInt8(truncatingIfNeeded: length), UInt8(length >> 8)]
      out += [UInt8(truncatingIfNeeded: ~length), UInt8(~length >> 8)]
      out += content[start..<end]
      start = end
    } while start < content.count
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in content {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    let adler = b << 16 | a
    return out + (0..<4).map { UInt8(truncatingIfNeeded: adler >> (24 - 8 * UInt32($0))) }
  }
}
