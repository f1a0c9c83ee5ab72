import Files
import Foundation
import Goldens
import TensorFiles
import TestSupport
import Testing

/// Which files a reference was computed from, and which of them have changed since.
@Suite struct ReferenceSourcesTests {
  private let folder: TemporaryFolder
  private let program = "goldens/reference/chapter.py"
  private let imported = "goldens/reference/progan.py"

  init() throws {
    folder = try TemporaryFolder()
    try FileSystem.createFolder(folder("goldens/reference"))
    for name in [program, imported] { try AtomicFile.write(Array(name.utf8), to: folder(name)) }
  }

  private func hash(_ text: String) -> String { Digest.of(Array(text.utf8)) }

  private func sources(_ text: String) throws -> ReferenceSources? {
    try ReferenceSources(JSONCursor(parsing: Array(text.utf8), file: "manifest.json"))
  }

  private var both: String {
    #"{"\#(program)": "\#(hash(program))", "\#(imported)": "\#(hash(imported))"}"#
  }

  @Test func `a change of a file that the program imports is named`() throws {
    let found = try #require(try sources(#"{"sources": \#(both)}"#))
    #expect(found.changed(in: folder.path).isEmpty)
    try AtomicFile.write(Array("progan".utf8), to: folder(imported))
    #expect(found.changed(in: folder.path) == [imported])
    try FileSystem.remove(folder(program))
    #expect(found.changed(in: folder.path) == [program, imported])
  }

  @Test func `nothing has changed where no program is there`() throws {
    let found = try #require(try sources(#"{"sources": \#(both)}"#))
    for name in [program, imported] { try FileSystem.remove(folder(name)) }
    #expect(found.changed(in: folder.path).isEmpty)
  }

  @Test func `what was made anew later has sources of its own`() throws {
    let later = #"{"\#(imported)": "\#(hash("later"))"}"#
    let found = try #require(try sources(#"{"sources": \#(both), "also_sources": \#(later)}"#))
    #expect(found.files.count == 3)
    #expect(found.changed(in: folder.path) == [imported])
    // Once, though it is neither what the one nor what the other run had.
    try AtomicFile.write(Array("latest".utf8), to: folder(imported))
    #expect(found.changed(in: folder.path) == [imported])
  }

  @Test func `older manifests name the program alone`() throws {
    let found = try #require(try sources(#"{"script": "chapter.py", "script_sha256": "\#(hash("other"))"}"#))
    #expect(found.changed(in: folder.path) == [program])
    #expect(try sources(#"{"script": "chapter.py", "script_sha256": null}"#) == nil)
    #expect(try sources(#"{"command": "by hand"}"#) == nil)
  }

  @Test(arguments: [
    #"{"sources": {"../../etc/passwd": "HASH"}}"#, #"{"sources": {"/etc/passwd": "HASH"}}"#,
    #"{"sources": {"goldens/../../x.py": "HASH"}}"#, #"{"also_sources": {"/etc/passwd": "HASH"}}"#,
    #"{"script": "../../x.py", "script_sha256": "HASH"}"#, #"{"sources": {"chapter.py": "no hash"}}"#,
    #"{"sources": ["chapter.py"]}"#, #"{"script": 3, "script_sha256": "HASH"}"#,
  ])
  func `a provenance that names no files of the checkout is refused`(_ text: String) throws {
    #expect(throws: FileError.self) { try sources(text.replacingOccurrences(of: "HASH", with: hash("x"))) }
  }

  @Test func `the manifest of an older golden set is read`() throws {
    let sample = Repository.sample("99-fake", of: "Goldens")
    let manifest = try Manifest(contentsOf: GoldenSet.manifestPath(sample.path))
    #expect(try manifest.changedSources(in: folder.path).isEmpty)
    try AtomicFile.write(Array("changed".utf8), to: folder("goldens/reference/checker_samples.py"))
    #expect(try manifest.changedSources(in: folder.path) == ["goldens/reference/checker_samples.py"])
  }
}
