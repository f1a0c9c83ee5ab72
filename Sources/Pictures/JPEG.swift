import CJPEG
import Files

/// JPEG files through libjpeg-turbo's own interface, which reports errors by return value (libjpeg's needs `setjmp`).
package enum JPEG {
  private static let fileLimit = 512 << 20

  /// The picture in a file: 1 channel for a gray file, 3 for color.
  ///
  /// The accurate integer transform and smooth chroma upsampling, as Pillow decodes; orientation tags are ignored, as
  /// torchvision ignores them.
  ///
  /// - Throws: `FileError` when there is no such file or it is too large; `JPEGError` when it is no JPEG, is cut short or
  ///   damaged, is CMYK, or asks for no or too many pixels. All of them name the file.
  package static func read(_ path: String) throws -> Picture {
    try decode(FileSystem.read(path, limit: fileLimit), path: path)
  }

  /// The picture in the bytes of a JPEG; `path` only names them in errors.
  package static func decode(_ bytes: [UInt8], path: String) throws -> Picture {
    guard bytes.starts(with: [0xFF, 0xD8]) else { throw JPEGError.notJPEG(path: path) }
    guard let decoder = tjInitDecompress() else { throw JPEGError.damaged(path: path, reason: "no decoder: no memory") }
    defer { tjDestroy(decoder) }
    var (width, height, subsampling, colorspace): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    let header = tjDecompressHeader3(
      decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colorspace)
    guard header == 0 else { throw JPEGError.damaged(path: path, reason: message(decoder)) }
    guard (1...PNGStructure.sideLimit).contains(Int(width)), (1...PNGStructure.sideLimit).contains(Int(height)),
      Int(width) * Int(height) <= PNGStructure.pixelLimit
    else { throw JPEGError.size(path: path, width: Int(width), height: Int(height)) }
    guard colorspace != TJCS_CMYK.rawValue, colorspace != TJCS_YCCK.rawValue else { throw JPEGError.cmyk(path: path) }

    let isGray = colorspace == TJCS_GRAY.rawValue
    let channels = isGray ? 1 : 3
    let format = isGray ? TJPF_GRAY : TJPF_RGB
    let count = Int(width) * Int(height) * channels
    let pixels = try [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
      let result = tjDecompress2(
        decoder, bytes, UInt(bytes.count), out.baseAddress, width, 0, height, Int32(format.rawValue),
        TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
      if result != 0 {
        let reason = message(decoder)
        // Some cameras leave stray bytes between segments: every decoder reads over them. All else loses pixels.
        let isHarmless = tjGetErrorCode(decoder) == TJERR_WARNING.rawValue && reason.contains("extraneous bytes")
        guard isHarmless else { throw JPEGError.damaged(path: path, reason: reason) }
      }
      initialized = count
    }
    return Picture(width: Int(width), height: Int(height), channels: channels, pixels: pixels)
  }

  private static func message(_ decoder: tjhandle) -> String { String(cString: tjGetErrorStr2(decoder)) }
}

/// Why a JPEG was refused.
package enum JPEGError: Error, Equatable, CustomStringConvertible {
  case notJPEG(path: String)
  case size(path: String, width: Int, height: Int)
  case cmyk(path: String)
  case damaged(path: String, reason: String)

  package var description: String {
    switch self {
    case .notJPEG(let path): "\(path): expected a JPEG, found another signature in the first 2 bytes"
    case .size(let path, let width, let height):
      "\(path): expected sides of 1 to \(PNGStructure.sideLimit) and at most \(PNGStructure.pixelLimit) pixels, "
        + "found \(width)x\(height) in the header"
    case .cmyk(let path):
      "\(path): expected a gray or color JPEG, found CMYK, which has no one way to red, green and blue; convert it first"
    case .damaged(let path, let reason): "\(path): expected intact JPEG data, found: \(reason)"
    }
  }
}
