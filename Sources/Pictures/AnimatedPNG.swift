import Files

/// Animated PNG: a PNG file whose further pictures stand in chunks of their own, so that a viewer that does not know them
/// shows the first.
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

    var out: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    var sequenceNumber: UInt32 = 0
    func nextNumber() -> [UInt8] {
      defer { sequenceNumber += 1 }
      return bigEndian(sequenceNumber)
    }
    func bigEndian16(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
    func frameControl() -> [UInt8] {
      let size = bigEndian(UInt32(first.width)) + bigEndian(UInt32(first.height))
      let offset = bigEndian(0) + bigEndian(0)
      // The delay is a fraction of a second; two zeros: the picture replaces the one before.
      return nextNumber() + size + offset + bigEndian16(millisecondsEach) + bigEndian16(1000) + [0, 0]
    }
    for (index, picture) in pictures.enumerated() {
      let chunks = try chunks(of: PNG.encode(picture))
      if index == 0 {
        for header in chunks where header.name != "IDAT" && header.name != "IEND" { append(header, to: &out) }
        append(Chunk(name: "acTL", data: bigEndian(UInt32(pictures.count)) + bigEndian(0)), to: &out)
      }
      append(Chunk(name: "fcTL", data: frameControl()), to: &out)
      for data in chunks where data.name == "IDAT" {
        append(index == 0 ? data : Chunk(name: "fdAT", data: nextNumber() + data.data), to: &out)
      }
    }
    append(Chunk(name: "IEND", data: []), to: &out)
    return out
  }

  private struct Chunk {
    let name: String
    let data: [UInt8]
  }

  /// The chunks of a PNG that libpng has just written.
  private static func chunks(of png: [UInt8]) throws -> [Chunk] {
    var chunks: [Chunk] = []
    var offset = 8
    while offset + 12 <= png.count {
      let length = png[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
      guard length <= png.count - offset - 12 else { break }
      chunks.append(
        Chunk(
          name: String(decoding: png[(offset + 4)..<(offset + 8)], as: UTF8.self),
          data: Array(png[(offset + 8)..<(offset + 8 + length)])))
      offset += 12 + length
    }
    guard chunks.last?.name == "IEND" else { throw PNGError.encoding(reason: "libpng's own file has no end") }
    return chunks
  }

  private static func append(_ chunk: Chunk, to out: inout [UInt8]) {
    let body = Array(chunk.name.utf8) + chunk.data
    out += bigEndian(UInt32(chunk.data.count)) + body + bigEndian(CyclicRedundancyCheck.ieee(body))
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
