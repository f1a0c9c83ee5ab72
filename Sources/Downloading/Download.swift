import Files

/// A file on the network that is known before it is fetched: where it is, and what its bytes add up to.
package struct Download: Sendable {
  /// The name it has on disk.
  package let fileName: String
  /// http or https.
  package let address: String
  /// Where its publisher says so; else the server's word is taken, up to `limit`.
  package let byteCount: Int?
  /// A longer file is refused before it is fetched.
  package let limit: Int
  package let algorithm: MessageDigest.Algorithm
  /// Lowercase hexadecimal digits; those that the publisher gives, which may be the first ones only.
  package let digest: String

  package init(
    fileName: String, address: String, byteCount: Int?, limit: Int = 1 << 30, algorithm: MessageDigest.Algorithm,
    digest: String
  ) {
    precondition(digest.count >= 8, "a digest of \(digest.count) digits tells too few files apart")
    self.fileName = fileName
    self.address = address
    self.byteCount = byteCount
    self.limit = byteCount ?? limit
    self.algorithm = algorithm
    self.digest = digest
  }

  /// CIFAR-10's binary version, with the MD5 that <https://www.cs.toronto.edu/~kriz/cifar.html> gives for it.
  package static let cifar10 = Download(
    fileName: "cifar-10-binary.tar.gz", address: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    byteCount: 170_052_171, algorithm: .md5, digest: "c32a1d4ab5d03f1284b67883e8d87530")
}

/// Why a download did not end with the file that was asked for.
package enum DownloadError: Error, Equatable, CustomStringConvertible {
  /// The address is none that can be fetched.
  case address(String)
  /// Nobody answered, or the connection could not be made.
  case noAnswer(address: String, reason: String)
  case status(address: String, code: Int)
  /// The server has a file of another length.
  case length(address: String, expected: Int, found: String)
  /// The connection ended early. What has arrived is kept.
  case brokenOff(address: String, arrived: Int, expected: Int, reason: String)
  case digest(address: String, algorithm: MessageDigest.Algorithm, expected: String, found: String)
  case interrupted(arrived: Int, expected: Int)
  case folderInUse(String, process: Int?)

  package var description: String {
    switch self {
    case .address(let address): "\(address): expected an http or https address, found none"
    case .noAnswer(let address, let reason):
      "\(address): expected an answer, found: \(reason); is there a network?"
    case .status(let address, let code): "\(address): expected the file (HTTP 200), found HTTP \(code)"
    case .length(let address, let expected, let found):
      "\(address): expected \(expected) bytes, found \(found): not the file that was asked for"
    case .brokenOff(let address, let arrived, let expected, let reason):
      "\(address): expected \(expected) bytes, found the end after \(arrived) (\(reason)); "
        + "these are kept, the same command goes on from there"
    case .digest(let address, let algorithm, let expected, let found):
      """
      \(address): expected the \(algorithm.rawValue) \(expected)\(expected.count < found.count ? "…" : ""), found \
      \(found); what arrived was removed
      """
    case .interrupted(let arrived, let expected):
      "interrupted after \(arrived) of \(expected) bytes; these are kept, the same command goes on from there"
    case .folderInUse(let folder, let process):
      "\(folder): another program\(process.map { ", process \($0)," } ?? "") is writing there; wait for it or stop it"
    }
  }
}
