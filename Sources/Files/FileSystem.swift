#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The system calls that the readers and writers need, each with an error that names the file. The only file of this
/// module that knows the platform.
package enum FileSystem {
  /// Files above this size are refused unless the caller says otherwise: 8 GiB.
  package static let defaultSizeLimit = 8 << 30

  /// The whole content of a regular file, or its first `prefix` bytes.
  ///
  /// Throws `FileError` where the file is absent, unreadable, not a regular file (a pipe would block for ever) or
  /// larger than `limit`. What comes from strangers is read without `followingLinks`: a link in it names a file of this
  /// machine.
  package static func read(
    _ path: String, limit: Int = defaultSizeLimit, prefix: Int = .max, followingLinks: Bool = true
  ) throws -> [UInt8] {
    let descriptor = open(PathBytes.system(path), O_RDONLY | O_NONBLOCK | O_CLOEXEC | (followingLinks ? 0 : O_NOFOLLOW))
    guard descriptor >= 0 else {
      let reason = errno
      if reason == ELOOP && !followingLinks { throw linkRefused(path) }
      throw FileError(
        path, .cannotOpen, expected: "a readable file", found: message(reason),
        remedy: reason == ENOENT ? "check the path" : nil)
    }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else {
      throw FileError(path, .cannotRead, expected: "a readable file", found: message(errno))
    }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw FileError(
        path, .notARegularFile, expected: "a regular file",
        found: information.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a pipe or device")
    }
    let wholeSize = Int(information.st_size)
    guard wholeSize <= limit else {
      throw FileError(path, .tooLarge, expected: "at most \(limit) bytes", found: "\(wholeSize) bytes")
    }
    let size = min(wholeSize, max(0, prefix))
    guard hasMemory(for: size) else {
      throw FileError(
        path, .tooLarge, expected: "a file that fits into memory", found: "\(size) bytes",
        remedy: "more memory is needed than this machine, or the limit set for this process, has left")
    }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      while count < size {
        let step = SystemCalls.read(descriptor, base + count, size - count)
        if step < 0 {
          if errno == EINTR { continue }
          failure = errno
          return
        }
        if step == 0 { return }
        count += step
      }
    }
    guard failure == 0 else {
      throw FileError(
        path, .cannotRead, at: "offset \(bytes.count)", expected: "\(size) bytes", found: message(failure))
    }
    guard bytes.count == size else {
      throw FileError(
        path, .truncated, at: "offset \(bytes.count)", expected: "\(size) bytes", found: "the end of the file",
        remedy: "it shrank while it was read")
    }
    return bytes
  }

  /// Whether so many bytes can be had. Small amounts are not asked for: Swift's own allocation ends the process where
  /// there is none, and nothing useful is left to be done then.
  package static func hasMemory(for byteCount: Int) -> Bool {
    guard byteCount > 64 << 20 else { return true }
    // The system promises more than there is: what is larger than all of it would end the process later.
    guard byteCount < MemoryLimit.current else { return false }
    guard let block = malloc(byteCount) else { return false }
    free(block)
    return true
  }

  /// The machine's memory in bytes; `nil` where the system does not say.
  static var physicalMemory: Int? {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && pageSize > 0 ? pages.multipliedReportingOverflow(by: pageSize).partialValue : nil
  }

  /// The size of the regular file at the path; `nil` where there is none.
  package static func byteCount(of path: String) -> Int? {
    var information = stat()
    guard stat(PathBytes.system(path), &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(information.st_size)
  }

  package enum Kind: Sendable { case file, folder, other }

  /// What stands at the path, following symbolic links; `nil` where nothing does.
  package static func kind(of path: String) -> Kind? {
    var information = stat()
    guard stat(PathBytes.system(path), &information) == 0 else { return nil }
    switch information.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// What is thrown at a link where only files and folders may stand.
  package static func linkRefused(_ path: String) -> FileError {
    FileError(
      path, .symbolicLink, expected: "a file or folder of its own", found: "a symbolic link",
      remedy: "put a copy in its place")
  }

  /// Exchanges what stands at two paths, so that neither is ever absent. Throws `FileError` where the file system
  /// cannot.
  package static func exchange(_ one: String, _ other: String) throws {
    guard FileSystemCalls.current.exchange(one, other) == 0 else {
      throw FileError(
        other, .cannotWrite, expected: "a file system that exchanges two folders", found: message(errno))
    }
  }

  /// Creates the folder and the folders above it; one that exists is fine.
  package static func createFolder(_ path: String) throws {
    var partial = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      partial += partial.isEmpty || partial.hasSuffix("/") ? String(part) : "/" + part
      if FileSystemCalls.current.makeFolder(partial) == 0 { continue }
      let reason = errno
      guard kind(of: partial) == .folder else {
        throw FileError(
          path, .cannotWrite, at: partial == path ? "" : partial, expected: "a folder that can be created",
          found: reason == EEXIST ? "a file of that name" : message(reason))
      }
    }
  }

  /// What stands at the path itself, which may be a link to nothing.
  package static func isLink(_ path: String) -> Bool {
    var information = stat()
    return lstat(PathBytes.system(path), &information) == 0 && information.st_mode & S_IFMT == S_IFLNK
  }

  /// What tells one folder from every other, however it is reached; `nil` where there is nothing.
  package static func identity(of path: String) -> [UInt64]? {
    var information = stat()
    guard stat(PathBytes.system(path), &information) == 0 else { return nil }
    return [UInt64(information.st_dev), UInt64(information.st_ino)]
  }

  /// The names in a folder, sorted by code point, without "." and "..". What is not UTF-8 in them: see `PathBytes`.
  package static func list(_ folder: String) throws -> [String] {
    guard let stream = opendir(PathBytes.system(folder)) else {
      throw FileError(folder, .cannotOpen, expected: "a readable folder", found: message(errno))
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { name in
          PathBytes.text(of: UnsafeRawBufferPointer(start: name, count: strlen(name)))
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted(by: PathBytes.precedes)
  }

  /// Gives a file or folder another name. An empty folder of that name is replaced.
  package static func rename(_ old: String, to new: String) throws {
    guard FileSystemCalls.current.rename(old, new) == 0 else {
      throw FileError(new, .cannotWrite, expected: "a name that is free", found: message(errno))
    }
  }

  /// Removes a file if it is there.
  package static func remove(_ path: String) throws {
    guard FileSystemCalls.current.remove(path) == 0 || errno == ENOENT else {
      throw FileError(path, .cannotWrite, expected: "a file that can be removed", found: message(errno))
    }
  }

  /// Removes a folder that holds nothing.
  package static func removeIfEmpty(_ folder: String) { _ = rmdir(PathBytes.system(folder)) }

  static func message(_ code: Int32) -> String { "\(String(cString: strerror(code))) (errno \(code))" }
}

// MARK: - What AtomicFile is made of

/// The system's own calls, under names of ours: inside `FileSystem`, `read` and `rename` are others.
enum SystemCalls {
  static func read(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    readBytes(descriptor, bytes, count)
  }

  static func create(_ path: String) -> Int32 {
    open(PathBytes.system(path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
  }

  static func extend(_ path: String) -> Int32 {
    open(PathBytes.system(path), O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0o644)
  }

  static func openFolder(_ path: String) -> Int32 { open(PathBytes.system(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC) }

  static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    writeBytes(descriptor, bytes, count)
  }

  static func synchronize(_ descriptor: Int32) -> Int32 { fsync(descriptor) }
  static func close(_ descriptor: Int32) -> Int32 { closeFile(descriptor) }
  static func rename(_ old: String, _ new: String) -> Int32 {
    renameFile(PathBytes.system(old), PathBytes.system(new))
  }
  static func remove(_ path: String) -> Int32 { unlink(PathBytes.system(path)) }
  static func makeFolder(_ path: String) -> Int32 { mkdir(PathBytes.system(path), 0o755) }

  /// Cuts an open file behind `length` bytes and goes on writing there.
  static func truncate(_ descriptor: Int32, _ length: Int) -> Int32 {
    ftruncate(descriptor, off_t(length)) == 0 && lseek(descriptor, off_t(length), SEEK_SET) >= 0 ? 0 : -1
  }

  static func exchange(_ one: String, _ other: String) -> Int32 {
    #if canImport(Darwin)
      return renamex_np(PathBytes.system(one), PathBytes.system(other), UInt32(RENAME_SWAP))
    #else
      // Swift's module does not declare `renameat2`, which the library has; 2 is its RENAME_EXCHANGE.
      typealias Call = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
      errno = ENOSYS
      guard let symbol = dlsym(nil, "renameat2") else { return -1 }
      return unsafeBitCast(symbol, to: Call.self)(
        AT_FDCWD, PathBytes.system(one), AT_FDCWD, PathBytes.system(other), 2)
    #endif
  }
}

private func readBytes(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, bytes, count)
}
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
private func closeFile(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func renameFile(_ old: [CChar], _ new: [CChar]) -> Int32 { rename(old, new) }

extension FileSystem {
  static var lastErrorMessage: String { message(errno) }
  static var wasInterrupted: Bool { errno == EINTR }
  package static var processID: Int32 { getpid() }

  /// Opens a new file for writing that nothing else has open; `nil` with `errno` set where it cannot.
  static func createNew(_ path: String) -> Int32? {
    let descriptor = FileSystemCalls.current.create(path)
    return descriptor >= 0 ? descriptor : nil
  }

  /// Opens a folder; `nil` with `errno` set where it cannot.
  static func openFolder(_ path: String) -> Int32? {
    let descriptor = open(PathBytes.system(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return descriptor >= 0 ? descriptor : nil
  }

  static func inode(of descriptor: Int32) -> Int? {
    var information = stat()
    return fstat(descriptor, &information) == 0 ? Int(information.st_ino) : nil
  }

  /// What the system says in a file without a size; nothing where it does not.
  package static func systemText(_ path: String) -> String {
    let descriptor = open(PathBytes.system(path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = SystemCalls.read(descriptor, &buffer, buffer.count)
      if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer.prefix(count)
    }
  }

  /// Takes the lock; `false` where another process has it. File systems without locks (some network disks) know of
  /// nobody.
  static func lock(_ descriptor: Int32) -> Bool {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      if errno != EINTR { return true }
    }
    return true
  }

  @discardableResult
  static func closeDescriptor(_ descriptor: Int32) -> Bool { FileSystemCalls.current.close(descriptor) == 0 }

  /// Cuts an open file behind `length` bytes and goes on writing there.
  static func truncate(_ descriptor: Int32, to length: Int) -> Bool {
    FileSystemCalls.current.truncate(descriptor, length) == 0
  }

  /// Opens a regular file, or makes it, to write behind its end; `nil` with `errno` set where it cannot.
  static func openToExtend(_ path: String) -> (descriptor: Int32, length: Int)? {
    let descriptor = FileSystemCalls.current.extend(path)
    guard descriptor >= 0 else { return nil }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
      lseek(descriptor, 0, SEEK_END) >= 0
    else {
      close(descriptor)
      errno = EINVAL
      return nil
    }
    return (descriptor, Int(information.st_size))
  }

  /// Makes a rename in the folder survive a power cut.
  static func synchronizeFolder(_ folder: String) -> Bool {
    let descriptor = FileSystemCalls.current.openFolder(folder)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    // Some file systems refuse fsync on a folder (EINVAL); there is nothing more to be done on those.
    return FileSystemCalls.current.synchronize(descriptor) == 0 || errno == EINVAL
  }
}
