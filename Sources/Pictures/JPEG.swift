import Files

/// JPEG files through libjpeg-turbo's own interface, which reports errors by return value (libjpeg's needs `setjmp`).
package enum JPEG {
  private static let fileLimit = 512 << 20

  /// The picture in a file: 1 channel for a gray file, 3 for color.
  ///
  /// The accurate integer transform and smooth chroma upsampling, as Pillow decodes; orientation tags are ignored, as
  /// torchvision ignores them. CMYK becomes color as in Pillow's `convert("RGB")`.
  ///
  /// - Throws: `FileError` when there is no such file or it is too large; `JPEGError` when it is no JPEG, is cut short
  ///   or so damaged that libjpeg gives up, or asks for no or too many pixels. All of them name the file.
  package static func read(_ path: String) throws -> Picture {
    try decode(FileSystem.read(path, limit: fileLimit), path: path)
  }

  /// The picture in the bytes of a JPEG; `path` only names them in errors.
  package static func decode(_ bytes: [UInt8], path: String) throws -> Picture {
    let decoder = try JPEGDecoder(path: path)
    return try bytes.withUnsafeBufferPointer { bytes in
      let layout = try decoder.layout(of: bytes, path: path)
      let pixels = try [UInt8](unsafeUninitializedCapacity: layout.byteCount) { out, initialized in
        try decoder.decode(bytes, layout, into: out, path: path)
        initialized = layout.byteCount
      }
      return Picture(width: layout.width, height: layout.height, channels: layout.channels, pixels: pixels)
    }
  }
}

/// Why a JPEG was refused.
package enum JPEGError: Error, Equatable, CustomStringConvertible {
  case notJPEG(path: String)
  case size(path: String, width: Int, height: Int)
  case depth(path: String, bits: Int)
  case components(path: String, count: Int)
  case damaged(path: String, reason: String)

  package var description: String {
    switch self {
    case .notJPEG(let path): "\(path.visible): expected a JPEG, found another signature in the first 2 bytes"
    case .size(let path, let width, let height):
      "\(path.visible): expected sides of 1 to \(PNGStructure.sideLimit) and at most \(PNGStructure.pixelLimit) "
        + "pixels, found \(width)x\(height) in the header"
    case .depth(let path, let bits): "\(path.visible): expected 8 bits a channel, found \(bits); convert it first"
    case .components(let path, let count): "\(path.visible): expected 1, 3 or 4 channels, found \(count)"
    case .damaged(let path, let reason): "\(path.visible): expected intact JPEG data, found: \(reason.visible)"
    }
  }
}
