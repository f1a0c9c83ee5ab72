import Files
import Foundation
import Pictures
import TestSupport
import Testing

@Suite struct JPEGTests {
  struct Sample: Decodable {
    let name: String
    let width, height: Int
    let bytes, resized: String
  }

  static func path(_ name: String) -> String { Repository.sample("jpeg/" + name, of: "Pictures").path }

  static func samples() throws -> [Sample] {
    try JSONDecoder().decode([Sample].self, from: Data(contentsOf: URL(filePath: path("jpeg.json"))))
  }

  @Test func `every kind of file reads as Pillow reads it`() throws {
    let samples = try Self.samples()
    #expect(samples.count == 6)
    for sample in samples {
      let picture = try JPEG.read(Self.path(sample.name))
      #expect(picture.width == sample.width && picture.height == sample.height, "\(sample.name)")
      #expect(Data(picture.inColor.pixels).base64EncodedString() == sample.bytes, "\(sample.name)")
      let resized = picture.inColor.resized(width: 8, height: 8)
      #expect(Data(resized.pixels).base64EncodedString() == sample.resized, "\(sample.name)")
    }
    #expect(try JPEG.read(Self.path("gray.jpg")).channels == 1)
  }

  @Test func `text file with a picture's name is no JPEG`() {
    #expect(throws: JPEGError.notJPEG(path: "a.jpg")) { try JPEG.decode(Array("hello, world".utf8), path: "a.jpg") }
    #expect(throws: JPEGError.notJPEG(path: "a.jpg")) { try JPEG.decode([], path: "a.jpg") }
  }

  @Test func `truncation anywhere is refused`() throws {
    for name in ["color-420.jpg", "progressive.jpg", "gray.jpg"] {
      let bytes = try FileSystem.read(Self.path(name))
      // The last two bytes are the end marker, without which every pixel is there.
      for length in stride(from: 2, to: bytes.count - 2, by: 7) {
        #expect(throws: JPEGError.self, "\(name) cut at \(length)") {
          try JPEG.decode(Array(bytes[..<length]), path: name)
        }
      }
    }
  }

  @Test func `header that asks for too many pixels is refused before memory is taken`() throws {
    var bytes = try FileSystem.read(Self.path("gray.jpg"))
    let frame = try #require(bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    bytes.replaceSubrange((frame + 5)..<(frame + 9), with: [0xEA, 0x60, 0xEA, 0x60])
    #expect(throws: JPEGError.size(path: "big.jpg", width: 60_000, height: 60_000)) {
      try JPEG.decode(bytes, path: "big.jpg")
    }
  }

  @Test func `damaged files never crash`() throws {
    let original = try FileSystem.read(Self.path("progressive.jpg"))
    var mutator = Mutator(seed: 7)
    for _ in 0..<2_000 { _ = try? JPEG.decode(mutator.mutated(original), path: "damaged.jpg") }
  }
}

@Suite struct AnimatedPNGTests {
  private let pictures = (0..<3).map { PictureSamples.picture(width: 9, height: 5, channels: 3, seed: UInt32($0)) }

  @Test func `viewer that knows no animations sees the first picture`() throws {
    let bytes = try AnimatedPNG.encode(pictures, millisecondsEach: 80)
    #expect(try PNG.decode(bytes, path: "a.png") == pictures[0])
  }

  @Test func `every chunk has its number and a valid checksum`() throws {
    let bytes = try AnimatedPNG.encode(pictures, millisecondsEach: 80)
    var offset = 8
    var (names, numbers): ([String], [UInt32]) = ([], [])
    func word(_ at: Int) -> UInt32 { bytes[at..<(at + 4)].reduce(0) { $0 << 8 | UInt32($1) } }
    while offset < bytes.count {
      let length = Int(word(offset))
      let name = String(decoding: bytes[(offset + 4)..<(offset + 8)], as: UTF8.self)
      #expect(CyclicRedundancyCheck.ieee(bytes[(offset + 4)..<(offset + 8 + length)]) == word(offset + 8 + length))
      if name == "fcTL" || name == "fdAT" { numbers.append(word(offset + 8)) }
      if name == "acTL" { #expect(word(offset + 8) == 3 && word(offset + 12) == 0) }
      names.append(name)
      offset += 12 + length
    }
    #expect(names.first == "IHDR" && names.last == "IEND")
    #expect(names.count { $0 == "fcTL" } == 3 && names.count { $0 == "acTL" } == 1)
    #expect(numbers == Array(0..<UInt32(numbers.count)))
  }
}
