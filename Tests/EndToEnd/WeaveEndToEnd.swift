import Files
import Foundation
import Goldens
import TensorFiles
import Tensors
import TestSupport
import Testing

/// `book weave` as its user runs it, on a chapter that a real run has gone through.
@Suite struct WeaveEndToEnd {
  /// A checkout whose only chapter is the fake one, run once.
  private func checkout(runs arguments: [String] = []) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let source = Repository.root.appending(path: "Tests/FakeChapter")
    for name in ["chapters", "goldens/99-fake"] { try FileSystem.createFolder(folder(name)) }
    try FileManager.default.copyItem(atPath: source.path, toPath: folder("chapters/99-fake"))
    let run = try ChildProcess.run("ch99-fake", ["--out", folder("out/99-fake")] + arguments)
    #expect(run.code == 0, "\(run.errors)")
    var writer = GoldenSetWriter(chapter: "99-fake")
    writer.add(try Recording(readingFrom: folder("out/99-fake"), .float32))
    try writer.write(to: folder("goldens/99-fake"))
    return folder
  }

  private func weave(_ folder: TemporaryFolder, _ arguments: String..., environment: [String: String] = [:]) throws
    -> ChildProcess.Outcome
  {
    try ChildProcess.run(
      "book",
      ["weave", "--goldens", folder("goldens"), "--runs", folder("out"), "--out", folder("out/book")] + arguments,
      environment: environment)
  }

  @Test func `a run becomes pages, a notebook and Markdown, with every verdict`() throws {
    let folder = try checkout()
    let outcome = try weave(folder)
    #expect(outcome.code == 0 && outcome.output.contains("7 identical"), "\(outcome.output)\(outcome.errors)")
    let written = try FileManager.default.contentsOfDirectory(atPath: folder("out/book")).sorted()
    #expect(written == ["99-fake.html", "99-fake.ipynb", "99-fake.md", "index.html"])
    let page = try String(contentsOfFile: folder("out/book/99-fake.html"), encoding: .utf8)
    #expect(page.contains("a chapter that is not one") && page.contains("[1/1][2/3] loss: 0.3333"))
    #expect(page.contains("FakeChapter.swift") && page.contains("class=\"mark identical\" href=\"#golden-weights\""))
  }

  @Test func `only the formats asked for are written`() throws {
    let folder = try checkout()
    #expect(try weave(folder, "99", "--md").code == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder("out/book")) == ["99-fake.md"])
  }

  @Test func `a stale run is refused with 2 and writes nothing`() throws {
    let folder = try checkout()
    try AtomicFile.write("// another source\n", to: folder("chapters/99-fake/FakeChapter.swift"))
    let outcome = try weave(folder)
    #expect(outcome.code == 2 && outcome.errors.contains("stale") && outcome.errors.contains("book run 99-fake"))
    #expect(!FileManager.default.fileExists(atPath: folder("out/book")))
  }

  @Test func `without a run, without pandoc, or with a chapter that is none it ends with 2 and says why`() throws {
    let folder = try checkout()
    #expect(try weave(folder, "12").code == 2)
    let bare = try weave(folder, "--html", environment: ["PATH": "/nowhere"])
    #expect(bare.code == 2 && bare.errors.contains("apt-get install pandoc"), "\(bare.errors)")
    try FileManager.default.removeItem(atPath: folder("out/99-fake"))
    let asked = try weave(folder, "99")
    #expect(asked.code == 2 && asked.errors.contains("book run 99-fake"))
    let none = try weave(folder)
    #expect(none.code == 2 && none.errors.contains("no chapter has been run"))
  }
}
