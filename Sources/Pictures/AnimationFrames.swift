import Files

/// The pictures of an animated PNG as `AnimatedPNG` writes it: every one whole, each replacing the one before.
package struct AnimationFrames: Sendable, Equatable {
  /// At least two, all of one size.
  package let pictures: [Picture]
  package let millisecondsEach: Int

  package init(pictures: [Picture], millisecondsEach: Int) {
    precondition(pictures.count > 1, "an animation needs at least two pictures")
    self.pictures = pictures
    self.millisecondsEach = millisecondsEach
  }

  /// `nil` where `bytes` are no animation, one of a single picture, or one whose pictures cover parts of each other, as
  /// other programs write it.
  ///
  /// - Throws: `PNGError` where one of its pictures is damaged; `path` only names the file.
  package init?(of bytes: [UInt8], path: String) throws {
    var header: [PNGChunk] = []
    var data: [[PNGChunk]] = []
    var delays: Set<Int> = []
    var size: ArraySlice<UInt8>?
    var offset = PNGChunk.signature.count
    guard bytes.starts(with: PNGChunk.signature) else { return nil }
    while let chunk = PNGChunk(in: bytes, at: offset) {
      offset += chunk.size
      switch chunk.name {
      case "acTL", "IEND": continue
      case "fcTL":
        // [number: 4][width: 4][height: 4][x: 4][y: 4][delay: 2][per: 2][dispose: 1][blend: 1]
        guard chunk.data.count == 26, let size, chunk.data.dropFirst(4).prefix(8) == size,
          chunk.data.dropFirst(12).prefix(8).allSatisfy({ $0 == 0 }), chunk.data.suffix(2).allSatisfy({ $0 == 0 })
        else { return nil }
        let per = PNGChunk.number(chunk.data.dropFirst(22).prefix(2))
        delays.insert(PNGChunk.number(chunk.data.dropFirst(20).prefix(2)) * 1000 / (per == 0 ? 100 : per))
        data.append([])
      case "IDAT", "fdAT":
        guard !data.isEmpty, chunk.name == "IDAT" || chunk.data.count > 4 else { return nil }
        let own = chunk.name == "IDAT" ? chunk.data : chunk.data.dropFirst(4)
        data[data.count - 1].append(PNGChunk(name: "IDAT", data: Array(own)))
      default:
        if chunk.name == "IHDR" { size = chunk.data.prefix(8) }
        header.append(chunk)
      }
    }
    guard data.count > 1, delays.count == 1, let delay = delays.first, delay > 0 else { return nil }
    pictures = try data.map { own in
      var png = PNGChunk.signature
      for chunk in header + own + [PNGChunk(name: "IEND")] { chunk.append(to: &png) }
      return try PNG.decode(png, path: path)
    }
    millisecondsEach = delay
  }

  /// All pictures on one sheet, row by row, about as wide as it is high. What is left of its last row repeats the last
  /// picture.
  package var sheet: (picture: Picture, columns: Int, rows: Int) {
    let first = pictures[0]
    let ideal = (Double(pictures.count * first.height) / Double(first.width)).squareRoot().rounded(.up)
    let columns = min(pictures.count, max(1, Int(ideal)))
    let rows = (pictures.count + columns - 1) / columns
    let stride = first.width * first.channels
    var pixels: [UInt8] = []
    pixels.reserveCapacity(rows * columns * first.pixels.count)
    for row in 0..<rows {
      for line in 0..<first.height {
        for column in 0..<columns {
          let picture = pictures[min(row * columns + column, pictures.count - 1)]
          pixels += picture.pixels[line * stride..<(line + 1) * stride]
        }
      }
    }
    let picture = Picture(
      width: columns * first.width, height: rows * first.height, channels: first.channels, pixels: pixels)
    return (picture, columns, rows)
  }
}
