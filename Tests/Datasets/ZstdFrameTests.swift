import Datasets
import Testing

@Suite struct ZstdFrameTests {
  /// A frame of five bytes, "hello", with its size and a checksum.
  private let frame: [UInt8] = [
    0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x05, 0x29, 0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0xa3, 0x6d, 0x9f, 0x88,
  ]

  @Test func frameOfTheExpectedSizeDecompresses() throws {
    #expect(try ZstdFrame.decompress(frame, byteCount: 5, path: "a.zst") == Array("hello".utf8))
  }

  @Test func frameOfAnotherSizeIsRefusedBeforeDecompression() {
    #expect(throws: ZstdFrameError.size(path: "a.zst", expected: 6, found: 5)) {
      try ZstdFrame.decompress(frame, byteCount: 6, path: "a.zst")
    }
    #expect(throws: ZstdFrameError.size(path: "a.zst", expected: 5, found: nil)) {
      try ZstdFrame.decompress(Array("no frame".utf8), byteCount: 5, path: "a.zst")
    }
    #expect(throws: ZstdFrameError.size(path: "a.zst", expected: 5, found: nil)) {
      try ZstdFrame.decompress([], byteCount: 5, path: "a.zst")
    }
  }

  @Test func everyCutAndEveryChangedByteIsRefused() {
    for length in 0..<frame.count {
      #expect(throws: ZstdFrameError.self, "\(length) bytes") {
        try ZstdFrame.decompress(Array(frame.prefix(length)), byteCount: 5, path: "a.zst")
      }
    }
    for index in frame.indices {
      var changed = frame
      changed[index] ^= 0x08
      #expect(throws: ZstdFrameError.self, "byte \(index)") {
        try ZstdFrame.decompress(changed, byteCount: 5, path: "a.zst")
      }
    }
  }

  @Test func frameWithoutChecksumIsRefused() {
    var plain = frame
    plain[4] &= ~4
    plain.removeLast(4)
    #expect(throws: ZstdFrameError.noChecksum(path: "a.zst")) {
      try ZstdFrame.decompress(plain, byteCount: 5, path: "a.zst")
    }
  }
}
