import Foundation
import Files

extension CIFAR10 {
  private static let embeddedCount = 2_000

  /// The 2,000 real images inside the package, 200 of each class: image i has class i mod 10.
  ///
  /// Where they come from stands in `Resources/README.md`.
  ///
  /// - Throws: `FileError` when the package's resources are missing or damaged.
  package static func embedded() throws -> CIFAR10 {
    let path = Bundle.module.bundleURL.appending(path: "Resources/cifar10-2000.bin.zst").path(percentEncoded: false)
    let compressed = try FileSystem.read(path, limit: 8 << 20)
    let records = try Zstd.decompress(compressed, limit: embeddedCount * recordByteCount, file: path)
    return try CIFAR10(records, path: path)
  }
}
