import Files

/// Animated PNG: a PNG file whose further pictures stand in chunks of their own, so that a viewer that does not know
/// them shows the first.
///
/// Every picture is encoded by libpng as a file of its own; its data chunks are then put into one file.
/// Source: W3C, Portable Network Graphics (third edition), section 11.3.5.
package enum AnimatedPNG {
  /// The bytes of an animation that repeats for ever. All pictures must have one size.
  ///
  /// - Throws: `PNGError.encoding` when libpng refuses.
  package static func encode(_ pictures: [Picture], millisecondsEach: Int) throws -> [UInt8] {
    precondition((1...65_535).contains(millisecondsEach), "a picture cannot stay for \(millisecondsEach) ms")
    guard let first = pictures.first else { preconditionFailure("an animation needs at least one picture") }
    precondition(
      pictures.allSatisfy {
        $0.width == first.width && $0.height == first.height && $0.channels == first.channels
      }, "the pictures of an animation must have one size")

    var out = PNGChunk.signature
    var sequenceNumber = 0
    func nextNumber() -> [UInt8] {
      defer { sequenceNumber += 1 }
      return PNGChunk.bigEndian(sequenceNumber)
    }
    func bigEndian16(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
    func frameControl() -> [UInt8] {
      let size = PNGChunk.bigEndian(first.width) + PNGChunk.bigEndian(first.height)
      let offset = PNGChunk.bigEndian(0) + PNGChunk.bigEndian(0)
      // The delay is a fraction of a second; two zeros: the picture replaces the one before.
      return nextNumber() + size + offset + bigEndian16(millisecondsEach) + bigEndian16(1000) + [0, 0]
    }
    for (index, picture) in pictures.enumerated() {
      let chunks = try chunks(of: PNG.encode(picture))
      if index == 0 {
        for header in chunks where header.name != "IDAT" && header.name != "IEND" { header.append(to: &out) }
        let control = PNGChunk.bigEndian(pictures.count) + PNGChunk.bigEndian(0)
        PNGChunk(name: "acTL", data: control).append(to: &out)
      }
      PNGChunk(name: "fcTL", data: frameControl()).append(to: &out)
      for data in chunks where data.name == "IDAT" {
        (index == 0 ? data : PNGChunk(name: "fdAT", data: nextNumber() + data.data)).append(to: &out)
      }
    }
    PNGChunk(name: "IEND").append(to: &out)
    return out
  }

  /// The chunks of a PNG that libpng has just written.
  private static func chunks(of png: [UInt8]) throws -> [PNGChunk] {
    var chunks: [PNGChunk] = []
    var offset = PNGChunk.signature.count
    while let chunk = PNGChunk(in: png, at: offset) {
      chunks.append(chunk)
      offset += chunk.size
    }
    guard chunks.last?.name == "IEND" else { throw PNGError.encoding(reason: "libpng's own file has no end") }
    return chunks
  }
}
