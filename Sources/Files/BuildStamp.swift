/// What a program was built from: the SHA-256 of every file of its targets, of the package's libraries under them, and
/// of the manifest.
///
/// A build compiles it into each program (`Plugins/StampSources`), a run writes it into its journal, and whoever wants
/// to vouch for a run or a program compares it with the files that are there now. It is a text of lines, so that any
/// tool can read it:
///
/// ```
/// root /home/me/gan-book
/// folder chapters/01-minimax
/// folder Sources/Autograd
/// file 9f86d081… Package.swift
/// file 60303ae2… chapters/01-minimax/main.swift
/// code 2c26b46b… 1-4,9-12 chapters/01-minimax/main.swift
/// ```
///
/// A file with prose has a second line: the hash of its code alone and the lines that are not code, so that prose may
/// change without making a run of the same code stale, and what was recorded on a line is found where that line is now.
/// The build's name (`digest`) does not depend on it.
package struct BuildStamp: Sendable, Equatable {
  /// The package's folder when the program was built.
  package let root: String
  /// Folders of the targets within it; the program's own comes first.
  package let folders: [String]
  /// SHA-256 by path within the package.
  package let files: [String: String]
  /// The files with prose, by path: programs of earlier versions do not say which.
  package let literate: [String: LiterateLines]

  package init(root: String, folders: [String], files: [String: String], literate: [String: LiterateLines] = [:]) {
    self.root = root
    self.folders = folders
    self.files = files
    self.literate = literate
  }

  /// Takes the stamp of the files that are there now.
  ///
  /// - Throws: `FileError` for a folder or file that cannot be read.
  package init(of folders: [String], besides manifest: String = "Package.swift", inPackage root: String) throws {
    var files = [manifest: try Self.hash("\(root)/\(manifest)")]
    for folder in folders {
      for (path, hash) in try Self.hashes(inFolder: "\(root)/\(folder)") { files["\(folder)/\(path)"] = hash }
    }
    var literate: [String: LiterateLines] = [:]
    for path in files.keys where path.hasSuffix(".swift") && path != manifest {
      let lines = LiterateLines(of: try FileSystem.read("\(root)/\(path)"))
      if lines.hasProse { literate[path] = lines }
    }
    self.init(root: root, folders: folders, files: files, literate: literate)
  }

  /// SHA-256 of every file in a folder and below, by its path within the folder. Hidden files are no part of a target.
  package static func hashes(inFolder root: String) throws -> [String: String] {
    var found: [String: String] = [:]
    try collect(root, prefix: "", depth: 0, into: &found)
    return found
  }

  private static func collect(_ folder: String, prefix: String, depth: Int, into found: inout [String: String]) throws {
    guard depth < 16 else {
      throw FileError(folder, .nestedTooDeeply, expected: "folders at most 16 deep", found: "more, or a loop of links")
    }
    for name in try FileSystem.list(folder) where !name.hasPrefix(".") {
      let path = folder + "/" + name
      switch FileSystem.kind(of: path) {
      case .folder: try collect(path, prefix: prefix + name + "/", depth: depth + 1, into: &found)
      case .file: found[prefix + name] = try hash(path)
      default: continue
      }
    }
  }

  private static func hash(_ path: String) throws -> String {
    SHA256.hexadecimal(SHA256.hash(data: try FileSystem.read(path)))
  }
}

// MARK: - As text

extension BuildStamp {
  package var text: String {
    let lines = files.sorted { $0.key < $1.key }.map { "file \($0.value) \($0.key)" }
    let code = literate.sorted { $0.key < $1.key }.map { "code \($0.value.codeHash) \($0.value.ranges) \($0.key)" }
    return (["root \(root)"] + folders.map { "folder \($0)" } + lines + code).joined(separator: "\n") + "\n"
  }

