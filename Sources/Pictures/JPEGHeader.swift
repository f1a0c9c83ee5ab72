/// Width, height and number of components of a JPEG, found as Pillow finds them: stray bytes between segments are
/// passed over, every frame header before the first scan counts, the last of them most.
struct JPEGHeader {
  private(set) var width = 0
  private(set) var height = 0
  /// 1 gray, 3 color, 4 CMYK.
  private(set) var components = 0

  /// Throws `JPEGError` where there is no frame before the first scan, or one that Pillow refuses too.
  init(_ bytes: UnsafeBufferPointer<UInt8>, path: String) throws {
    func damaged(_ reason: String) -> JPEGError { .damaged(path: path, reason: reason) }
    guard bytes.starts(with: [0xFF, 0xD8]) else { throw JPEGError.notJPEG(path: path) }
    guard bytes.count > 2, bytes[2] == 0xFF else { throw damaged("no segment behind the first two bytes") }
    var position = 3
    var byte: UInt8 = 0xFF
    while true {
      guard position < bytes.count else { throw damaged("the end of the file before the first scan") }
      let next = bytes[position]
      position += 1
      // Anything but 0xFF is skipped; 0xFF 0xFF is padding, 0xFF 0x00 an escaped byte.
      guard byte == 0xFF, next != 0 else {
        byte = next
        continue
      }
      if next == 0xFF { continue }
      guard next >= 0xC0 else { throw damaged("the marker \(String(next, radix: 16, uppercase: true)), which is none") }
      // 0xC8, restarts, start and end, and reserved ones have no content.
      let hasContent = next != 0xC8 && !(0xD0...0xD9).contains(next) && !(0xF0...0xFD).contains(next)
      if hasContent {
        guard bytes.count - position >= 2 else { throw damaged("the end of the file before the first scan") }
        let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
        guard length >= 2, length <= bytes.count - position else {
          throw damaged("the end of the file within a segment of \(length) bytes")
        }
        if (0xC0...0xCF).contains(next) && next != 0xC4 && next != 0xCC {
          try readFrame(UnsafeBufferPointer(rebasing: bytes[position + 2..<position + length]), path: path)
        }
        position += length
        if next == 0xDA { break }
      }
      guard position < bytes.count else { throw damaged("the end of the file before the first scan") }
      byte = bytes[position]
      position += 1
    }
    guard components > 0 else { throw damaged("no frame before the first scan") }
  }

  private mutating func readFrame(_ frame: UnsafeBufferPointer<UInt8>, path: String) throws {
    guard frame.count >= 6 else {
      throw JPEGError.damaged(path: path, reason: "a frame header of \(frame.count) bytes")
    }
    guard frame[0] == 8 else { throw JPEGError.depth(path: path, bits: Int(frame[0])) }
    height = Int(frame[1]) << 8 | Int(frame[2])
    width = Int(frame[3]) << 8 | Int(frame[4])
    components = Int(frame[5])
    guard components == 1 || components == 3 || components == 4 else {
      throw JPEGError.components(path: path, count: components)
    }
  }

  /// Whether the end marker comes somewhere behind the first scan's: within pixels 0xFF 0xD9 cannot stand. A file
  /// without it was cut short.
  static func hasEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = bytes.count - 2
    while index >= 2 {
      if bytes[index] == 0xFF {
        if bytes[index + 1] == 0xD9 { return true }
        if bytes[index + 1] == 0xDA { return false }
      }
      index -= 1
    }
    return false
  }
}
