import Files
import Foundation
import Goldens
import TensorFiles
import TestSupport
import Testing

/// Which files a reference was computed from, and which of them have changed since.
@Suite struct ReferenceSourcesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileSystem.createFolder(folder("goldens/reference"))
    for name in ["chapter.py", "progan.py"] {
      try AtomicFile.write(Array(name.utf8), to: folder("goldens/reference/\(name)"))
    }
  }

  private func hash(_ name: String) -> String { Digest.of(Array(name.utf8)) }

  private func sources(_ text: String) throws -> ReferenceSources? {
    try ReferenceSources(JSONCursor(parsing: Array(text.utf8), file: "manifest.json"))
  }

  @Test func `a change of a file that the program imports is named`() throws {
    let found = try #require(
      try sources(
        #"{"sources": {"goldens/reference/chapter.py": "\#(hash("chapter.py"))", "#
          + #""goldens/reference/progan.py": "\#(hash("progan.py"))"}}"#))
    #expect(found.changed(in: folder.path).isEmpty)
    try AtomicFile.write(Array("progan".utf8), to: folder("goldens/reference/progan.py"))
    #expect(found.changed(in: folder.path) == ["goldens/reference/progan.py"])
    try FileSystem.remove(folder("goldens/reference/chapter.py"))
    #expect(found.changed(in: folder.path) == ["goldens/reference/chapter.py", "goldens/reference/progan.py"])
  }

  @Test func `older manifests name the program alone`() throws {
    let found = try #require(try sources(#"{"script": "chapter.py", "script_sha256": "\#(hash("other"))"}"#))
    #expect(found.changed(in: folder.path) == ["goldens/reference/chapter.py"])
    #expect(try sources(#"{"command": "by hand"}"#) == nil)
  }

  @Test(arguments: ["../../etc/passwd", "/etc/passwd", "goldens/../../x.py"])
  func `a path that leads out of the checkout is refused`(_ path: String) throws {
    #expect(throws: FileError.self) { try sources(#"{"sources": {"\#(path)": "\#(hash("x"))"}}"#) }
    #expect(throws: FileError.self) { try sources(#"{"sources": {"chapter.py": "no hash"}}"#) }
  }
}
