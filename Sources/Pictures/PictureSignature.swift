import Files

/// What a file that is no PNG and no JPEG is, by its first bytes: people's folders hold everything under a picture's
/// name.
enum PictureSignature {
  private static let signatures: [(place: Int, bytes: [UInt8], what: String)] = [
    (0, Array("GIF8".utf8), "a GIF"), (0, Array("BM".utf8), "a BMP"), (0, [0x49, 0x49, 0x2A, 0x00], "a TIFF"),
    (0, [0x4D, 0x4D, 0x00, 0x2A], "a TIFF"), (0, [0x49, 0x49, 0x2B, 0x00], "a TIFF"),
    (0, [0x4D, 0x4D, 0x00, 0x2B], "a TIFF"),
    (0, [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20], "a JPEG 2000"), (0, [0xFF, 0x4F, 0xFF, 0x51], "a JPEG 2000"),
    (0, [0xFF, 0x0A], "a JPEG XL"), (0, [0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20], "a JPEG XL"),
    (4, Array("ftypavi".utf8), "an AVIF"), (4, Array("ftyphei".utf8), "a HEIC"), (4, Array("ftyphev".utf8), "a HEIC"),
    (4, Array("ftypmif1".utf8), "a HEIC"), (4, Array("ftypmsf1".utf8), "a HEIC"),
    (4, Array("ftyp".utf8), "a video (MP4)"),
    (0, [0, 0, 1, 0], "an icon (ICO)"), (0, Array("8BPS".utf8), "a Photoshop file"), (0, Array("%PDF".utf8), "a PDF"),
    (0, Array("qoif".utf8), "a QOI"), (0, Array("DDS ".utf8), "a DDS"), (0, [0x76, 0x2F, 0x31, 0x01], "an OpenEXR"),
    (0, Array("#?RADIANCE".utf8), "a Radiance HDR"),
    (0, [0x00, 0x05, 0x16, 0x07], "an AppleDouble file, which macOS leaves beside pictures"),
    (0, [0x50, 0x4B, 3, 4], "a zip archive"), (0, [0x1F, 0x8B], "a gzip file"),
    (0, [0x28, 0xB5, 0x2F, 0xFD], "a zstd file"),
    (0, [0x93] + Array("NUMPY".utf8), "a NumPy array"), (0, [0x1A, 0x45, 0xDF, 0xA3], "a video (WebM)"),
    (0, [0x8A, 0x4D, 0x4E, 0x47], "an MNG"), (0, [0x8B, 0x4A, 0x4E, 0x47], "a JNG"),
    (257, Array("ustar".utf8), "a tar archive"),
  ]

  static func description(of bytes: [UInt8]) -> String {
    if bytes.isEmpty { return "an empty file" }
    if bytes.starts(with: "RIFF".utf8), bytes.count >= 12 {
      return bytes[8..<12].elementsEqual("WEBP".utf8) ? "a WebP" : "a RIFF file that is no picture"
    }
    for (place, signature, what) in signatures
    where bytes.count >= place + signature.count && bytes[place...].starts(with: signature) {
      return what
    }
    if bytes.count > 2, bytes[0] == UInt8(ascii: "P"), (0x31...0x37).contains(bytes[1]), bytes[2] <= 0x20 {
      return "a PPM, PGM or PBM"
    }
    let start = bytes.prefix(512)
    if start.allSatisfy({ $0 == 0 }) { return "zeros" }
    return TextSignature.description(of: start, other: "a text, which is neither's signature")
      ?? "neither's signature in the first bytes"
  }
}
