import CJPEG

/// libjpeg-turbo's decoder, kept from picture to picture: for small ones, making it takes as long as decoding.
///
/// One thread at a time may use it.
package final class JPEGDecoder {
  private let handle: tjhandle

  /// What a JPEG's header says; `channels` is 1 for a gray picture, 3 for color.
  package struct Layout: Equatable, Sendable {
    package let width: Int
    package let height: Int
    package let channels: Int
    /// Whether the file has four inks, of which the three colors are made.
    package let isCMYK: Bool

    package init(width: Int, height: Int, channels: Int, isCMYK: Bool = false) {
      (self.width, self.height, self.channels, self.isCMYK) = (width, height, channels, isCMYK)
    }

    package var byteCount: Int { width * height * channels }
  }

  /// Throws `JPEGError` where there is no memory; `path` only names the picture in errors, here and below.
  package init(path: String) throws {
    guard let handle = tjInitDecompress() else { throw JPEGError.damaged(path: path, reason: "no decoder: no memory") }
    self.handle = handle
  }

  deinit { tjDestroy(handle) }

  /// Reads the header. Throws `JPEGError` where it is damaged or cut short, or asks for no or too many pixels.
  ///
  /// libjpeg-turbo looks at it too, for tables that make no sense; its warnings are of no account, and it knows fewer
  /// ways to sample colors than it can decode.
  package func layout(of bytes: UnsafeBufferPointer<UInt8>, path: String) throws -> Layout {
    let header = try JPEGHeader(bytes, path: path)
    let (width, height) = (header.width, header.height)
    guard (1...PNGStructure.sideLimit).contains(width), (1...PNGStructure.sideLimit).contains(height),
      width * height <= PNGStructure.pixelLimit
    else { throw JPEGError.size(path: path, width: width, height: height) }
    var unused: (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    let result = tjDecompressHeader3(
      handle, bytes.baseAddress, UInt(bytes.count), &unused.0, &unused.1, &unused.2, &unused.3)
    let isHarmless = Self.isWarning(message) || message.contains("subsampling type")
    guard result == 0 || isHarmless else { throw JPEGError.damaged(path: path, reason: message) }
    return Layout(
      width: width, height: height, channels: header.components == 1 ? 1 : 3, isCMYK: header.components == 4)
  }

  /// Writes the pixels, [H, W, C], into `out`, which must have room for the layout that `layout(of:path:)` has found.
  ///
  /// The accurate integer transform and smooth chroma upsampling, as Pillow decodes; of four inks Pillow's three
  /// colors. Throws `JPEGError` where libjpeg gives up, and where the file ends before its end marker. What else is
  /// damaged within it is decoded as libjpeg decodes it, as everybody's pictures are.
  package func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ layout: Layout, into out: UnsafeMutableBufferPointer<UInt8>, path: String
  ) throws {
    precondition(out.count >= layout.byteCount, "\(layout) has no room in \(out.count) bytes")
    guard layout.isCMYK else {
      return try decompress(bytes, layout, layout.channels == 1 ? TJPF_GRAY : TJPF_RGB, out.baseAddress, path)
    }
    let count = layout.width * layout.height
    let inks = try [UInt8](unsafeUninitializedCapacity: 4 * count) { inks, initialized in
      try decompress(bytes, layout, TJPF_CMYK, inks.baseAddress, path)
      initialized = 4 * count
    }
    // Such files hold what is left of the light, not the ink (Adobe's way, which Pillow takes for everybody's).
    for pixel in 0..<count {
      let black = Int(inks[4 * pixel + 3])
      for channel in 0..<3 {
        let product = (255 - Int(inks[4 * pixel + channel])) * black + 128
        out[3 * pixel + channel] = UInt8(max(0, black - (product >> 8 + product) >> 8))
      }
    }
  }

  private func decompress(
    _ bytes: UnsafeBufferPointer<UInt8>, _ layout: Layout, _ format: TJPF, _ out: UnsafeMutablePointer<UInt8>?,
    _ path: String
  ) throws {
    let result = tjDecompress2(
      handle, bytes.baseAddress, UInt(bytes.count), out, Int32(layout.width), 0, Int32(layout.height),
      Int32(format.rawValue), TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
    if result == 0 { return }
    let reason = message
    // At the end of the data libjpeg makes up the rest and goes on: only that is not what the file says.
    let isHarmless = Self.isWarning(reason) && JPEGHeader.hasEnd(bytes)
    guard isHarmless else { throw JPEGError.damaged(path: path, reason: reason) }
  }

  /// Whether what libjpeg said last is a warning. The interface's own answer is of no use: it says warning where an
  /// error came after one.
  private static func isWarning(_ message: String) -> Bool { warnings.contains(where: message.hasPrefix) }

  /// How the texts of all warnings begin (jerror.h).
  private static let warnings = [
    "Corrupt JPEG data", "Premature end of JPEG file", "Warning: unknown JFIF revision",
    "Unknown Adobe color transform",
    "Inconsistent progression sequence", "Invalid SOS parameters for sequential JPEG",
  ]

  private var message: String { String(cString: tjGetErrorStr2(handle)) }
}
