import Files
import TensorFiles

/// Finds where in the repository a `#fileID` ("ch03_dcgan_cifar10/Model.swift") lies: annotations need a path, and
/// readers open one.
package struct SourcePaths: Sendable {
  private let paths: [String]

  /// Looks through the Swift files below `root`'s chapters, Sources and Tests.
  package init(root: String) {
    var paths: [String] = []
    for folder in ["chapters", "Sources", "Tests"] { Self.collect(root, folder, depth: 0, into: &paths) }
    self.paths = paths
  }

  package init(paths: [String]) { self.paths = paths }

  /// Looks also for the files of recordings, which other languages name by their path below the folder they were run
  /// in, this one for the most part.
  package init(root: String?, recordings: [Recording]) {
    let sources = recordings.flatMap { $0.entries.map(\.source) + $0.log.map(\.source) }
    let files = Set(sources.map(\.file)).filter {
      !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") && FileSystem.kind(of: $0) == .file
    }
    paths = (root.map { SourcePaths(root: $0).paths } ?? []) + files.sorted()
  }

  private static func collect(_ root: String, _ folder: String, depth: Int, into paths: inout [String]) {
    guard depth < 8, let names = try? FileSystem.list("\(root)/\(folder)") else { return }
    for name in names where !name.hasPrefix(".") {
      switch FileSystem.kind(of: "\(root)/\(folder)/\(name)") {
      case .folder: collect(root, "\(folder)/\(name)", depth: depth + 1, into: &paths)
      case .file where name.hasSuffix(".swift"): paths.append("\(folder)/\(name)")
      default: continue
      }
    }
  }

  /// "chapters/03-dcgan-cifar10/4-Acts.swift:165", or the location as it is where its file is not found.
  package func text(of source: SourceLocation) -> String {
    path(of: source).map { "\($0):\(source.line)" } ?? source.description
  }

  /// The path of the location's file; `nil` where there is none or more than one candidate.
  package func path(of source: SourceLocation) -> String? {
    let parts = source.file.split(separator: "/")
    guard let name = parts.last, let module = parts.first else { return nil }
    if paths.contains(source.file) { return source.file }
    let candidates = paths.filter { $0.hasSuffix("/\(name)") }
    if candidates.count == 1 { return candidates.first }
    // Target "ch03-dcgan-cifar10" is module ch03_dcgan_cifar10 in folder 03-dcgan-cifar10.
    let folder = module.replacing("_", with: "-")
    let wanted = folder.hasPrefix("ch") ? String(folder.dropFirst(2)) : String(folder)
    let fitting = candidates.filter {
      $0.split(separator: "/").contains { $0 == module || $0.replacing("_", with: "-") == wanted }
    }
    return fitting.count == 1 ? fitting.first : nil
  }
}
