/// A folder that one process has to itself, from `init` until it ends, however it ends.
///
/// The lock is the system's (`flock`) on the folder itself, so that it also holds between containers, where process
/// numbers say nothing, and leaves nothing behind.
package final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Throws `FolderInUse` where another process has the folder, `FileError` where it cannot be opened.
  package init(_ folder: String) throws {
    guard let descriptor = FileSystem.openFolder(folder) else {
      throw FileError(folder, .cannotOpen, expected: "a readable folder", found: FileSystem.lastErrorMessage)
    }
    guard FileSystem.lock(descriptor) else {
      let holder = Self.holder(ofLockOn: FileSystem.inode(of: descriptor))
      FileSystem.closeDescriptor(descriptor)
      throw FolderInUse(folder: folder, process: holder)
    }
    self.descriptor = descriptor
  }

  deinit { FileSystem.closeDescriptor(descriptor) }

  /// Who holds it, where the system says so: "1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF", with device and inode.
  private static func holder(ofLockOn inode: Int?) -> Int? {
    guard let inode else { return nil }
    for line in FileSystem.systemText("/proc/locks").split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 5, words[1] == "FLOCK", words[5].hasSuffix(":\(inode)") else { continue }
      return Int(words[4]).flatMap { $0 > 0 ? $0 : nil }
    }
    return nil
  }
}

/// Another process is writing to the folder.
package struct FolderInUse: Error, Equatable, CustomStringConvertible {
  package let folder: String
  /// `nil` where the system does not say, in another container for one.
  package let process: Int?

  package var description: String {
    """
    \(folder): another run\(process.map { ", process \($0)," } ?? "") is writing there; wait for it, stop it, or \
    choose another --out
    """
  }
}
