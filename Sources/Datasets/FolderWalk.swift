import Files

/// Finds the pictures in a folder and below it, and what stands there instead of some.
struct FolderWalk {
  let root: String
  var problems: [FolderProblem] = []

  init(_ root: String) { self.root = root }

  private static let readable: Set = ["png", "jpg", "jpeg"]
  /// What torchvision's list of extensions holds beside them.
  private static let unsupported: Set = ["ppm", "bmp", "pgm", "tif", "tiff", "webp"]

  /// The folder that archives made on a Mac bring along; it holds no pictures, whatever its files are called. Noted
  /// once.
  mutating func isForeign(_ path: String) -> Bool {
    guard path == "__MACOSX" || path.hasSuffix("/__MACOSX") else { return false }
    if !problems.contains(where: { $0.path == path }) {
      problems.append(FolderProblem(path: path, what: "a folder that macOS puts into archives, without pictures"))
    }
    return true
  }

  /// Notes a link that leads nowhere.
  mutating func noteDanglingLink(_ path: String) {
    guard FileSystem.kind(of: "\(root)/\(path)") == nil, FileSystem.isLink("\(root)/\(path)") else { return }
    problems.append(FolderProblem(path: path, what: "a link to nothing, or in a circle"))
  }

  /// The pictures in a folder and the folders below it, relative to `root`.
  mutating func pictures(below folder: String) throws -> [String] {
    var folders: [String] = []
    let above = folder.isEmpty ? nil : FileSystem.identity(of: root)
    try collectFolders(folder, above: above.map { [$0] } ?? [], into: &folders)
    // Python sorts whole paths: "a-b" comes before "a/b".
    folders.sort(by: PathBytes.precedes)
    var pictures: [String] = []
    for folder in folders {
      let prefix = folder.isEmpty ? "" : folder + "/"
      for name in try FileSystem.list("\(root)/\(folder)") { add(prefix + name, to: &pictures) }
    }
    return pictures
  }

  private mutating func add(_ path: String, to pictures: inout [String]) {
    let format = Self.lowercasedExtension(of: path)
    switch FileSystem.kind(of: "\(root)/\(path)") {
    case .folder: return
    case nil: return noteDanglingLink(path)
    case .other:
      guard Self.readable.contains(format) || Self.unsupported.contains(format) else { return }
      problems.append(FolderProblem(path: path, what: "a pipe or device"))
    case .file:
      if Self.unsupported.contains(format) {
        problems.append(
          FolderProblem(
            path: path,
            what: "expected PNG or JPEG, found .\(format), which torchvision would read; convert it or move it away"))
      } else if Self.readable.contains(format) {
        pictures.append(path)
      }
    }
  }

  /// Symbolic links are followed, as torchvision follows them; one to a folder that it stands in would never end.
  private mutating func collectFolders(_ folder: String, above: [[UInt64]], into all: inout [String]) throws {
    guard let identity = FileSystem.identity(of: "\(root)/\(folder)"), !above.contains(identity) else {
      problems.append(FolderProblem(path: folder, what: "a link to a folder that it stands in itself"))
      return
    }
    guard above.count < 32 else {
      problems.append(FolderProblem(path: folder, what: "more than 32 folders inside each other"))
      return
    }
    all.append(folder)
    for name in try FileSystem.list("\(root)/\(folder)") {
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      guard FileSystem.kind(of: "\(root)/\(path)") == .folder, !isForeign(path) else { continue }
      try collectFolders(path, above: above + [identity], into: &all)
    }
  }

  private static func lowercasedExtension(of path: String) -> String {
    guard let dot = path.lastIndex(of: ".") else { return "" }
    return path[path.index(after: dot)...].lowercased()
  }
}
