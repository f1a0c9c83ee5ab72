// The only file of this module that knows the platform: reading a file whole, and writing one whole or not at all.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why a file could not be read or written.
package enum FileAccessError: Error, Equatable, CustomStringConvertible {
  case missing(path: String)
  case notAFile(path: String)
  case unreadable(path: String, reason: String)
  case tooLarge(path: String, byteCount: Int, limit: Int)
  case unwritable(path: String, reason: String)

  package var description: String {
    switch self {
    case .missing(let path): "\(path): expected a file, found nothing"
    case .notAFile(let path): "\(path): expected a file, found a folder or a device"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .tooLarge(let path, let byteCount, let limit):
      "\(path): expected at most \(limit) bytes, found \(byteCount)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}

package enum FileAccess {
  /// The bytes of a file of at most `limit` bytes.
  ///
  /// - Throws: `FileAccessError` naming the path.
  package static func read(_ path: String, limit: Int) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)  // a pipe would block until someone writes
    guard descriptor >= 0 else {
      throw errno == ENOENT
        ? FileAccessError.missing(path: path) : FileAccessError.unreadable(path: path, reason: reason())
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileAccessError.unreadable(path: path, reason: reason()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileAccessError.notAFile(path: path) }
    let byteCount = Int(status.st_size)
    guard byteCount <= limit else { throw FileAccessError.tooLarge(path: path, byteCount: byteCount, limit: limit) }
    return try [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
      initialized = 0
      guard let start = buffer.baseAddress else { return }
      // A file that shrinks meanwhile ends the loop early, one that grows is read up to its first size.
      while initialized < byteCount {
        let count = Self.retrying { Self.readOnce(descriptor, start + initialized, byteCount - initialized) }
        guard count >= 0 else { throw FileAccessError.unreadable(path: path, reason: reason()) }
        if count == 0 { break }
        initialized += count
      }
    }
  }

  /// Whether there is a folder (or a link to one) at `path`.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether there is anything at `path`.
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Writes a file whole or not at all: a temporary file in the same folder, fsync, rename, fsync of the folder.
  ///
  /// - Throws: `FileAccessError.unwritable`; the file that was there before, if any, is then untouched.
  package static func writeAtomically(_ bytes: [UInt8], to path: String) throws {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).partial"
    func failure() -> FileAccessError { .unwritable(path: path, reason: reason()) }

    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure() }
    var isOpen = true
    do {
      try bytes.withUnsafeBytes { buffer in
        var written = 0
        while written < buffer.count {
          let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
          let count = Self.retrying { Self.writeOnce(descriptor, rest) }
          guard count >= 0 else { throw failure() }
          written += count
        }
      }
      guard fsync(descriptor) == 0 else { throw failure() }
      isOpen = false
      guard close(descriptor) == 0 else { throw failure() }
      guard rename(temporary, path) == 0 else { throw failure() }
    } catch {
      if isOpen { close(descriptor) }
      unlink(temporary)
      throw error
    }
    // The file is complete and in place; a folder that cannot be synced only weakens what a power cut leaves.
    let folderDescriptor = open(folder, O_RDONLY | O_CLOEXEC)
    if folderDescriptor >= 0 {
      fsync(folderDescriptor)
      close(folderDescriptor)
    }
  }

  private static func readOnce(_ descriptor: Int32, _ start: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, start, count)
    #elseif canImport(Musl)
      Musl.read(descriptor, start, count)
    #else
      Darwin.read(descriptor, start, count)
    #endif
  }

  private static func writeOnce(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
  }

  /// Repeats a system call that a signal interrupted.
  private static func retrying(_ call: () -> Int) -> Int {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}
