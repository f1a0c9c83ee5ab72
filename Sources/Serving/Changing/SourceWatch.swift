import Files

/// Which sources have changed since somebody looked last: by their time and size, and then by what they hold.
package struct SourceWatch {
  private let repository: String
  private var signatures: [String: [Int]] = [:]
  private var digests: [String: String] = [:]

  private static let folders = ["chapters", "Sources", "Plugins"]
  private static let files = ["Package.swift"]

  package init(repository: String) {
    self.repository = repository
    signatures = scan()
    for path in signatures.keys { digests[path] = digest(path) }
  }

  /// The paths, within the repository, of files that are new, gone or other than before.
  package mutating func changes() -> [String] {
    let now = scan()
    guard now != signatures else { return [] }
    var changed: [String] = []
    for path in Set(now.keys).union(signatures.keys) where now[path] != signatures[path] {
      let new = now[path] == nil ? nil : digest(path)
      if new != digests[path] { changed.append(path) }
      digests[path] = new
    }
    signatures = now
    return changed.sorted()
  }

  private func scan() -> [String: [Int]] {
    var found: [String: [Int]] = [:]
    for folder in Self.folders { collect(folder, depth: 0, into: &found) }
    for file in Self.files { found[file] = Platform.signature(of: "\(repository)/\(file)") }
    return found
  }

  private func collect(_ folder: String, depth: Int, into found: inout [String: [Int]]) {
    guard depth < 12, let names = try? FileSystem.list("\(repository)/\(folder)") else { return }
    for name in names where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      switch FileSystem.kind(of: "\(repository)/\(path)") {
      case .folder: collect(path, depth: depth + 1, into: &found)
      case .file: found[path] = Platform.signature(of: "\(repository)/\(path)")
      default: continue
      }
    }
  }

  private func digest(_ path: String) -> String? {
    // Data sets are large, and their time and size say enough.
    guard let size = FileSystem.byteCount(of: "\(repository)/\(path)"), size < 1 << 20 else {
      return signatures[path].map { "\($0)" } ?? ""
    }
    return (try? FileSystem.read("\(repository)/\(path)")).map { SHA256.hexadecimal(SHA256.hash(data: $0)) }
  }
}
