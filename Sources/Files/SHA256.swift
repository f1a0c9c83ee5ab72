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
  private var digest: MessageDigest

  package init() {
    do { digest = try MessageDigest(.sha256) } catch { preconditionFailure("\(error)") }
  }

  package mutating func update(bufferPointer bytes: UnsafeRawBufferPointer) { digest.update(bufferPointer: bytes) }

  package mutating func update(data: [UInt8]) { data.withUnsafeBytes { update(bufferPointer: $0) } }

  /// The 32 bytes of the digest. Nothing may be added afterwards.
  package consuming func finalize() -> [UInt8] { digest.finalize() }

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
