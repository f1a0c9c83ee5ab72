import Files
import Foundation

/// A folder of PNG files that appears whole or not at all: written beside its place under another name, then renamed.
package enum PictureFolder {
  /// Writes pictures 0 ..< count as 000000.png, 000001.png, ….
  ///
  /// - Throws: `FileError` where something that is not an empty folder stands at `path` or a file cannot be written,
  ///   and what `picture` throws. Then nothing has been made at `path`, and nothing beside it.
  package static func write(count: Int, to path: String, _ picture: (Int) throws -> Picture) throws {
    let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    try refuseOccupied(folder)
    let cut = folder.lastIndex(of: "/")
    let parent = cut.map { $0 == folder.startIndex ? "/" : String(folder[..<$0]) } ?? "."
    let name = cut.map { String(folder[folder.index(after: $0)...]) } ?? folder
    let created = try createParents(parent)
    let temporary = "\(parent)/.\(name).\(FileSystem.processID).tmp"
    do {
      try FileSystem.createFolder(temporary)
      for index in 0..<count {
        let number = String(index)
        let digits = String(repeating: "0", count: max(0, 6 - number.count)) + number
        let bytes = try PNG.encode(picture(index))
        let file = try AppendedFile(createdIn: temporary, named: "\(digits).png")
        try file.append(bytes)
        try file.close()
      }
      try FileSystem.rename(temporary, to: folder)
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      for made in created { try? FileManager.default.removeItem(atPath: made) }
      throw Self.naming(folder, temporary, error)
    }
  }

  /// Makes the folders above; returns those that were not there, the topmost alone: it holds the others.
  private static func createParents(_ parent: String) throws -> [String] {
    var (missing, above) = ("", parent)
    while FileSystem.kind(of: above) == nil, let cut = above.lastIndex(of: "/"), cut > above.startIndex {
      missing = above
      above = String(above[..<cut])
    }
    if FileSystem.kind(of: above) == nil { missing = above }
    do { try FileSystem.createFolder(parent) } catch {
      if !missing.isEmpty { try? FileManager.default.removeItem(atPath: missing) }
      throw error
    }
    return missing.isEmpty ? [] : [missing]
  }

  private static func refuseOccupied(_ folder: String) throws {
    guard let kind = FileSystem.kind(of: folder) else { return }
    guard kind == .folder else {
      throw FileError(folder, .cannotWrite, expected: "no file, or an empty folder", found: "a file")
    }
    let names = try FileSystem.list(folder)
    guard names.isEmpty else {
      throw FileError(
        folder, .cannotWrite, expected: "no folder, or an empty one",
        found: names.count == 1 ? "one that holds \(names[0])" : "one that holds \(names.count) files",
        remedy: "give another folder, or remove it first")
    }
  }

  /// An error in the user's words: of the folder asked for, not of the one beside it.
  private static func naming(_ folder: String, _ temporary: String, _ error: any Error) -> any Error {
    guard let error = error as? FileError, error.file.hasPrefix(temporary) else { return error }
    return FileError(
      folder + error.file.dropFirst(temporary.count), error.defect, at: error.place, expected: error.expected,
      found: error.found, remedy: error.remedy)
  }
}
