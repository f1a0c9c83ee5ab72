import Foundation
import Pictures

extension CIFAR10 {
  private static let embeddedCount = 2_000

  /// The 2,000 real images inside the package, 200 of each class: image i has class i mod 10.
  ///
  /// Where they come from stands in `Resources/README.md`.
  ///
  /// - Throws: `FileAccessError` or `ZstdFrameError` when the package's resources are missing or damaged.
  package static func embedded() throws -> CIFAR10 {
    let path = Bundle.module.bundleURL.appending(path: "Resources/cifar10-2000.bin.zst").path(percentEncoded: false)
    let compressed = try FileAccess.read(path, limit: 8 << 20)
    let records = try ZstdFrame.decompress(compressed, byteCount: embeddedCount * recordByteCount, path: path)
    return try CIFAR10(records, path: path)
  }
}
