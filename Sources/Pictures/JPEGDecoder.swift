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

    package init(width: Int, height: Int, channels: Int) {
      (self.width, self.height, self.channels) = (width, height, channels)
    }

    package var byteCount: Int { width * height * channels }
  }

  /// Throws `JPEGError` where there is no memory; `path` only names the picture in errors, here and below.
  package init(path: String) throws {
    guard let handle = tjInitDecompress() else { throw JPEGError.damaged(path: path, reason: "no decoder: no memory") }
    self.handle = handle
  }

  deinit { tjDestroy(handle) }

  /// Reads the header. Throws `JPEGError` where it is damaged or cut short, asks for no or too many pixels, or for CMYK.
  package func layout(of bytes: UnsafeBufferPointer<UInt8>, path: String) throws -> Layout {
    guard bytes.starts(with: [0xFF, 0xD8]) else { throw JPEGError.notJPEG(path: path) }
    var (width, height, subsampling, colorspace): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    let header = tjDecompressHeader3(
      handle, bytes.baseAddress, UInt(bytes.count), &width, &height, &subsampling, &colorspace)
    guard header == 0 else { throw JPEGError.damaged(path: path, reason: message) }
    guard (1...PNGStructure.sideLimit).contains(Int(width)), (1...PNGStructure.sideLimit).contains(Int(height)),
      Int(width) * Int(height) <= PNGStructure.pixelLimit
    else { throw JPEGError.size(path: path, width: Int(width), height: Int(height)) }
    guard colorspace != TJCS_CMYK.rawValue, colorspace != TJCS_YCCK.rawValue else { throw JPEGError.cmyk(path: path) }
    return Layout(width: Int(width), height: Int(height), channels: colorspace == TJCS_GRAY.rawValue ? 1 : 3)
  }

  /// Writes the pixels, [H, W, C], into `out`, which must have room for the layout that `layout(of:path:)` has found.
  ///
  /// The accurate integer transform and smooth chroma upsampling, as Pillow decodes. Throws `JPEGError` where the data are damaged.
  package func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ layout: Layout, into out: UnsafeMutableBufferPointer<UInt8>, path: String
  ) throws {
    precondition(out.count >= layout.byteCount, "\(layout) has no room in \(out.count) bytes")
    let format = layout.channels == 1 ? TJPF_GRAY : TJPF_RGB
    let result = tjDecompress2(
      handle, bytes.baseAddress, UInt(bytes.count), out.baseAddress, Int32(layout.width), 0, Int32(layout.height),
      Int32(format.rawValue), TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
    if result == 0 { return }
    let reason = message
    // Some cameras leave stray bytes between segments: every decoder reads over them. All else loses pixels.
    let isHarmless = tjGetErrorCode(handle) == TJERR_WARNING.rawValue && reason.contains("extraneous bytes")
    guard isHarmless else { throw JPEGError.damaged(path: path, reason: reason) }
  }

  private var message: String { String(cString: tjGetErrorStr2(handle)) }
}
