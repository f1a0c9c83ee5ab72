/// A file that grows record by record: every `append` adds all of its bytes or none of them.
package final class AppendedFile {
  package let path: String
  private var descriptor: Int32?
  /// Its bytes so far.
  package private(set) var length = 0
  /// Whether part of a record stands behind `length`, which could not be cut off again.
  private var isTorn = false

  /// Makes a new file in `folder`, never over an existing one: a name that is taken gets ".1", ".2", … behind it.
  ///
  /// - Throws: `FileError` where it cannot be made.
  package init(createdIn folder: String, named name: String) throws {
    var suffix = 0
    while true {
      let candidate = "\(folder)/\(name)" + (suffix == 0 ? "" : ".\(suffix)")
      if let descriptor = FileSystem.createNew(candidate) {
        (path, self.descriptor) = (candidate, descriptor)
        return
      }
      guard FileSystem.kind(of: candidate) != nil, suffix < 10_000 else {
        throw FileError(
          candidate, .cannotWrite, expected: "a folder that can be written to", found: FileSystem.lastErrorMessage)
      }
      suffix += 1
    }
  }

  /// Opens a file to go on behind its end, or makes it.
  ///
  /// - Throws: `FileError` where it cannot be written, or is no regular file.
  package init(extending path: String) throws {
    guard let (descriptor, length) = FileSystem.openToExtend(path) else {
      throw FileError(
        path, .cannotWrite, expected: "a file that can be written to", found: FileSystem.lastErrorMessage)
    }
    (self.path, self.descriptor, self.length) = (path, descriptor, length)
  }

  deinit { if let descriptor { FileSystem.closeDescriptor(descriptor) } }

  /// Ends the file. Without it the file is closed too, but nobody hears of what a full network disk says only then.
  package func close() throws {
    let closing = try open()
    descriptor = nil
    guard FileSystem.closeDescriptor(closing) else {
      throw FileError(path, .cannotWrite, expected: "a file that can be closed", found: FileSystem.lastErrorMessage)
    }
  }

  private func open() throws -> Int32 {
    guard let descriptor else {
      throw FileError(path, .cannotWrite, expected: "an open file", found: "one that was closed")
    }
    return descriptor
  }

  /// Forgets what stands behind the first `count` bytes.
  package func truncate(to count: Int) throws {
    guard FileSystem.truncate(try open(), to: count) else {
      throw FileError(path, .cannotWrite, expected: "a file that can be cut", found: FileSystem.lastErrorMessage)
    }
    (length, isTorn) = (count, false)
  }

  /// Appends the bytes. Throws `FileError` where that fails, on a full disk for one; the file then ends where it did
  /// before.
  package func append(_ bytes: [UInt8]) throws {
    if isTorn { try truncate(to: length) }
    let descriptor = try open()
    var offset = 0
    while offset < bytes.count {
      let step = bytes.withUnsafeBytes { buffer in
        buffer.baseAddress.map { FileSystemCalls.current.write(descriptor, $0 + offset, bytes.count - offset) } ?? 0
      }
      if step < 0 && FileSystem.wasInterrupted { continue }
      guard step > 0 else {
        let reason = FileSystem.lastErrorMessage
        isTorn = !FileSystem.truncate(descriptor, to: length)
        throw FileError(
          path, .cannotWrite, at: "offset \(length)", expected: "\(bytes.count) more bytes", found: reason)
      }
      offset += step
    }
    length += bytes.count
  }
}
