import KernelContract
import Testing

@Suite struct ContentDigestTests {
  @Test func `contents have one digest on every instruction set, at any length and alignment`() {
    var bytes = [UInt8](repeating: 0, count: 5000)
    for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 7919 >> 5) }
    for length in [0, 1, 63, 64, 65, 1023, 1024, 1025, 2048, 4900] {
      let copies = [0, 1, 7, 32].map { shift in [UInt8](repeating: 9, count: shift) + bytes.prefix(length) }
      let digests = zip([0, 1, 7, 32], copies).flatMap { shift, copy in
        CompiledSet.all.map { set in
          copy.withUnsafeBytes { buffer -> [UInt64] in
            guard let base = buffer.baseAddress else {
              var nothing: UInt8 = 0
              let digest = set.float32.contentDigest(&nothing, byteCount: 0)
              return [digest.0, digest.1]
            }
            let digest = set.float32.contentDigest(base + shift, byteCount: length)
            return [digest.0, digest.1]
          }
        }
      }
      #expect(Set(digests).count == 1, "\(length) bytes")
    }
  }

  /// The first version's digests: traces of one release are compared with those of another.
  @Test func `the digest of known bytes is what it has always been`() {
    let bytes = (0..<100).map { UInt8($0) }
    let digest = bytes.withUnsafeBytes { buffer in
      buffer.baseAddress.map { CompiledSet.all[0].float32.contentDigest($0, byteCount: 100) } ?? (0, 0)
    }
    // As a program of some lines in Python computes them from the description in ContentDigest.swift.
    #expect([digest.0, digest.1] == [0x849F_9519_9E44_DEDA, 0x074E_35BA_35B4_8491])
  }
}
