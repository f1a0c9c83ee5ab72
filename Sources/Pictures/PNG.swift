import CPNG
import Files

/// PNG files through libpng's simplified interface, which reports errors by return value (its other one needs
/// `setjmp`).
package enum PNG {
  // libpng has these as macros, which Swift does not import.
  private static let structureVersion: png_uint_32 = 1  // PNG_IMAGE_VERSION
  private static let formatGray: png_uint_32 = 0  // PNG_FORMAT_GRAY
  private static let flagAlpha: png_uint_32 = 1  // PNG_FORMAT_FLAG_ALPHA
  private static let flagColor: png_uint_32 = 2  // PNG_FORMAT_FLAG_COLOR

  private static let fileLimit = 512 << 20

  /// The picture in a file: 1 channel for a gray file, 3 for color and palette files.
  ///
  /// Pillow's `convert("RGB")`, which is what torchvision's users see: depths of 1, 2 and 4 bits are widened to 8,
  /// transparency is dropped, not blended, gamma and color profiles are not applied, of 16 bits a color keeps the upper
  /// 8, and a gray value above 255 becomes 255.
  ///
  /// - Throws: `FileError` when there is no such file or it is too large; `PNGError` when it is no PNG, is cut short or
  ///   damaged, or asks for no or too many pixels. All of them name the file.
  package static func read(_ path: String) throws -> Picture {
    try decode(FileSystem.read(path, limit: fileLimit), path: path)
  }

  /// The picture in the bytes of a PNG; `path` only names them in errors.
  package static func decode(_ bytes: [UInt8], path: String) throws -> Picture {
    let structure = try PNGStructure(bytes, path: path)
    do { return try decode(structure, path: path) } catch let error as PNGError {
      throw structure.isCut ? PNGError.truncated(path: path, offset: bytes.count) : error
    }
  }

  private static func decode(_ structure: PNGStructure, path: String) throws -> Picture {
    guard structure.bitDepth <= 8 else { return try structure.deepPicture(path: path) }
    let bytes = structure.plainBytes

    var image = png_image()
    image.version = structureVersion
    defer { png_image_free(&image) }
    return try bytes.withUnsafeBytes { source in
      guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0 else {
        throw PNGError.damaged(path: path, reason: message(of: image))
      }
      let (width, height) = (Int(image.width), Int(image.height))
      guard width == structure.width, height == structure.height else {
        throw PNGError.damaged(path: path, reason: "two headers of different sizes")
      }
      let channels = image.format & flagColor == 0 ? 1 : 3
      let stored = channels + (image.format & flagAlpha == 0 ? 0 : 1)
      image.format &= flagAlpha | flagColor  // asks for plain 8-bit pixels, not for a palette or other orders

      var values = [UInt8](repeating: 0, count: width * height * stored)
      let isComplete = values.withUnsafeMutableBytes { png_image_finish_read(&image, nil, $0.baseAddress, 0, nil) != 0 }
      // To libpng a wrong checksum of all pixels is worth a warning once it has them; Pillow refuses it.
      guard isComplete, !message(of: image).contains("incorrect data check") else {
        throw PNGError.damaged(path: path, reason: message(of: image))
      }
      if stored != channels { values = droppingLast(of: stored, values) }
      return Picture(width: width, height: height, channels: channels, pixels: values)
    }
  }

  /// Writes a picture, whole or not at all.
  ///
  /// - Throws: `FileError` naming the path, `PNGError.encoding` when libpng refuses.
  package static func write(_ picture: Picture, to path: String) throws {
    try AtomicFile.write(encode(picture), to: path)
  }

  /// The bytes of a PNG file of the picture.
  ///
  /// The pixels are exact; the bytes depend on the versions of libpng and zlib, so compare pictures, not files.
  package static func encode(_ picture: Picture) throws -> [UInt8] {
    var image = png_image()
    image.version = structureVersion
    image.width = png_uint_32(picture.width)
    image.height = png_uint_32(picture.height)
    image.format = picture.channels == 1 ? formatGray : flagColor
    defer { png_image_free(&image) }

    // More than PNG_IMAGE_PNG_SIZE_MAX, libpng's own bound, so that compressing once is enough.
    let dataSize = picture.pixels.count + picture.height
    let bound = dataSize + dataSize / 4 + 4096
    return try picture.pixels.withUnsafeBytes { pixels in
      try [UInt8](unsafeUninitializedCapacity: bound) { buffer, initialized in
        var byteCount = png_alloc_size_t(bound)
        let isWritten =
          png_image_write_to_memory(&image, buffer.baseAddress, &byteCount, 0, pixels.baseAddress, 0, nil) != 0
        guard isWritten else { throw PNGError.encoding(reason: message(of: image)) }
        initialized = Int(byteCount)
      }
    }
  }

  /// Without the last of every `stored` values.
  private static func droppingLast(of stored: Int, _ values: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    kept.reserveCapacity(values.count / stored * (stored - 1))
    for start in stride(from: 0, to: values.count, by: stored) {
      kept.append(contentsOf: values[start..<(start + stored - 1)])
    }
    return kept
  }

  /// libpng's own words: a zero-terminated text in a field of 64 bytes.
  private static func message(of image: png_image) -> String {
    withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
