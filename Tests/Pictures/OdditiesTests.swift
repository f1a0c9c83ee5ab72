import Files
import Foundation
import Pictures
import TestSupport
import Testing

/// Pictures that goldens/reference/picture_oddities.py made, with what Pillow makes of them: depths, palettes, gamma,
/// interlacing, CMYK, JFIF and Adobe markers, stray bytes, odd scans, other formats. BOOK_ODDITIES=FOLDER holds more of
/// them.
@Suite struct OdditiesTests {
  struct Oddity: Decodable {
    let kind, bytes: String
    let width, height: Int?
    let rgb, format, error: String?
  }

  static func load() throws -> [Oddity] {
    let folder = ProcessInfo.processInfo.environment["BOOK_ODDITIES"]
    let path = folder.map { $0 + "/oddities.json" } ?? Repository.sample("oddities.json", of: "Pictures").path
    return try JSONDecoder().decode([Oddity].self, from: Data(contentsOf: URL(filePath: path)))
  }

  @Test func `a picture is read as Pillow reads it, bit for bit, or both refuse it`() throws {
    let oddities = try Self.load()
    #expect(oddities.count >= 300)
    for (number, oddity) in oddities.enumerated() {
      let bytes = [UInt8](try #require(Data(base64Encoded: oddity.bytes)))
      let name = "\(number).\(oddity.kind)"
      let path = try write(bytes, name)
      defer { try? FileSystem.remove(path) }
      do {
        let picture = try PictureFile.colorPicture(path)
        #expect(oddity.rgb == sha256(Data(picture.pixels)), "\(name): \(oddity.error ?? "other pixels")")
        #expect(oddity.width == picture.width && oddity.height == picture.height, "\(name)")
        // Whatever can be read has a header that says so, and passes the check before training.
        let size = try PictureFile.size(path)
        #expect(size.width == picture.width && size.height == picture.height, "\(name)")
        try PictureFile.verify(bytes, path: path)
      } catch {
        #expect(throws: (any Error).self, "\(name)") { try PictureFile.verify(bytes, path: path) }
        #expect(oddity.rgb == nil, "\(name): \(error)")
        #expect("\(error)".contains(path), "\(error)")
        if let format = oddity.format { #expect("\(error)".contains(Self.names[format] ?? format), "\(error)") }
      }
    }
  }

  @Test func `damaged pixels are found before training, whatever checksums and markers say`() throws {
    let png = try PNG.encode(PictureSamples.picture(width: 16, height: 16, channels: 3, seed: 5))
    try PictureFile.verify(png, path: "whole.png")
    // In the middle, in zlib's checksum behind the pixels, and in its header before them.
    for place in [\[UInt8].middle, \.last4, \.startIndex] {
      var damaged = PNGChunk.signature
      while let chunk = PNGChunk(in: png, at: damaged.count) {
        var data = Array(chunk.data)
        if chunk.name == "IDAT" { data[data[keyPath: place]] ^= 0x55 }
        PNGChunk(name: chunk.name, data: data).append(to: &damaged)
      }
      #expect(damaged.count == png.count)
      #expect(throws: PNGError.self) { try PictureFile.verify(damaged, path: "damaged.png") }
    }
    let jpeg = try FileSystem.read(reported("jfif-major-2.jpg"))
    try PictureFile.verify(jpeg, path: "whole.jpg")
    var withoutTables = jpeg
    func isTable(_ place: Int) -> Bool { withoutTables[place...].starts(with: [0xFF, 0xDB]) }
    while let start = withoutTables.indices.dropLast(4).first(where: isTable) {
      let length = Int(withoutTables[start + 2]) << 8 | Int(withoutTables[start + 3])
      withoutTables.removeSubrange(start..<start + 2 + length)
    }
    #expect(withoutTables.count < jpeg.count)
    #expect(throws: JPEGError.self) { try PictureFile.verify(withoutTables, path: "damaged.jpg") }
  }

  private static let names = ["WEBP": "a WebP", "ICO": "an icon", "PPM": "a PPM"]

  private func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "oddity-\(UUID().uuidString)-\(name)").path
    try AtomicFile.write(bytes, to: path)
    return path
  }

  private func reported(_ name: String) -> String { Repository.sample("reported/" + name, of: "Pictures").path }

  /// The right values are Pillow 13's.
  @Test func `pictures of the kinds that public bug reports are about are read as Pillow reads them`() throws {
    for (name, size, sum) in [("jfif-major-2.jpg", "40x36", 547_323), ("stray-header-refused.jpg", "19x37", 274_764)] {
      let picture = try PictureFile.colorPicture(reported(name))
      #expect(
        "\(picture.width)x\(picture.height)" == size && picture.pixels.reduce(0) { $0 + Int($1) } == sum, "\(name)")
    }
    for name in ["truncated-accepted.jpg", "truncated-refused.jpg"] {
      #expect(throws: JPEGError.self, "\(name)") { try PictureFile.colorPicture(reported(name)) }
      let bytes = try FileSystem.read(reported(name))
      #expect(throws: JPEGError.self, "\(name)") { try PictureFile.verify(bytes, path: name) }
    }
    for (name, what) in [("webp.jpg", "a WebP"), ("gif.jpg", "a GIF")] {
      let error = #expect(throws: PictureFileError.self) { try PictureFile.size(reported(name)) }
      #expect(error?.description.contains(what) == true)
    }
  }
}

extension [UInt8] {
  fileprivate var middle: Int { count / 2 }
  fileprivate var last4: Int { count - 4 }
}
