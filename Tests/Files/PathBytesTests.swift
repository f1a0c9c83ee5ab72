import Files
import Foundation
import TestSupport
import Testing

@Suite struct PathBytesTests {
  @Test(
    arguments: [
      [0x61], [0x63, 0x61, 0x66, 0xE9], [0xFF, 0xFE, 0x80], [0xC3, 0xA9], [0xC3], [0xE2, 0x82],
      [0xF4, 0x8F, 0xBE, 0xA0],
      [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x98, 0x80, 0x80], [0xC0, 0xAF],
    ] as [[UInt8]])
  func `a name of any bytes is found again under its text`(name: [UInt8]) throws {
    let folder = try TemporaryFolder()
    let text = PathBytes.text(of: name)
    try AtomicFile.write([1, 2, 3], to: folder("") + text)
    #expect(try FileSystem.list(folder.path) == [text])
    #expect(try FileSystem.read(folder("") + text) == [1, 2, 3])
    #expect(FileSystem.kind(of: folder("") + text) == .file)
    #expect(text.visible.contains("\\x") == (String(validating: name, as: UTF8.self) == nil || name.first == 0xF4))
    try FileSystem.remove(folder("") + text)
    #expect(try FileSystem.list(folder.path).isEmpty)
  }

  @Test func `what is not UTF-8 is shown as its bytes`() {
    #expect(PathBytes.text(of: [0x63, 0xE9, 0x2E, 0x6A]).visible == #"c\xE9.j"#)
    #expect(PathBytes.text(of: Array("é".utf8)).visible == "é")
  }

  @Test func `names are ordered as Python orders them`() {
    // sorted(os.fsdecode(name) for name in names): escapes are U+DC80 to U+DCFF there.
    let names = [[0x61, 0xE9], Array("a\u{D7FF}".utf8), Array("a\u{E000}".utf8), Array("a😀".utf8), Array("ab".utf8)]
      .map { PathBytes.text(of: $0) }
    #expect(names.sorted(by: PathBytes.precedes) == [names[4], names[1], names[0], names[2], names[3]])
  }

  @Test func `a link, and a link to nothing, are told from files`() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write([], to: folder("file"))
    try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: "file")
    try FileManager.default.createSymbolicLink(atPath: folder("nowhere"), withDestinationPath: "nothing")
    #expect(
      !FileSystem.isLink(folder("file")) && FileSystem.isLink(folder("link")) && FileSystem.isLink(folder("nowhere")))
    #expect(FileSystem.kind(of: folder("link")) == .file && FileSystem.kind(of: folder("nowhere")) == nil)
  }
}
