/// The central directory at the end of a zip archive: the one place that says what the archive holds.
///
/// Zip64, data descriptors (sizes and checksums stand here in any case), names in UTF-8 with and without the flag.
/// Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
struct ZipDirectory {
  enum Method: Equatable { case stored, deflated, other(Int) }

  struct Record {
    let name: String
    let rawName: ArraySlice<UInt8>
    let method: Method
    let checksum: UInt32
    let packedSize: Int
    let size: Int
    let offset: Int

    var isFolder: Bool { rawName.last == UInt8(ascii: "/") }
  }

  private static let memberLimit = 100_000
  private static let endSize = 22

  private(set) var records: [Record] = []
  private let file: String
  /// Where the directory begins; members lie before it.
  private var start = 0

  init(of bytes: [UInt8], file: String) throws {
    self.file = file
    let end = try locateEnd(of: bytes)
    var (count, size, directoryEnd) = (bytes.little(end + 10, 2), bytes.little(end + 12, 4), end)
    start = bytes.little(end + 16, 4)
    // The locator of the zip64 end stands right before the end.
    if end >= 20, bytes.hasSignature(0x06, 0x07, at: end - 20) {
      let place = try number(bytes, end - 12)
      guard place <= end - 20 - 56, bytes.hasSignature(0x06, 0x06, at: place) else {
        throw damaged("offset \(end - 20)", "the end of a zip64 directory", "none at \(place)")
      }
      (count, size, start) = (
        try number(bytes, place + 32), try number(bytes, place + 40), try number(bytes, place + 48)
      )
      directoryEnd = place
    }
    guard start <= directoryEnd, size == directoryEnd - start else {
      throw damaged("offset \(end)", "a directory that ends at \(directoryEnd)", "one of \(size) bytes at \(start)")
    }
    guard count <= Self.memberLimit else {
      throw FileError(file, .tooLarge, expected: "at most \(Self.memberLimit) members", found: "\(count)")
    }
    var names: Set<ExactText> = []
    var position = start
    while position < directoryEnd {
      let record = try record(bytes, &position, directoryEnd)
      guard names.insert(ExactText(record.name)).inserted else {
        throw FileError(
          file, .duplicateName, at: "member \(record.name)", expected: "every name once", found: "it again")
      }
      records.append(record)
    }
    guard records.count == count else {
      throw damaged("offset \(end)", "\(count) members", "\(records.count)")
    }
  }

  private func damaged(_ place: String, _ expected: String, _ found: String) -> FileError {
    FileError(file, .badContainer, at: place, expected: expected, found: found)
  }

  /// The end record is the last thing in the file, a comment of at most 64 KiB excepted, and a few bytes that are no
  /// zip archive's: Python's own reader does not mind them.
  private func locateEnd(of bytes: [UInt8]) throws -> Int {
    var place = bytes.count - Self.endSize
    let lowest = max(0, place - 0xFFFF)
    var followed: Int?
    while place >= lowest {
      let behind = bytes.count - place - Self.endSize
      if bytes.hasSignature(0x05, 0x06, at: place), bytes.little(place + 20, 2) <= behind {
        let isOneDisk = bytes.little(place + 4, 4) == 0
        if bytes.little(place + 20, 2) < behind {
          if isOneDisk && followed == nil { followed = place }
        } else if isOneDisk {
          return place
        } else {
          throw FileError(file, .unsupported, at: "offset \(place)", expected: "one disk", found: "an archive in parts")
        }
      }
      place -= 1
    }
    guard let followed else { throw damaged("end of the file", "a zip archive's directory", "none") }
    return followed
  }

  /// A number of eight bytes that is a size or a place in memory.
  private func number(_ bytes: [UInt8], _ place: Int) throws -> Int {
    guard bytes[place + 7] < 0x80 else { throw damaged("offset \(place)", "a number below 2^63", "a larger one") }
    return bytes.little(place, 8)
  }

