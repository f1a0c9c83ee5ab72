import Files
import Foundation

extension CIFAR10 {
  /// What the package holds of itself, without any download.
  package enum EmbeddedPart: String, Sendable, CaseIterable {
    /// The first 2,000 training images, 200 of each class, for runs of a minute.
    case quick
    /// All 50,000 training images.
    case training
    /// All 10,000 test images.
    case test
  }

  /// Real images inside the package: image i of every part has class i mod 10.
  ///
  /// They are JPEGs, decoded here; their SHA-256 is checked. Where they come from stands in `Resources/README.md`.
  ///
  /// - Throws: `FileError` when the package's resources are missing or damaged, or the system's libjpeg-turbo decodes
  ///   them to other pixels than those every golden was made with.
  package static func embedded(_ part: EmbeddedPart = .quick) throws -> CIFAR10 {
    let path = embeddedPath
    let pack = try PackedJPEGs(FileSystem.read(path, limit: 64 << 20), path: path)
    return try CIFAR10(pack.records(part.rawValue), path: path)
  }

  /// The file that holds them.
  package static var embeddedPath: String {
    Bundle.module.bundleURL.appending(path: "Resources/cifar10.jpegs").path(percentEncoded: false)
  }
}
