import Files
import Testing

/// The digest of the standard's own examples, in one piece and in many.
@Suite struct SHA256Tests {
  /// FIPS 180-4 examples: no bytes, "abc", and a million times "a".
  @Test(arguments: [
    ("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func `the standard's examples have the standard's digests`(_ piece: String, _ times: Int, _ expected: String) {
    let bytes = Array(String(repeating: piece, count: times).utf8)
    #expect(SHA256.hexadecimal(SHA256.hash(data: bytes)) == expected)
    var hash = SHA256()
    for start in stride(from: 0, to: bytes.count, by: 977) {
      hash.update(data: Array(bytes[start..<min(start + 977, bytes.count)]))
    }
    #expect(SHA256.hexadecimal(hash.finalize()) == expected)
  }
}
