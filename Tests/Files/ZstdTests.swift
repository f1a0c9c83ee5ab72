import Files
import TestSupport
import Testing

@Suite struct ZstdTests {
  let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

  @Test func `compressing and decompressing gives the bytes back, frames in a row too`() throws {
    let packed = try Zstd.compress(content)
    #expect(packed.count < content.count)
    #expect(try Zstd.decompress(packed, file: "z") == content)
    #expect(try Zstd.decompress(packed + packed, file: "z") == content + content)
    #expect(try Zstd.decompress(Zstd.compress([]), file: "z") == [])
  }

  @Test func `a bomb is refused at the limit`() throws {
    let bomb = try Zstd.compress([UInt8](repeating: 0, count: 100 << 20), level: 3)
    #expect(bomb.count < 20_000)
    #expect(defect { _ = try Zstd.decompress(bomb, file: "z") } == .tooLarge)
    #expect(defect { _ = try Zstd.decompress(Zstd.compress(content), limit: 299_999, file: "z") } == .tooLarge)
  }

  @Test func `every truncation and every trailing byte is refused`() throws {
    let packed = try Zstd.compress(Array(content[..<2000]))
    for length in 0..<packed.count {
      #expect(throws: FileError.self) { _ = try Zstd.decompress(Array(packed[..<length]), file: "z") }
    }
    #expect(throws: FileError.self) { _ = try Zstd.decompress(packed + [0], file: "z") }
    #expect(defect { _ = try Zstd.decompress(Array(packed.dropLast()), file: "z") } == .truncated)
    #expect(defect { _ = try Zstd.decompress(content, file: "z") } == .notCompressed)
  }

  @Test func `a flipped bit in the content is caught by the checksum`() throws {
    var packed = try Zstd.compress(content)
    packed[packed.count / 2] ^= 0x10
    #expect(defect { _ = try Zstd.decompress(packed, file: "z") } == .corrupt)
  }
}
