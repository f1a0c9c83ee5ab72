import Foundation
import Files
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  let folder: TemporaryFolder
  var path: String { folder("golden.json") }

  init() throws {
    folder = try TemporaryFolder()
    try AtomicFile.write("old", to: folder("golden.json"))
  }

  private var content: String? { try? String(contentsOfFile: path, encoding: .utf8) }

  @Test func `a committed file replaces the old one and leaves nothing else`() throws {
    try AtomicFile.write("new", to: path)
    #expect(content == "new")
    #expect(folder.names == ["golden.json"])
  }

  @Test func `until it is committed the old file stands, and dropping it cleans up`() throws {
    do {
      let file = try AtomicFile(path)
      try file.append(Array("half".utf8))
      #expect(content == "old")
      #expect(folder.names.count == 2)
    }
    #expect(content == "old")
    #expect(folder.names == ["golden.json"])
  }

  /// A disk that is full after `room` bytes.
  private func calls(room: Int) -> FileSystemCalls {
    var calls = FileSystemCalls()
    let write = calls.write
    calls.write = { descriptor, bytes, count in
      guard count <= room else {
        errno = ENOSPC
        return -1
      }
      return write(descriptor, bytes, count)
    }
    return calls
  }

  @Test func `a full disk leaves the old file and no temporary one`() {
    FileSystemCalls.$current.withValue(calls(room: 2)) {
      let error = #expect(throws: FileError.self) { try AtomicFile.write("new!", to: path) }
      #expect(error?.found.contains("No space left") == true)
    }
    #expect(content == "old")
    #expect(folder.names == ["golden.json"])
  }

  @Test func `a failing fsync or rename leaves the old file`() {
    var failing = FileSystemCalls()
    failing.synchronize = { _ in
      errno = EIO
      return -1
    }
    FileSystemCalls.$current.withValue(failing) {
      #expect(throws: FileError.self) { try AtomicFile.write("new", to: path) }
    }
    failing = FileSystemCalls()
    failing.rename = { _, _ in
      errno = EACCES
      return -1
    }
    FileSystemCalls.$current.withValue(failing) {
      #expect(throws: FileError.self) { try AtomicFile.write("new", to: path) }
    }
    #expect(content == "old")
    #expect(folder.names == ["golden.json"])
  }

  @Test func `short writes are continued`() throws {
    var slow = FileSystemCalls()
    let write = slow.write
    slow.write = { descriptor, bytes, count in write(descriptor, bytes, min(count, 1)) }
    try FileSystemCalls.$current.withValue(slow) { try AtomicFile.write("byte by byte", to: path) }
    #expect(content == "byte by byte")
  }

  @Test func `an absent folder is named`() {
    #expect(defect { try AtomicFile.write("x", to: folder("no/such/file")) } == .cannotWrite)
  }
}

@Suite struct FileSystemTests {
  @Test func `what is not a readable regular file is refused by name`() throws {
    let folder = try TemporaryFolder()
    #expect(defect { _ = try FileSystem.read(folder("absent")) } == .cannotOpen)
    #expect(defect { _ = try FileSystem.read(folder.path) } == .notARegularFile)
    mkfifo(folder("pipe"), 0o644)
    #expect(defect { _ = try FileSystem.read(folder("pipe")) } == .notARegularFile)
    try AtomicFile.write([1, 2, 3], to: folder("three"))
    #expect(defect { _ = try FileSystem.read(folder("three"), limit: 2) } == .tooLarge)
    #expect(try FileSystem.read(folder("three")) == [1, 2, 3])
  }

  @Test func `folders are created with those above them, and a file in the way is named`() throws {
    let folder = try TemporaryFolder()
    try FileSystem.createFolder(folder("a/b/c"))
    #expect(FileSystem.kind(of: folder("a/b/c")) == .folder)
    try FileSystem.createFolder(folder("a/b/c"))
    try AtomicFile.write("", to: folder("file"))
    let error = #expect(throws: FileError.self) { try FileSystem.createFolder(folder("file/x")) }
    #expect(error?.place == folder("file"))
    #expect(try FileSystem.list(folder.path) == ["a", "file"])
  }
}
