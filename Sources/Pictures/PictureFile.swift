import Files

/// A PNG or JPEG file, told apart by its first bytes and not by its name, as Pillow does: real folders hold JPEGs that
/// are called .png.
package enum PictureFile {
  /// Larger files are refused.
  package static let fileLimit = 512 << 20
  /// What of a JPEG is read for its header: more than thumbnails and color profiles take in most.
  private static let jpegPrefix = 1 << 17

  /// The width and height that the header says, after the checks that decoding begins with. A little of the file is
  /// read, whatever its size.
  ///
  /// - Throws: `FileError`, `PNGError`, `JPEGError`, and `PictureFileError` for other files. All name the file.
  package static func size(_ path: String) throws -> (width: Int, height: Int) {
    let start = try FileSystem.read(path, limit: fileLimit, prefix: PNGStructure.headerByteCount)
    switch try Format(start, path: path) {
    case .png:
      // Where the header is not where it should be, the error is to speak of the whole file.
      let structure =
        try (try? PNGStructure(headerOf: start, path: path))
        ?? PNGStructure(headerOf: FileSystem.read(path, limit: fileLimit), path: path)
      return (structure.width, structure.height)
    case .jpeg:
      let prefix = try FileSystem.read(path, limit: fileLimit, prefix: jpegPrefix)
      if let layout = try? jpegLayout(prefix, path: path) { return (layout.width, layout.height) }
      let layout = try jpegLayout(FileSystem.read(path, limit: fileLimit), path: path)
      return (layout.width, layout.height)
    }
  }

  /// The width and height of a picture that is all there, as far as that can be told without decoding it: its header
  /// makes sense, a PNG's checksums are right, a JPEG comes to its end.
  ///
  /// - Throws: what `size(_:)` throws.
  package static func inspect(_ bytes: [UInt8], path: String) throws -> (width: Int, height: Int) {
    switch try Format(bytes, path: path) {
    case .png:
      let structure = try PNGStructure(bytes, path: path)
      // Whether a cut one has all of its pixels only decoding can tell.
      if structure.isCut { _ = try PNG.decode(bytes, path: path) }
      return (structure.width, structure.height)
    case .jpeg:
      let layout = try jpegLayout(bytes, path: path)
      guard bytes.withUnsafeBufferPointer({ JPEGHeader.hasEnd($0) }) else {
        throw JPEGError.damaged(path: path, reason: "no end marker: the file was cut short")
      }
      return (layout.width, layout.height)
    }
  }

  /// The picture in three channels, as Pillow's `convert("RGB")` gives it: gray becomes three, palettes are resolved,
  /// transparency is dropped, CMYK is converted.
  ///
  /// - Throws: what `size(_:)` throws, and the same errors for damaged pixels.
  package static func colorPicture(_ path: String) throws -> Picture {
    let bytes = try FileSystem.read(path, limit: fileLimit)
    switch try Format(bytes, path: path) {
    case .png: return try PNG.decode(bytes, path: path).inColor
    case .jpeg: return try JPEG.decode(bytes, path: path).inColor
    }
  }

  private static func jpegLayout(_ bytes: [UInt8], path: String) throws -> JPEGDecoder.Layout {
    try bytes.withUnsafeBufferPointer { try JPEGDecoder(path: path).layout(of: $0, path: path) }
  }

  private enum Format {
    case png, jpeg

    init(_ bytes: [UInt8], path: String) throws {
      if bytes.starts(with: [0xFF, 0xD8]) {
        self = .jpeg
      } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
        self = .png
      } else {
        throw PictureFileError.notAPicture(path: path, found: PictureSignature.description(of: bytes))
      }
    }
  }
}

/// Why a file was refused as a picture before its format was known.
package enum PictureFileError: Error, Equatable, CustomStringConvertible {
  case notAPicture(path: String, found: String)

  package var description: String {
    switch self {
    case .notAPicture(let path, let found): "\(path.visible): expected a PNG or a JPEG, found \(found)"
    }
  }
}
