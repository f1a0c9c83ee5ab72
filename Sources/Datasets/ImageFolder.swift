import Files
import Pictures

/// A folder of PNG and JPEG files, one sub-folder a class: `torchvision.datasets.ImageFolder`.
///
/// The order is torchvision's: classes by name, in each the folders below it by path, in each the files by name, all by code
/// point. Files of other kinds are passed over, but a picture in a format that torchvision would read and this cannot is
/// refused, because leaving it out would shift every number that follows. A folder without sub-folders is one class, which
/// torchvision refuses. Nothing is decoded before it is asked for.
package struct ImageFolder: ImageDataset {
  package let root: String
  package let classNames: [String]
  /// Paths of the pictures below `root`.
  package let files: [String]
  /// The class of each file.
  package let labels: [Int]

  package var count: Int { files.count }

  /// Reads the names in the folder.
  ///
  /// - Throws: `ImageFolderError` where there is no folder, no picture in it or in one of its classes, or a picture in an
  ///   unsupported format; `FileError` where a folder cannot be read.
  package init(_ root: String) throws {
    guard FileSystem.kind(of: root) == .folder else { throw ImageFolderError.missingFolder(path: root) }
    self.root = root
    let names = try FileSystem.list(root)
    let subfolders = names.filter { FileSystem.kind(of: root + "/" + $0) == .folder }
    classNames = subfolders.isEmpty ? [""] : subfolders
    var (files, labels): ([String], [Int]) = ([], [])
    for (label, name) in classNames.enumerated() {
      let found = try Self.pictures(below: name, of: root)
      guard !found.isEmpty else {
        throw ImageFolderError.noPictures(path: name.isEmpty ? root : root + "/" + name)
      }
      files += found
      labels += Array(repeating: label, count: found.count)
    }
    (self.files, self.labels) = (files, labels)
  }

  private static let readable: Set = ["png", "jpg", "jpeg"]
  /// What torchvision's list of extensions holds beside them.
  private static let unsupported: Set = ["ppm", "bmp", "pgm", "tif", "tiff", "webp"]

  /// The pictures in a folder and the folders below it, relative to `root`.
  private static func pictures(below folder: String, of root: String) throws -> [String] {
    var folders: [String] = []
    try collectFolders(folder, of: root, depth: 0, into: &folders)
    // Python sorts whole paths: "a-b" comes before "a/b".
    folders.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return try folders.flatMap { folder in
      let prefix = folder.isEmpty ? "" : folder + "/"
      return try FileSystem.list("\(root)/\(folder)").map { prefix + $0 }.filter { path in
        guard FileSystem.kind(of: "\(root)/\(path)") == .file else { return false }
        let format = Self.lowercasedExtension(of: path)
        if unsupported.contains(format) {
          throw ImageFolderError.unsupportedFormat(path: "\(root)/\(path)", format: format)
        }
        return readable.contains(format)
      }
    }
  }

  private static func collectFolders(_ folder: String, of root: String, depth: Int, into all: inout [String]) throws {
    // Symbolic links are followed, as torchvision follows them; a link to a folder above would never end.
    guard depth < 32 else { throw ImageFolderError.tooDeep(path: "\(root)/\(folder)") }
    all.append(folder)
    for name in try FileSystem.list("\(root)/\(folder)") {
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      if FileSystem.kind(of: "\(root)/\(path)") == .folder {
        try collectFolders(path, of: root, depth: depth + 1, into: &all)
      }
    }
  }

  private static func lowercasedExtension(of path: String) -> String {
    guard let dot = path.lastIndex(of: ".") else { return "" }
    return path[path.index(after: dot)...].lowercased()
  }

  /// Decodes picture `index`; gray becomes three channels, palettes are resolved, transparency is dropped.
  ///
  /// - Throws: `FileError`, `PNGError`, `JPEGError`: all name the file.
  package func colorPicture(_ index: Int) throws -> Picture {
    precondition((0..<count).contains(index), "image \(index) of \(count) was asked for")
    let path = root + "/" + files[index]
    do { return try PictureFile.colorPicture(path) } catch is PictureFileError {
      throw ImageFolderError.notAPicture(path: path)
    }
  }
}

/// Why an image folder was refused.
package enum ImageFolderError: Error, Equatable, CustomStringConvertible {
  case missingFolder(path: String)
  case noPictures(path: String)
  case unsupportedFormat(path: String, format: String)
  case tooDeep(path: String)
  case notAPicture(path: String)

  package var description: String {
    switch self {
    case .missingFolder(let path): "\(path): expected a folder of pictures, found no folder"
    case .noPictures(let path): "\(path): expected at least one .png, .jpg or .jpeg file here or below, found none"
    case .unsupportedFormat(let path, let format):
      "\(path): expected PNG or JPEG, found .\(format), which torchvision would read; convert it or move it away"
    case .tooDeep(let path):
      "\(path): expected at most 32 folders inside each other, found more; is there a link in a circle?"
    case .notAPicture(let path): "\(path): expected a PNG or a JPEG, found neither's signature in the first bytes"
    }
  }
}
