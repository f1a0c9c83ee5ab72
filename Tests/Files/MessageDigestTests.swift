import Files
import TestSupport
import Testing

@Suite struct MessageDigestTests {
  /// RFC 1321, appendix A.5.
  @Test(arguments: [
    ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
    ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    (
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a"
    ),
  ]) func `MD5 of the standard's examples is the standard's, in one piece and in many`(
    text: String, expected: String
  ) throws {
    #expect(try MessageDigest.hexadecimal(of: Array(text.utf8), .md5) == expected)
    var digest = try MessageDigest(.md5)
    for byte in text.utf8 { withUnsafeBytes(of: byte) { digest.update(bufferPointer: $0) } }
    #expect(SHA256.hexadecimal(digest.finalize()) == expected)
  }

  @Test func `SHA-256 is the other type's`() throws {
    let bytes = Array("abc".utf8)
    #expect(
      try MessageDigest.hexadecimal(of: bytes, .sha256) == SHA256.hexadecimal(SHA256.hash(data: bytes)))
  }
}

@Suite struct ExtendedFileTests {
  @Test func `a file is gone on with behind its end, and can be cut`() throws {
    let folder = try TemporaryFolder()
    try AppendedFile(extending: folder("a")).append([1, 2, 3])
    let file = try AppendedFile(extending: folder("a"))
    #expect(file.length == 3)
    try file.append([4, 5])
    try file.truncate(to: 1)
    try file.append([9])
    #expect(file.length == 2)
    #expect(try FileSystem.read(folder("a")) == [1, 9])
    #expect(throws: FileError.self) { try AppendedFile(extending: folder.path) }
    #expect(throws: FileError.self) { try AppendedFile(extending: folder("none/a")) }
  }
}
