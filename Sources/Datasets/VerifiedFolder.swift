import Files
import Pictures
import Tensors

/// A folder of pictures of which every file has been read once, before anybody trains on it.
package struct VerifiedFolder: Sendable {
  /// Without what was left out.
  package let images: ImageFolder
  /// One SHA-256 of the names, the classes and the contents of all pictures, in their order: what a resumed run must
  /// find again.
  package let digest: String
  package let leftOut: [FolderProblem]

  /// Reads and decodes every file, so that a night's run does not end at the first bad picture.
  ///
  /// - Parameters:
  ///   - leavingOut: Whether to go on without what cannot be trained on.
  ///   - didRead: Called after every file, from several threads at once.
  /// - Throws: `ImageFolderError` with all that is wrong at once, or where nothing is left.
  package init(_ folder: ImageFolder, leavingOut: Bool, didRead: () -> Void = {}) throws {
    // A few at a time: every one is in memory while it is looked at, however many threads there are.
    let lanes = min(folder.count, Self.lanes)
    let inLanes = try Parallel.map(lanes) { lane in
      stride(from: lane, to: folder.count, by: lanes).map { index in
        defer { didRead() }
        return Self.look(at: folder.files[index], below: folder.root)
      }
    }
    let read = folder.files.indices.map { inLanes[$0 % lanes][$0 / lanes] }
    var (problems, bad): ([FolderProblem], Set<Int>) = (folder.problems, [])
    var digest = SHA256()
    for (index, result) in read.enumerated() {
      switch result {
      case .failure(let problem):
        problems.append(problem)
        bad.insert(index)
      case .success(let hash):
        digest.update(data: Array("\(folder.classNames[folder.labels[index]])\0\(folder.files[index])\0".utf8))
        digest.update(data: hash)
      }
    }
    guard problems.isEmpty || leavingOut, bad.count < folder.count || folder.count == 0 && problems.isEmpty else {
      throw ImageFolderError.problems(root: folder.root, problems)
    }
    images = folder.without(bad)
    leftOut = problems
    self.digest = SHA256.hexadecimal(digest.finalize())
  }

  private static let lanes = 16

  /// The digest of a picture's file, or what is wrong with it.
  private static func look(at path: String, below root: String) -> Result<[UInt8], FolderProblem> {
    do {
      let bytes = try FileSystem.read(root + "/" + path, limit: PictureFile.fileLimit)
      try PictureFile.verify(bytes, path: path)
      return .success(SHA256.hash(data: bytes))
    } catch {
      // The error says the path itself, in front of what it found.
      let text = "\(error)"
      let prefix = "\(path.visible): "
      return .failure(
        FolderProblem(path: path, what: text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text))
    }
  }
}
