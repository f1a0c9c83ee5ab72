import Foundation

/// Where the tests find what is committed beside them.
package enum Repository {
  /// The root of the checkout these tests were built from.
  package static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// `Tests/<module>/Samples/<name>`.
  package static func sample(_ name: String, of module: String) -> URL {
    root.appending(path: "Tests/\(module)/Samples/\(name)")
  }
}
