import Downloading
import Files
import Foundation
import TestSupport
import Testing

/// Folders out of archives.
@Suite struct UnpackedFolderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileSystem.createFolder(folder("in/box"))
    try FileSystem.createFolder(folder("out"))
    for name in ["a", "b"] { try AtomicFile.write(String(repeating: name, count: 5_000), to: folder("in/box/\(name)")) }
  }

  private func archive(_ options: String...) throws -> [UInt8] {
    let outcome = try ChildProcess.run(
      "tar", ["-C", folder("in"), "-czf", folder("a.tar.gz")] + options, isBuilt: false)
    #expect(outcome.code == 0, "\(outcome)")
    return try FileSystem.read(folder("a.tar.gz"))
  }

  private func unpack(_ bytes: [UInt8]) throws {
    try UnpackedFolder.unpack(bytes, folder: "box", into: folder("out"), file: "a.tar.gz")
  }

  private var made: [String] { (try? FileSystem.list(folder("out"))) ?? [] }

  @Test func `all files stand in the folder, also where one was given up before`() throws {
    try FileSystem.createFolder(folder("out/.box.tmp"))
    try AtomicFile.write("old", to: folder("out/.box.tmp/old"))
    try FileSystem.createFolder(folder("out/box"))
    try unpack(archive("box"))
    #expect(made == ["box"])
    #expect(try FileSystem.list(folder("out/box")) == ["a", "b"])
    #expect(try FileSystem.read(folder("out/box/b")) == [UInt8](repeating: 98, count: 5_000))
  }

  @Test func `files outside of the folder are refused, and nothing is made`() throws {
    try AtomicFile.write("x", to: folder("in/x"))
    try FileSystem.createFolder(folder("in/box/inner"))
    for options in [["box", "x"], ["-P", "--transform=s,box/a,box/../../a,", "box/a"], ["box/inner", "x"]] {
      try AtomicFile.write("x", to: folder("in/box/inner/x"))
      let bytes = try ChildProcess.run(
        "tar", ["-C", folder("in"), "-czf", folder("a.tar.gz")] + options, isBuilt: false)
      #expect(bytes.code == 0, "\(bytes)")
      let error = #expect(throws: FileError.self) { try unpack(FileSystem.read(folder("a.tar.gz"))) }
      #expect(error?.defect == .badName && error?.file == "a.tar.gz", "\(options)")
      #expect(made.isEmpty)
    }
  }

  @Test func `a damaged archive makes nothing`() throws {
    let bytes = try archive("box")
    for length in [0, 1, bytes.count / 2, bytes.count - 9] {
      #expect(throws: FileError.self) { try unpack(Array(bytes[..<length])) }
      #expect(made.isEmpty)
    }
  }

  @Test func `a folder that holds something is not written over`() throws {
    try FileSystem.createFolder(folder("out/box"))
    try AtomicFile.write("mine", to: folder("out/box/mine"))
    let error = #expect(throws: FileError.self) { try unpack(archive("box")) }
    #expect(error?.file == folder("out/box"))
    #expect(try FileSystem.list(folder("out/box")) == ["mine"] && made == ["box"])
  }

  @Test func `a disk that fails while it is written leaves nothing`() throws {
    let bytes = try archive("box")
    var calls = FileSystemCalls()
    calls.write = { _, _, _ in
      errno = ENOSPC
      return -1
    }
    FileSystemCalls.$current.withValue(calls) {
      let error = #expect(throws: FileError.self) { try unpack(bytes) }
      #expect(
        error?.file.hasPrefix(folder("out/box/")) == true && error?.found.contains("No space") == true,
        "\(String(describing: error))")
    }
    #expect(made.isEmpty)
  }
}