  private func record(_ bytes: [UInt8], _ position: inout Int, _ end: Int) throws -> Record {
    let place = "directory offset \(position - start)"
    guard end - position >= 46, bytes.hasSignature(0x01, 0x02, at: position) else {
      throw damaged(place, "a member of a zip archive", "other bytes")
    }
    let (nameLength, extraLength) = (bytes.little(position + 28, 2), bytes.little(position + 30, 2))
    let next = position + 46 + nameLength + extraLength + bytes.little(position + 32, 2)
    guard next <= end else { throw damaged(place, "\(next - position) bytes", "\(end - position)") }
    let rawName = bytes[position + 46..<position + 46 + nameLength]
    let flags = bytes.little(position + 8, 2)
    var (packedSize, size, offset) =
      (bytes.little(position + 20, 4), bytes.little(position + 24, 4), bytes.little(position + 42, 4))
    var unicodeName: ArraySlice<UInt8>?
    try forEachExtra(in: bytes[position + 46 + nameLength..<position + 46 + nameLength + extraLength]) { id, field in
      if id == 0x7075, field.count > 5, field.first == 1,
        bytes.little(field.startIndex + 1, 4) == Int(CyclicRedundancyCheck.ieee(rawName))
      {
        unicodeName = field.dropFirst(5)
      }
      guard id == 1 else { return }
      // Only what does not fit into its place of four bytes stands here, in this order.
      var at = field.startIndex
      func wide(_ value: inout Int) throws {
        guard value == 0xFFFF_FFFF else { return }
        guard field.endIndex - at >= 8 else { throw damaged(place, "a zip64 number", "the end of the field") }
        value = try number(bytes, at)
        at += 8
      }
      try wide(&size)
      try wide(&packedSize)
      try wide(&offset)
    }
    let name = try name(unicodeName ?? rawName, isUTF8: flags & 0x800 != 0 || unicodeName != nil)
    guard flags & 1 == 0 else {
      throw FileError(file, .unsupported, at: "member \(name)", expected: "plain content", found: "an encrypted member")
    }
    let madeOnUnix = bytes[position + 5] == 3
    guard !madeOnUnix || [0, 4, 8].contains(bytes[position + 41] >> 4) else {
      throw FileError(file, .unsupported, at: "member \(name)", expected: "a file", found: "a link or device")
    }
    let method: Method =
      switch bytes.little(position + 10, 2) {
      case 0: .stored
      case 8: .deflated
      case let other: .other(other)
      }
    let checksum = UInt32(truncatingIfNeeded: bytes.little(position + 16, 4))
    position = next
    return Record(
      name: name, rawName: rawName, method: method, checksum: checksum, packedSize: packedSize, size: size,
      offset: offset)
  }

  private func forEachExtra(in extra: ArraySlice<UInt8>, _ body: (Int, ArraySlice<UInt8>) throws -> Void) throws {
    var rest = extra
    while rest.count >= 4 {
      let id = Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8
      let length = Int(rest[rest.startIndex + 2]) | Int(rest[rest.startIndex + 3]) << 8
      rest = rest.dropFirst(4)
      guard length <= rest.count else { return }  // padding that is no field, as alignment tools leave it
      try body(id, rest.prefix(length))
      rest = rest.dropFirst(length)
    }
  }

  /// A name with the UTF-8 flag must be that. Without it, most writers mean UTF-8 all the same; what is not is the
  /// format's old code page 437.
  private func name(_ bytes: ArraySlice<UInt8>, isUTF8: Bool) throws -> String {
    if let name = String(validating: bytes, as: UTF8.self) { return name }
    guard !isUTF8 else {
      throw FileError(file, .badName, expected: "a member name in UTF-8", found: "other bytes")
    }
    return String(
      String.UnicodeScalarView(bytes.map { $0 < 0x80 ? UnicodeScalar($0) : Self.codePage437[Int($0) - 0x80] }))
  }

  private static let codePage437 = Array(
    ("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
      + "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}").unicodeScalars)

  /// Where a member's packed bytes are. Its own header must agree about the name.
  func place(of record: Record, in bytes: [UInt8]) throws -> Range<Int> {
    let place = "member \(record.name)"
    guard record.offset <= start - 30, bytes.hasSignature(0x03, 0x04, at: record.offset) else {
      throw damaged(place, "a member's header at \(record.offset)", "none")
    }
    let nameStart = record.offset + 30
    let nameEnd = nameStart + bytes.little(record.offset + 26, 2)
    let dataStart = nameEnd + bytes.little(record.offset + 28, 2)
    guard dataStart <= start, bytes[nameStart..<nameEnd] == record.rawName else {
      throw damaged(place, "the same name before the member", "another")
    }
    guard record.packedSize <= start - dataStart else {
      throw damaged(place, "\(record.packedSize) bytes before the directory", "\(start - dataStart)")
    }
    return dataStart..<dataStart + record.packedSize
  }
}

extension [UInt8] {
  /// A little-endian number of up to eight bytes, the highest bit of eight not set.
  fileprivate func little(_ place: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(self[place + $1]) << (8 * $1) }
  }

  fileprivate func hasSignature(_ third: UInt8, _ fourth: UInt8, at place: Int) -> Bool {
    place >= 0 && place + 4 <= count && self[place] == 0x50 && self[place + 1] == 0x4B && self[place + 2] == third
      && self[place + 3] == fourth
  }
}
