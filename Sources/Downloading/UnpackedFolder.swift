import Files
import Foundation

/// A folder out of an archive that appears whole or not at all: written beside its place under another name, then
/// renamed.
package enum UnpackedFolder {
  /// Writes the files that the archive, a tar.gz, holds in its folder `name` to the folder `name` in `parent`.
  ///
  /// - Throws: `FileError` where the archive is damaged or holds files anywhere else, something that is not an empty
  ///   folder stands there already, or a file cannot be written. Then nothing has been made.
  package static func unpack(_ archive: [UInt8], folder name: String, into parent: String, file: String) throws {
    let folder = "\(parent)/\(name)"
    let members = try TarArchive.members(of: archive, limit: 256 << 20, file: file)
    let names = try members.map { member in
      let parts = member.name.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == name, !["", ".", ".."].contains(parts[1]) else {
        throw FileError(
          file, .badName, at: "member \(member.name)", expected: "files in \(name)", found: "one somewhere else")
      }
      return parts[1]
    }
    guard FileSystem.kind(of: folder) == nil || (try? FileSystem.list(folder).isEmpty) == true else {
      throw FileError(
        folder, .cannotWrite, expected: "no folder, or an empty one", found: "another one",
        remedy: "move it away, or give another folder")
    }
    let temporary = "\(parent)/.\(name).tmp"
    try? FileManager.default.removeItem(atPath: temporary)
    do {
      try FileSystem.createFolder(temporary)
      for (name, member) in zip(names, members) { try AtomicFile.write(member.bytes, to: "\(temporary)/\(name)") }
      try FileSystem.rename(temporary, to: folder)
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      guard let error = error as? FileError, error.file.hasPrefix(temporary) else { throw error }
      // In the user's words: of the folder asked for.
      throw FileError(
        folder + error.file.dropFirst(temporary.count), error.defect, at: error.place, expected: error.expected,
        found: error.found, remedy: error.remedy)
    }
  }
}
