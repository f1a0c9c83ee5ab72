import CCrypto

/// A digest of bytes that arrive in pieces, computed by the system's libcrypto.
package struct MessageDigest: ~Copyable {
  package enum Algorithm: String, Sendable {
    /// RFC 1321. Tells damaged files from intact ones, and no more: whoever wants to can make two files with one MD5.
    case md5 = "MD5"
    /// FIPS 180-4.
    case sha256 = "SHA-256"
  }

  private let context: OpaquePointer

  /// Throws `FileError` where libcrypto does not know the algorithm: a system can be set up to refuse MD5.
  package init(_ algorithm: Algorithm) throws {
    let method = algorithm == .md5 ? EVP_md5() : EVP_sha256()
    guard let context = EVP_MD_CTX_new() else {
      throw FileError("libcrypto", .unsupported, expected: "memory for a digest", found: "none")
    }
    guard EVP_DigestInit_ex(context, method, nil) == 1 else {
      EVP_MD_CTX_free(context)
      throw FileError("libcrypto", .unsupported, expected: algorithm.rawValue, found: "a system that refuses it")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  package mutating func update(bufferPointer bytes: UnsafeRawBufferPointer) {
    let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(status == 1, "libcrypto could not go on with a digest")
  }

  /// The bytes of the digest. Nothing may be added afterwards.
  package consuming func finalize() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    let status = EVP_DigestFinal_ex(context, &digest, &count)
    precondition(status == 1, "libcrypto could not finish a digest")
    return Array(digest.prefix(Int(count)))
  }

  /// The digest of bytes in one piece, as lowercase hexadecimal digits. Throws as `init` does.
  package static func hexadecimal(of bytes: [UInt8], _ algorithm: Algorithm) throws -> String {
    var digest = try MessageDigest(algorithm)
    bytes.withUnsafeBytes { digest.update(bufferPointer: $0) }
    return SHA256.hexadecimal(digest.finalize())
  }
}
