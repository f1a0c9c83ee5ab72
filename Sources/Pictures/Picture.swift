/// An image of 8-bit pixels, row by row, the channels of a pixel side by side ([H, W, C], as Pillow and PNG keep it).
package struct Picture: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// 1 for gray, 3 for red, green, blue.
  package let channels: Int
  /// height · width · channels values.
  package let pixels: [UInt8]

  package init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && (channels == 1 || channels == 3), "no picture is \(width)x\(height)x\(channels)")
    precondition(
      pixels.count == width * height * channels,
      "\(pixels.count) values were given for a picture of \(width)x\(height)x\(channels)")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// Every pixel a square of `factor` × `factor`, for readers' eyes.
  package func enlarged(_ factor: Int) -> Picture {
    precondition(factor > 0, "a picture cannot be enlarged \(factor) times")
    var enlarged: [UInt8] = []
    enlarged.reserveCapacity(pixels.count * factor * factor)
    for row in 0..<height {
      let line = (0..<width).flatMap { column in
        let pixel = pixels[((row * width + column) * channels)...].prefix(channels)
        return (0..<factor).flatMap { _ in pixel }
      }
      for _ in 0..<factor { enlarged += line }
    }
    return Picture(width: width * factor, height: height * factor, channels: channels, pixels: enlarged)
  }

  /// Three channels: a gray value three times, colors as they are (`PIL.Image.convert("RGB")`).
  package var inColor: Picture {
    if channels == 3 { return self }
    return Picture(width: width, height: height, channels: 3, pixels: pixels.flatMap { [$0, $0, $0] })
  }
}
