import Files
import Foundation
import Pictures
import Testing

@Suite struct PNGTests {
  @Test func `every kind of file reads as Pillow reads it`() throws {
    for sample in try PictureSamples.load().png {
      let picture = try PNG.read(PictureSamples.png(sample.name))
      #expect(picture.width == sample.width && picture.height == sample.height, "\(sample.name)")
      #expect(Data(picture.inColor.pixels).base64EncodedString() == sample.bytes, "\(sample.name)")
    }
    #expect(try PNG.read(PictureSamples.png("gray.png")).channels == 1)
  }

  @Test(arguments: [(1, 1, 1), (1, 1, 3), (7, 5, 3), (300, 2, 1), (64, 64, 3)])
  func `written picture reads back the same`(width: Int, height: Int, channels: Int) throws {
    let picture = PictureSamples.picture(width: width, height: height, channels: channels, seed: 3)
    try withTemporaryFolder { folder in
      try PNG.write(picture, to: folder + "/a.png")
      #expect(try PNG.read(folder + "/a.png") == picture)
      // Over an existing file, and nothing but the file remains.
      try PNG.write(picture, to: folder + "/a.png")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.png"])
    }
  }

  private func expectRefused(_ path: String, _ defect: FileError.Defect, _ body: () throws -> Void) {
    #expect { try body() } throws: { error in
      guard let error = error as? FileError else { return false }
      return error.file == path && error.defect == defect
    }
  }

  @Test func `missing file and folder in its place are named`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/none.png"
      expectRefused(path, .cannotOpen) { _ = try PNG.read(path) }
      expectRefused(folder, .notARegularFile) { _ = try PNG.read(folder) }
    }
  }

  @Test func `unwritable folder is named and leaves nothing`() throws {
    let picture = PictureSamples.picture(width: 2, height: 2, channels: 3, seed: 3)
    try withTemporaryFolder { folder in
      let path = folder + "/no-such-folder/a.png"
      expectRefused(path, .cannotWrite) { try PNG.write(picture, to: path) }
      // A folder where the file should go: the rename fails, and the temporary file must not stay behind.
      try FileManager.default.createDirectory(atPath: folder + "/taken.png", withIntermediateDirectories: false)
      #expect(throws: FileError.self) { try PNG.write(picture, to: folder + "/taken.png") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["taken.png"])
    }
  }

  @Test func `file cut before its last pixel is refused as cut or not PNG`() throws {
    let picture = PictureSamples.picture(width: 9, height: 7, channels: 3, seed: 21)
    let bytes = try PNG.encode(picture)
    // The end chunk has 12 bytes and no pixels, and the eight before it are checksums: Pillow does without all of them.
    for length in (bytes.count - 16)..<bytes.count {
      #expect(try PNG.decode(Array(bytes.prefix(length)), path: "cut") == picture, "\(length) bytes")
    }
    for length in 0..<(bytes.count - 20) {
      let error: PNGError = length == 0 ? .notPNG(path: "cut") : .truncated(path: "cut", offset: length)
      #expect(throws: error, "\(length) bytes") { try PNG.decode(Array(bytes.prefix(length)), path: "cut") }
    }
  }

  @Test func `byte changed anywhere is refused or harmless`() throws {
    let picture = PictureSamples.picture(width: 9, height: 7, channels: 3, seed: 21)
    let bytes = try PNG.encode(picture)
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x41
      // Whatever is not noticed may not have changed a pixel: only the ancillary chunks are unprotected.
      if let decoded = try? PNG.decode(changed, path: "changed") { #expect(decoded == picture, "byte \(index)") }
    }
  }

  @Test func `another format is refused`() throws {
    #expect(throws: PNGError.notPNG(path: "x")) { try PNG.decode(Array("GIF89a, certainly".utf8), path: "x") }
    #expect(throws: PNGError.notPNG(path: "x")) { try PNG.decode([], path: "x") }
  }

  @Test(arguments: [
    (0, 5), (5, 0), (0, 0), (70_000, 1), (65_000, 65_000), (0x7fff_ffff, 0x7fff_ffff), (0xffff_ffff, 1),
  ])
  func `header that asks for no pixels or too many is refused before decoding`(width: Int, height: Int) throws {
    var bytes = try PNG.encode(PictureSamples.picture(width: 9, height: 7, channels: 3, seed: 21))
    for index in 0..<4 {
      bytes[16 + index] = UInt8(width >> (24 - 8 * index) & 0xff)
      bytes[20 + index] = UInt8(height >> (24 - 8 * index) & 0xff)
    }
    #expect(throws: PNGError.size(path: "huge", width: width, height: height)) {
      try PNG.decode(bytes, path: "huge")
    }
  }

  @Test func `errors say where and what was expected`() {
    let text = String(describing: PNGError.truncated(path: "a.png", offset: 57))
    #expect(text == "a.png: expected more chunks up to IEND, found the end at byte 57")
  }
}
