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

  /// Makes sure of a picture that will be needed later, by decoding it: checksums and markers can be right around
  /// pixels that are not there.
  ///
  /// - Throws: what `colorPicture(_:)` throws, and `JPEGError` for a JPEG that does not come to its end.
  package static func verify(_ bytes: [UInt8], path: String) throws {
    if try Format(bytes, path: path) == .jpeg {
      _ = try jpegLayout(bytes, path: path)
      guard bytes.withUnsafeBufferPointer({ JPEGHeader.hasEnd($0) }) else {
        throw JPEGError.damaged(path: path, reason: "no end marker: the file was cut short")
      }
    }
    _ = try decoded(bytes, path: path)
  }

  /// The picture in three channels, as Pillow's `convert("RGB")` gives it: gray becomes three, palettes are resolved,
  /// transparency is dropped, CMYK is converted.
  ///
  /// - Throws: what `size(_:)` throws, and the same errors for damaged pixels.
  package static func colorPicture(_ path: String) throws -> Picture {
    try decoded(FileSystem.read(path, limit: fileLimit), path: path).inColor
  }

  private static func decoded(_ bytes: [UInt8], path: String) throws -> Picture {
    switch try Format(bytes, path: path) {
    case .png: try PNG.decode(bytes, path: path)
    case .jpeg: try JPEG.decode(bytes, path: path)
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
