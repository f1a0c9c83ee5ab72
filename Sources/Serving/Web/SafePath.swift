import Files
import Foundation

/// Paths in requests, none of which leaves the folder it is looked for in.
enum SafePath {
  /// The parts of the path of an address, decoded once; `nil` where one of them is no plain name.
  static func parts(ofAddress address: String) -> [String]? {
    guard address.hasPrefix("/"), address.utf8.count <= 2048 else { return nil }
    let path = address.prefix { $0 != "?" && $0 != "#" }.dropFirst()
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    // A folder's address ends with a stroke.
    if parts.last == "" { parts.removeLast() }
    var decoded: [String] = []
    for part in parts {
      guard let text = part.removingPercentEncoding, isPlain(text) else { return nil }
      decoded.append(text)
    }
    return decoded
  }

  /// Whether it is the name of a file, not hidden, and nothing else: "..", "a/b" and "%2e" (what was encoded twice) are
  /// not.
  static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix(".")
      && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && !"/\\%".unicodeScalars.contains($0) }
  }

  /// The file in the folder, or below; `nil` where there is none, or where links lead out of it.
  static func file(_ parts: [String], in folder: String) -> String? {
    guard !parts.isEmpty, parts.allSatisfy(isPlain) else { return nil }
    let path = ([folder] + parts).joined(separator: "/")
    guard FileSystem.kind(of: path) == .file, let root = Platform.realPath(folder), let real = Platform.realPath(path),
      real.hasPrefix(root + "/")
    else { return nil }
    return real
  }
}
