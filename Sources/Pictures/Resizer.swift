/// Bilinear resizing between two fixed sizes, bit for bit Pillow's `Image.resize(…, BILINEAR)`.
///
/// A horizontal pass, then a vertical one, each rounding to 8 bits: clip((2²¹ + Σ pixel·weight) ≫ 22). A pass that
/// changes nothing is left out, as in Pillow. The weights are computed once, so one `Resizer` should serve a whole
/// dataset.
///
/// The order of the passes decides the rounding. Pillow 13 takes the vertical pass first where it removes more than
/// twice as many rows as the other removes columns (its pull request 9549); every Pillow before it takes the horizontal
/// one first, always. This follows Pillow 13. Square pictures that stay square are not affected.
package struct Resizer: Sendable {
  package let width: Int
  package let height: Int
  package let newWidth: Int
  package let newHeight: Int
  private let horizontal: ResampleWeights?
  private let vertical: ResampleWeights?
  private let isVerticalFirst: Bool

  package init(width: Int, height: Int, newWidth: Int, newHeight: Int) {
    precondition(
      min(width, height, newWidth, newHeight) > 0, "cannot resize \(width)x\(height) to \(newWidth)x\(newHeight)")
    self.width = width
    self.height = height
    self.newWidth = newWidth
    self.newHeight = newHeight
    horizontal = width == newWidth ? nil : ResampleWeights(from: width, to: newWidth)
    vertical = height == newHeight ? nil : ResampleWeights(from: height, to: newHeight)
    isVerticalFirst = newHeight < height && 2 * (width - newWidth) < height - newHeight
  }

  /// The resized picture; its size must be the one this resizer was made for.
  package func callAsFunction(_ picture: Picture) -> Picture {
    precondition(
      picture.width == width && picture.height == height,
      "a resizer for \(width)x\(height) was given \(picture.width)x\(picture.height)")
    let pixels = [UInt8](unsafeUninitializedCapacity: newWidth * newHeight * picture.channels) { out, initialized in
      picture.pixels.withUnsafeBufferPointer { resize($0, interleaved: picture.channels, into: out) }
      initialized = newWidth * newHeight * picture.channels
    }
    return Picture(width: newWidth, height: newHeight, channels: picture.channels, pixels: pixels)
  }

  /// Resizes rows of `channels` interleaved values a pixel; a plane of a planar image is 1 channel.
  package func resize(
    _ pixels: UnsafeBufferPointer<UInt8>, interleaved channels: Int, into out: UnsafeMutableBufferPointer<UInt8>
  ) {
    precondition(
      pixels.count == width * height * channels && out.count == newWidth * newHeight * channels,
      "\(pixels.count) values to \(out.count) do not fit \(width)x\(height) to \(newWidth)x\(newHeight)")
    switch (horizontal, vertical) {
    case (nil, nil):
      _ = out.initialize(fromContentsOf: pixels)
    case (let horizontal?, nil):
      horizontal.resampleRows(pixels, rows: height, width: width, channels: channels, into: out)
    case (nil, let vertical?):
      vertical.resampleColumns(pixels, rowLength: width * channels, into: out)
    case (let horizontal?, let vertical?) where isVerticalFirst:
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: width * newHeight * channels) { between in
        vertical.resampleColumns(pixels, rowLength: width * channels, into: between)
        horizontal.resampleRows(
          UnsafeBufferPointer(between), rows: newHeight, width: width, channels: channels, into: out)
      }
    case (let horizontal?, let vertical?):
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: newWidth * height * channels) { between in
        horizontal.resampleRows(pixels, rows: height, width: width, channels: channels, into: between)
        vertical.resampleColumns(UnsafeBufferPointer(between), rowLength: newWidth * channels, into: out)
      }
    }
  }
}

extension Picture {
  /// Exactly this size, whatever that does to the proportions: `transforms.Resize((height, width))`.
  package func resized(width: Int, height: Int) -> Picture {
    Resizer(width: self.width, height: self.height, newWidth: width, newHeight: height)(self)
  }

  /// The shorter side made this long, proportions kept: `transforms.Resize(size)`.
  ///
  /// The longer side is ⌊size·long/short⌋.
  package func resized(shorterSide size: Int) -> Picture {
    // In the order torchvision computes it: the product is exact, the quotient is rounded once before truncation.
    let longer = Int(Double(size * max(width, height)) / Double(min(width, height)))
    return width <= height
      ? resized(width: size, height: longer) : resized(width: longer, height: size)
  }
}
