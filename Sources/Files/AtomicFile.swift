/// A file that appears whole or not at all: written under a temporary name in the same folder, synchronised, then
/// renamed.
///
/// Until `commit()` returns, the old file, if there was one, stands untouched, whatever happens: a full disk,
/// `kill -9`, a power cut. A file that is never committed leaves nothing behind, except after a crash, when a
/// `.name.….tmp` remains that no reader looks at, that is in nobody's way, and that `removeLeftovers(in:)` removes.
package final class AtomicFile {
  package let path: String
  private let folder: String
  private let temporaryPath: String
  private var descriptor: Int32?
  /// Opens the temporary file. Throws `FileError` where the folder is absent or cannot be written.
  package init(_ path: String) throws {
    self.path = path
    let cut = path.lastIndex(of: "/")
    folder = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
    // Not the process's number: in a container every run has the same.
    temporaryPath = "\(folder)/.\(name).\(Self.randomLetters()).tmp"
    descriptor = FileSystem.createNew(temporaryPath)
    guard descriptor != nil else {
      throw FileError(
        path, .cannotWrite, expected: "a folder that can be written to", found: FileSystem.lastErrorMessage,
        remedy: "check that \(folder) exists and its permissions")
    }
  }

  deinit { discard() }

  package func append(_ bytes: some ContiguousBytesView) throws {
    try bytes.withContiguousBytes { try append($0) }
  }

  package func append(_ buffer: UnsafeRawBufferPointer) throws {
    guard let descriptor else {
      throw FileError(path, .cannotWrite, expected: "an open file", found: "one that was committed or discarded")
    }
    guard let base = buffer.baseAddress else { return }
    var offset = 0
    while offset < buffer.count {
      let step = FileSystemCalls.current.write(descriptor, base + offset, buffer.count - offset)
      if step < 0 && FileSystem.wasInterrupted { continue }
      guard step > 0 else { throw failed("written") }
      offset += step
    }
  }

  /// Makes the file appear under its name. Throws `FileError` and leaves the old file where anything fails.
  package func commit() throws {
    guard let descriptor else {
      throw FileError(path, .cannotWrite, expected: "an open file", found: "one that was committed or discarded")
    }
    guard FileSystemCalls.current.synchronize(descriptor) == 0 else { throw failed("synchronised") }
    self.descriptor = nil
    // A full network disk may say so only on close.
    let closed = FileSystem.closeDescriptor(descriptor)
    guard closed, FileSystemCalls.current.rename(temporaryPath, path) == 0 else { throw failed("renamed") }
    guard FileSystem.synchronizeFolder(folder) else {
      throw FileError(
        path, .cannotWrite, expected: "a folder that can be synchronised", found: FileSystem.lastErrorMessage,
        remedy: "the new file is in place, but may not survive a power cut")
    }
  }

  /// Gives the file up; the old one stays.
  package func discard() {
    guard let descriptor else { return }
    self.descriptor = nil
    FileSystem.closeDescriptor(descriptor)
    try? FileSystem.remove(temporaryPath)
  }

  private func failed(_ action: String) -> FileError {
    let reason = FileSystem.lastErrorMessage
    discard()
    try? FileSystem.remove(temporaryPath)
    return FileError(path, .cannotWrite, expected: "a file that can be \(action)", found: reason)
  }

  /// Writes the whole file at once.
  package static func write(_ bytes: some ContiguousBytesView, to path: String) throws {
    let file = try AtomicFile(path)
    try file.append(bytes)
    try file.commit()
  }

  /// Writes the text as UTF-8.
  package static func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }
}

// MARK: - What a crash leaves

extension AtomicFile {
  private static let letters = Array("abcdefghijklmnopqrstuvwxyz")
  private static let letterCount = 16

  private static func randomLetters() -> String {
    String((0..<letterCount).map { _ in letters.randomElement() ?? "a" })
  }

  /// Removes what writers that were killed have left in the folder and its sub-folders. Only whoever holds the folder's
  /// lock may: others' files in the making have the same names.
  package static func removeLeftovers(in folder: String) throws {
    for name in try FileSystem.list(folder) {
      let path = "\(folder)/\(name)"
      switch FileSystem.kind(of: path) {
      case .file where isTemporary(name): try FileSystem.remove(path)
      case .folder:
        for inner in (try? FileSystem.list(path)) ?? [] where isTemporary(inner) {
          if FileSystem.kind(of: "\(path)/\(inner)") == .file { try FileSystem.remove("\(path)/\(inner)") }
        }
      default: break
      }
    }
  }

  /// ".name.<letters>.tmp"; earlier versions wrote ".name.<process>-<number>.tmp".
  private static func isTemporary(_ name: String) -> Bool {
    name.wholeMatch(of: /\..+\.([a-z]{16}|[0-9]+-[0-9]+)\.tmp/) != nil
  }
}

/// Bytes in one piece, whatever holds them.
package protocol ContiguousBytesView {
  func withContiguousBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
}

extension Array: ContiguousBytesView where Element == UInt8 {
  package func withContiguousBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result { try withUnsafeBytes(body) }
}

extension ArraySlice: ContiguousBytesView where Element == UInt8 {
  package func withContiguousBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result { try withUnsafeBytes(body) }
}
