import Files
import Foundation
import TestSupport
import Testing

/// What a program was built from, and how it is told from what is there now.
@Suite struct BuildStampTests {
  private let package: TemporaryFolder

  init() throws {
    package = try TemporaryFolder()
    for (path, text) in [
      ("Package.swift", "// manifest"), ("chapters/01-a/main.swift", "a"), ("Sources/B/B.swift", "b"),
      ("Sources/B/Deep/C.swift", "c"), ("Sources/B/.hidden", "h"),
    ] {
      try FileSystem.createFolder(URL(filePath: package(path)).deletingLastPathComponent().path)
      try AtomicFile.write(text, to: package(path))
    }
  }

  private func stamp() throws -> BuildStamp {
    try BuildStamp(of: ["chapters/01-a", "Sources/B"], inPackage: package.path)
  }

  @Test func `it holds every file of its folders but hidden ones, and the manifest`() throws {
    let files = try stamp().files.keys.sorted()
    #expect(files == ["Package.swift", "Sources/B/B.swift", "Sources/B/Deep/C.swift", "chapters/01-a/main.swift"])
  }

  @Test func `its text gives it back, and damaged text is none`() throws {
    let stamp = try stamp()
    #expect(BuildStamp(text: stamp.text) == stamp)
    for damaged in [
      "", "root /x\n", String(stamp.text.dropFirst(5)), stamp.text + "nonsense\n", stamp.text + "file 12 short\n",
      stamp.text + "root /y\n", stamp.text.replacingOccurrences(of: "folder", with: "holder"),
    ] {
      #expect(BuildStamp(text: damaged) == nil, "\(damaged.prefix(30))")
    }
  }

  @Test func `without an edit nothing has changed, and every kind of edit is named`() throws {
    let stamp = try stamp()
    #expect(stamp.changes().isEmpty)
    try AtomicFile.write("bb", to: package("Sources/B/B.swift"))
    try FileSystem.remove(package("Sources/B/Deep/C.swift"))
    try AtomicFile.write("d", to: package("chapters/01-a/D.swift"))
    try AtomicFile.write("// other", to: package("Package.swift"))
    let changes = stamp.changes()
    #expect(changes.changed == ["Package.swift", "Sources/B/B.swift"])
    #expect(changes.added == ["chapters/01-a/D.swift"] && changes.removed == ["Sources/B/Deep/C.swift"])
    #expect(changes.description.hasPrefix("Package.swift, Sources/B/B.swift changed; chapters/01-a/D.swift added; "))
    #expect(try self.stamp().digest != stamp.digest)
  }

  @Test func `a package that is gone has lost all its files`() throws {
    let stamp = try stamp()
    #expect(stamp.changes(root: "/nowhere").removed.count == stamp.files.count)
  }

  @Test func `its own folder may lie elsewhere now`() throws {
    let stamp = try stamp()
    let copy = package("copy")
    try FileSystem.createFolder(copy)
    try AtomicFile.write("a", to: copy + "/main.swift")
    #expect(stamp.changes(ownFolder: copy).isEmpty)
    try AtomicFile.write("aa", to: copy + "/main.swift")
    #expect(stamp.changes(ownFolder: copy).changed == ["chapters/01-a/main.swift"])
  }

  // MARK: - Prose

  private let literate = "chapters/01-a/2-More.swift"

  private func write(_ text: String) throws { try AtomicFile.write(text, to: package(literate)) }

  @Test func `a change of prose is named as one, and is none of the code`() throws {
    try write("//: # Title\nlet a = 1\n")
    let stamp = try stamp()
    #expect(BuildStamp(text: stamp.text) == stamp && stamp.literate.keys.sorted() == [literate])
    try write("//: # Another title\n//:\n//: and words\nlet a = 1\n")
    let changes = stamp.changes()
    #expect(changes.isEmpty && changes.prose == [literate] && changes.changed.isEmpty)
    #expect(try self.stamp().digest != stamp.digest)
    try write("//: # Another title\nlet a = 2\n")
    #expect(!stamp.changes().isEmpty && stamp.changes().changed == [literate] && stamp.changes().prose.isEmpty)
    try FileSystem.remove(package(literate))
    #expect(stamp.changes().removed == [literate])
  }

  @Test func `the first prose of a file is a change, and so is any in a stamp of an earlier version`() throws {
    let before = try stamp()
    try AtomicFile.write("//: prose\na", to: package("chapters/01-a/main.swift"))
    #expect(before.changes().changed == ["chapters/01-a/main.swift"])
    let now = try stamp()
    let earlier = BuildStamp(root: now.root, folders: now.folders, files: now.files)
    #expect(earlier.digest == now.digest && earlier.text != now.text && earlier.changes().isEmpty)
    try AtomicFile.write("//: other prose\na", to: package("chapters/01-a/main.swift"))
    #expect(now.changes().isEmpty && earlier.changes().changed == ["chapters/01-a/main.swift"])
  }

  @Test func `damaged lines of code in a stamp make it none`() throws {
    try write("//: # Title\nlet a = 1\n")
    let text = try stamp().text
    let line = String(try #require(text.split(separator: "\n").first { $0.hasPrefix("code ") }))
    for other in [
      String(line.dropLast(3)) + "other",
      line.replacing(" 1-1,3-3 ", with: " 1-0 "), line.replacing(" 1-1,3-3 ", with: " "),
      "code 12 1-1 x",
    ] {
      #expect(BuildStamp(text: text.replacing(line, with: other)) == nil, "\(other)")
    }
  }
}
