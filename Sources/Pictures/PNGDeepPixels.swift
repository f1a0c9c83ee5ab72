import Files

// Pictures of 16 bits a channel. libpng's simplified interface takes them for linear light and applies a gamma; Pillow
// does not.

extension PNGStructure {
  /// Width, height and place of the seven pictures of an interlaced one (RFC 2083, section 2.6); of others, the one.
  private var passes: [(width: Int, height: Int, x: Int, y: Int, stepX: Int, stepY: Int)] {
    guard isInterlaced else { return [(width, height, 0, 0, 1, 1)] }
    let grid = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    return grid.map { x, y, stepX, stepY in
      ((width - x + stepX - 1) / stepX, (height - y + stepY - 1) / stepY, x, y, stepX, stepY)
    }.filter { $0.0 > 0 && $0.1 > 0 }
  }

  /// The picture in 8 bits: colors by their upper byte, a gray value of its own cut off at 255, as Pillow has it.
  func deepPicture(path: String) throws -> Picture {
    let pixelSize = storedChannels * 2
    let byteCount = passes.reduce(0) { $0 + $1.height * (1 + $1.width * pixelSize) }
    let packed = pixelChunks.flatMap { $0.data }
    // zlib's frame: two bytes of header, the data, a checksum.
    guard packed.count >= 6, packed[0] & 0xF == 8, (Int(packed[0]) << 8 | Int(packed[1])) % 31 == 0,
      packed[1] & 0x20 == 0,
      var rows = Deflate.inflated(packed[2...], byteCount: byteCount, allowingMore: true)
    else { throw PNGError.damaged(path: path, reason: "packed pixels that are not \(byteCount) bytes") }

    let channels = colorType & 2 == 0 ? 1 : 3
    let cutsOff = colorType == 0
    var pixels = [UInt8](repeating: 0, count: width * height * channels)
    var start = 0
    for pass in passes {
      let rowSize = pass.width * pixelSize
      for row in 0..<pass.height {
        let filter = rows[start]
        guard Self.unfilter(&rows, filter, at: start + 1, count: rowSize, pixelSize: pixelSize, isFirst: row == 0)
        else {
          throw PNGError.damaged(path: path, reason: "filter \(filter) of row \(row)")
        }
        let target = (pass.y + row * pass.stepY) * width + pass.x
        for column in 0..<pass.width {
          let source = start + 1 + column * pixelSize
          for channel in 0..<channels {
            let high = rows[source + 2 * channel]
            pixels[(target + column * pass.stepX) * channels + channel] =
              cutsOff ? (high > 0 ? 255 : rows[source + 1]) : high
          }
        }
        start += 1 + rowSize
      }
    }
    return Picture(width: width, height: height, channels: channels, pixels: pixels)
  }

  /// Undoes the filter of the row at `start` (RFC 2083, section 6), whose predecessor ends a byte before it. `false`
  /// for an unknown one.
  private static func unfilter(
    _ bytes: inout [UInt8], _ filter: UInt8, at start: Int, count: Int, pixelSize: Int, isFirst: Bool
  ) -> Bool {
    let above = start - 1 - count
    for index in 0..<count {
      let left = index >= pixelSize ? Int(bytes[start + index - pixelSize]) : 0
      let up = isFirst ? 0 : Int(bytes[above + index])
      let corner = isFirst || index < pixelSize ? 0 : Int(bytes[above + index - pixelSize])
      let prediction: Int
      switch filter {
      case 0: return true
      case 1: prediction = left
      case 2: prediction = up
      case 3: prediction = (left + up) / 2
      case 4:
        let guess = left + up - corner
        let (a, b, c) = (abs(guess - left), abs(guess - up), abs(guess - corner))
        prediction = a <= b && a <= c ? left : b <= c ? up : corner
      default: return false
      }
      bytes[start + index] &+= UInt8(truncatingIfNeeded: prediction)
    }
    return true
  }
}
