import Files
import Foundation
import TestSupport
import Testing

import Serving

@Suite struct ChangingTests {
  private func settings(_ folder: TemporaryFolder) throws -> ServeSettings {
    try FileSystem.createFolder(folder("chapters/98-none/Part"))
    try FileSystem.createFolder(folder("goldens"))
    try AtomicFile.write("let a = 1\nlet b = 2\nlet c = 3\n", to: folder("chapters/98-none/main.swift"))
    try AtomicFile.write("let d = 4\n", to: folder("chapters/98-none/Part/1-D.swift"))
    try AtomicFile.write("secret\n", to: folder("other.swift"))
    return ServeSettings(
      repository: folder.path, goldens: folder("goldens"), executables: folder("programs"), goldenArguments: { _ in [] }
    )
  }

  @Test func `compiler errors are found with file, line and text, each once`() {
    let output = """
      [3/5] Compiling ch02 5-Bell.swift
      /home/me/book/chapters/02-algorithm-1/5-Bell.swift:12:9: error: cannot find 'x' in scope
      10 | let y = 1
      /home/me/book/chapters/02-algorithm-1/5-Bell.swift:12:9: error: cannot find 'x' in scope
      /home/me/book/chapters/02-algorithm-1/5-Bell.swift:14:1: warning: unused
      /elsewhere/File.swift:3:4: error: expected ')'
      error: fatalError
      """
    #expect(
      CompilerMessage.errors(in: output, repository: "/home/me/book") == [
        CompilerMessage(
          file: "chapters/02-algorithm-1/5-Bell.swift", line: 12, column: 9, text: "cannot find 'x' in scope"),
        CompilerMessage(file: "/elsewhere/File.swift", line: 3, column: 4, text: "expected ')'"),
      ])
  }

  @Test func `a file that was touched has not changed, one with other bytes has`() throws {
    let folder = try TemporaryFolder()
    _ = try settings(folder)
    var watch = SourceWatch(repository: folder.path)
    #expect(watch.changes().isEmpty)
    try AtomicFile.write("let a = 1\nlet b = 2\nlet c = 3\n", to: folder("chapters/98-none/main.swift"))
    #expect(watch.changes().isEmpty)
    try AtomicFile.write("let a = 9\nlet b = 2\nlet c = 3\n", to: folder("chapters/98-none/main.swift"))
    try AtomicFile.write("let e = 5\n", to: folder("chapters/98-none/2-E.swift"))
    try FileSystem.remove(folder("chapters/98-none/Part/1-D.swift"))
    #expect(
      watch.changes() == [
        "chapters/98-none/2-E.swift", "chapters/98-none/Part/1-D.swift", "chapters/98-none/main.swift",
      ])
    #expect(watch.changes().isEmpty)
  }

  @Test func `an edit is written once it has been shown, and changes nothing else of the file`() throws {
    let folder = try TemporaryFolder()
    let editing = BlockEditing(settings: try settings(folder))
    let block = try editing.block("98-none", "main.swift", 2, 2)
    #expect(block.text == "let b = 2")
    let edited = BlockEditing.Block(
      chapter: block.chapter, path: block.path, first: 2, last: 2, text: "let b = 7\nlet b2 = 8", digest: block.digest)
    let proposal = try editing.propose(edited)
    #expect(proposal.difference.map(\.kind) == ["removed", "added", "added"])
    let path = folder("chapters/98-none/main.swift")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "let a = 1\nlet b = 2\nlet c = 3\n")
    try editing.write(proposal.ticket)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "let a = 1\nlet b = 7\nlet b2 = 8\nlet c = 3\n")
    #expect(throws: ServingError.self, "a ticket is good for one time") { try editing.write(proposal.ticket) }
    #expect(throws: ServingError.self) { try editing.write("0000") }
  }

  @Test func `a file that was changed meanwhile is not written over`() throws {
    let folder = try TemporaryFolder()
    let editing = BlockEditing(settings: try settings(folder))
    let block = try editing.block("98-none", "main.swift", 1, 3)
    let proposal = try editing.propose(block)
    try AtomicFile.write("let a = 5\n", to: folder("chapters/98-none/main.swift"))
    #expect(throws: ServingError.self) { try editing.write(proposal.ticket) }
    #expect(throws: ServingError.self) { try editing.propose(block) }
    #expect(try String(contentsOfFile: folder("chapters/98-none/main.swift"), encoding: .utf8) == "let a = 5\n")
  }

  @Test(arguments: ["../../other.swift", "/etc/passwd", "none.swift", "Part", "link.swift", "", "Part/../main.swift"])
  func `only the sources of the chapter can be edited`(_ path: String) throws {
    let folder = try TemporaryFolder()
    let editing = BlockEditing(settings: try settings(folder))
    try FileManager.default.createSymbolicLink(
      atPath: folder("chapters/98-none/link.swift"), withDestinationPath: folder("other.swift"))
    #expect(throws: ServingError.self) { try editing.block("98-none", path, 1, 1) }
    #expect(throws: ServingError.self) { try editing.block("../98-none", "main.swift", 1, 1) }
    #expect(try editing.block("98-none", "Part/1-D.swift", 1, 1).text == "let d = 4")
  }
}
