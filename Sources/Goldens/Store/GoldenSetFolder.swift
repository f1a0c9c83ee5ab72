import Files
import Foundation
import TensorFiles

/// Replaces the folder of a golden set at once: no reader ever finds the manifest of one set beside the values of
/// another.
package enum GoldenSetFolder {
  /// Calls `write` with the path of a new folder beside `folder`, then exchanges the two. Throws, and changes nothing,
  /// where anything fails.
  package static func replace(_ folder: String, write: (String) throws -> Void) throws {
    let place = URL(filePath: folder)
    let parent = place.deletingLastPathComponent().path
    try FileSystem.createFolder(parent)
    // Hidden, so that one whose writer is killed is no golden set.
    let fresh = "\(parent)/.\(place.lastPathComponent).\(UUID().uuidString.prefix(8)).tmp"
    defer { try? FileManager.default.removeItem(atPath: fresh) }
    try write(fresh)
    guard FileSystem.kind(of: folder) != nil else { return try FileSystem.rename(fresh, to: folder) }
    try FileSystem.exchange(fresh, folder)
    // What somebody laid beside the set stays there.
    for name in try FileSystem.list(fresh) where FileSystem.kind(of: "\(folder)/\(name)") == nil {
      try FileSystem.rename("\(fresh)/\(name)", to: "\(folder)/\(name)")
    }
  }
}
