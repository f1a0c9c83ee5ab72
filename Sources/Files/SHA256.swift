import CCrypto

/// SHA-256, computed by the system's libcrypto over bytes that arrive in pieces.
///
/// ```swift
/// var hash = SHA256()
/// hash.update(data: header)
/// hash.update(bufferPointer: body)
/// let digest = hash.finalize()  // 32 bytes
/// ```
/// Source: FIPS 180-4.
package struct SHA256: ~Copyable {
  private let context: OpaquePointer

  package init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto has no memory for, or does not know, SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  package mutating func update(bufferPointer bytes: UnsafeRawBufferPointer) {
    let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(status == 1, "libcrypto could not go on with a SHA-256")
  }

  package mutating func update(data: [UInt8]) { data.withUnsafeBytes { update(bufferPointer: $0) } }

  /// The 32 bytes of the digest. Nothing may be added afterwards.
  package consuming func finalize() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Self.byteCount)
    let status = EVP_DigestFinal_ex(context, &digest, nil)
    precondition(status == 1, "libcrypto could not finish a SHA-256")
    return digest
  }

  package static let byteCount = 32

  /// The digest of bytes in one piece.
  package static func hash(data: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: data)
    return hash.finalize()
  }

  /// The digest of bytes in one piece, wherever they lie.
  package static func hash(data: UnsafeRawBufferPointer) -> [UInt8] {
    var hash = SHA256()
    hash.update(bufferPointer: data)
    return hash.finalize()
  }

  /// Bytes as lowercase hexadecimal digits, as digests are written everywhere.
  package static func hexadecimal(_ digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