  /// Reads `text`; `nil` where it is no stamp, or one of nothing.
  package init?(text: String) {
    var (roots, folders, files): ([String], [String], [String: String]) = ([], [], [:])
    var literate: [String: LiterateLines] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { return nil }
      switch parts[0] {
      case "root": roots.append(parts[1])
      case "folder": folders.append(parts[1])
      case "file":
        let entry = parts[1].split(separator: " ", maxSplits: 1).map(String.init)
        guard entry.count == 2, entry[0].utf8.count == 2 * SHA256.byteCount else { return nil }
        files[entry[1]] = entry[0]
      case "code":
        let entry = parts[1].split(separator: " ", maxSplits: 2).map(String.init)
        guard entry.count == 3, entry[0].utf8.count == 2 * SHA256.byteCount,
          let skipped = LiterateLines.ranges(entry[1])
        else { return nil }
        literate[entry[2]] = LiterateLines(codeHash: entry[0], skipped: skipped)
      default: return nil
      }
    }
    guard roots.count == 1, !folders.isEmpty, !files.isEmpty, literate.keys.allSatisfy({ files[$0] != nil }) else {
      return nil
    }
    self.init(root: roots[0], folders: folders, files: files, literate: literate)
  }

  /// One hash of all files and their paths: the name of this build.
  package var digest: String {
    let lines = files.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)\n" }
    return SHA256.hexadecimal(SHA256.hash(data: Array(lines.joined().utf8)))
  }
}

// MARK: - What has changed since

extension BuildStamp {
  /// How the files that are there now differ from those that were built.
  package struct Changes: Sendable, Equatable {
    package var changed: [String] = []
    package var added: [String] = []
    package var removed: [String] = []
    /// Files of which nothing has changed but prose.
    package var prose: [String] = []

    /// Whether nothing has changed that could make a number another one: prose may have.
    package var isEmpty: Bool { changed.isEmpty && added.isEmpty && removed.isEmpty }

    /// The first file that differs.
    package var first: String? { changed.first ?? added.first ?? removed.first }

    /// "Sources/Autograd/Gradients.swift and 2 more changed; chapters/02-algorithm-1/9-New.swift added".
    package var description: String {
      [("changed", changed), ("added", added), ("removed", removed)].filter { !$0.1.isEmpty }.map { word, names in
        names.count <= 3
          ? "\(names.joined(separator: ", ")) \(word)" : "\(names[0]) and \(names.count - 1) more \(word)"
      }.joined(separator: "; ")
    }
  }

  /// The changes since the stamp was taken. A file that cannot be read counts as removed.
  ///
  /// `ownFolder` is where the program's own sources lie now, where that is not its folder within `root`; `root` is the
  /// package's folder, where that is not the one it was built in.
  package func changes(ownFolder: String? = nil, root: String? = nil) -> Changes {
    var result = Changes()
    var now: [String: String] = [:]
    let root = root ?? self.root
    for folder in folders {
      let place = self.place(ofFolder: folder, ownFolder: ownFolder, root: root)
      for (path, hash) in (try? Self.hashes(inFolder: place)) ?? [:] { now["\(folder)/\(path)"] = hash }
    }
    let inFolders = Set(now.keys)
    for (path, hash) in files {
      guard let found = now[path] ?? (try? Self.hash("\(root)/\(path)")) else {
        result.removed.append(path)
        continue
      }
      guard found != hash else { continue }
      let code = literate[path].flatMap { _ in lines(of: path, ownFolder: ownFolder, root: root)?.codeHash }
      if let code, code == literate[path]?.codeHash { result.prose.append(path) } else { result.changed.append(path) }
    }
    result.added = inFolders.subtracting(files.keys).sorted()
    result.changed.sort()
    result.removed.sort()
    result.prose.sort()
    return result
  }

  private func place(ofFolder folder: String, ownFolder: String?, root: String) -> String {
    folder == folders[0] ? ownFolder ?? "\(root)/\(folder)" : "\(root)/\(folder)"
  }

  /// Prose and code of a file of the stamp as it is now, where it can be read.
  package func lines(of path: String, ownFolder: String? = nil, root: String? = nil) -> LiterateLines? {
    let root = root ?? self.root
    let folder = folders.first { path.hasPrefix($0 + "/") }
    let place = folder.map { self.place(ofFolder: $0, ownFolder: ownFolder, root: root) + path.dropFirst($0.count) }
    return (try? FileSystem.read(place ?? "\(root)/\(path)")).map { LiterateLines(of: $0) }
  }
}
