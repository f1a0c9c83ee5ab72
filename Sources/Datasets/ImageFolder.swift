import Files
import Pictures

/// A folder of PNG and JPEG files, one sub-folder a class: `torchvision.datasets.ImageFolder`.
///
/// The order is torchvision's: classes by name, in each the folders below it by path, in each the files by name, all by
/// code point. Files of other kinds are passed over, but what torchvision would stumble over, or would read and this
/// cannot, is a problem, because leaving it out in silence would shift every number that follows. A folder without
/// sub-folders is one class, which torchvision refuses. Names are bytes, whether they are text or not. Nothing is
/// decoded before it is asked for.
package struct ImageFolder: ImageDataset {
  package let root: String
  package let classNames: [String]
  /// Paths of the pictures below `root`.
  package private(set) var files: [String]
  /// The class of each file.
  package private(set) var labels: [Int]
  /// What stands in the way of taking the folder for a dataset, as far as names show it; `verified` also looks into the
  /// files.
  package let problems: [FolderProblem]

  package var count: Int { files.count }

  /// Reads the names in the folder.
  ///
  /// - Throws: `ImageFolderError` where there is no folder, or nothing in it that is or should be a picture;
  ///   `FileError` where a folder cannot be read.
  package init(_ root: String) throws {
    guard FileSystem.kind(of: root) == .folder else { throw ImageFolderError.missingFolder(path: root) }
    self.root = root
    var walk = FolderWalk(root)
    let names = try FileSystem.list(root)
    let subfolders = names.filter { FileSystem.kind(of: root + "/" + $0) == .folder && !walk.isForeign($0) }
    // Among class folders a link to nothing may be a class that is missing; beside pictures the walk below sees it.
    if !subfolders.isEmpty {
      for name in names { walk.noteDanglingLink(name) }
    }
    classNames = subfolders.isEmpty ? [""] : subfolders
    var (files, labels): ([String], [Int]) = ([], [])
    for (label, name) in classNames.enumerated() {
      let before = walk.problems.count
      let found = try walk.pictures(below: name)
      if found.isEmpty && walk.problems.count == before && !name.isEmpty {
        walk.problems.append(FolderProblem(path: name, what: "a class without a picture: " + Self.expected))
      }
      files += found
      labels += Array(repeating: label, count: found.count)
    }
    (self.files, self.labels, problems) = (files, labels, walk.problems)
    guard !files.isEmpty || !problems.isEmpty else { throw ImageFolderError.noPictures(path: root) }
  }

  static let expected = "no .png, .jpg or .jpeg file here or below"

  /// The same folder without some of its files.
  func without(_ left: Set<Int>) -> ImageFolder {
    var rest = self
    rest.files = files.indices.filter { !left.contains($0) }.map { files[$0] }
    rest.labels = labels.indices.filter { !left.contains($0) }.map { labels[$0] }
    return rest
  }

  /// Decodes picture `index` as Pillow's `convert("RGB")` does.
  ///
  /// - Throws: `FileError`, `PNGError`, `JPEGError`, `PictureFileError`: all name the file.
  package func colorPicture(_ index: Int) throws -> Picture {
    precondition((0..<count).contains(index), "image \(index) of \(count) was asked for")
    return try PictureFile.colorPicture(root + "/" + files[index])
  }
}

/// A file, link or folder that cannot be trained on.
package struct FolderProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// Below the folder's root.
  package let path: String
  package let what: String

  package init(path: String, what: String) { (self.path, self.what) = (path, what) }

  package var description: String { "\(path): \(what)".visible }
}

/// Why an image folder was refused.
package enum ImageFolderError: Error, Equatable, CustomStringConvertible {
  case missingFolder(path: String)
  case noPictures(path: String)
  case problems(root: String, [FolderProblem])

  /// More lines than this help nobody.
  private static let lineLimit = 1000

  package var description: String {
    switch self {
    case .missingFolder(let path): return "\(path.visible): expected a folder of pictures, found no folder"
    case .noPictures(let path):
      return "\(path.visible): expected at least one .png, .jpg or .jpeg file here or below, found none"
    case .problems(let root, let problems):
      let lines = problems.prefix(Self.lineLimit).map { "  \(root.visible)/\($0)" }
      let rest = problems.count > lines.count ? ["  … and \(problems.count - lines.count) more"] : []
      let count = problems.count == 1 ? "one thing" : "\(problems.count) things"
      return (["\(root.visible): \(count) in it cannot be trained on:"] + lines + rest).joined(separator: "\n")
    }
  }
}
