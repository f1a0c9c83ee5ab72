import Files
import Foundation
import Pictures
import TestSupport
import Testing

/// `book portraits` as a user calls it.
@Suite struct PortraitsEndToEnd {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func portraits(_ arguments: String...) throws -> ChildProcess.Outcome {
    try ChildProcess.run("book", ["portraits"] + arguments)
  }

  @Test func `a folder of PNG files holds the pictures of the digest`() throws {
    let out = folder("a/b/faces")
    let outcome = try portraits("--count", "12", "--size", "40", "--seed", "3", "--out", out, "--digest")
    #expect(outcome.code == 0, "\(outcome.errors)")
    var hash = SHA256()
    let names = try FileSystem.list(out)
    #expect(names.count == 12 && names.first == "000000.png" && names.last == "000011.png")
    for name in names { hash.update(data: try PNG.read("\(out)/\(name)").pixels) }
    let digest = SHA256.hexadecimal(hash.finalize())
    #expect(outcome.output == digest + "\n")
    #expect(try FileSystem.list(folder("a/b")) == ["faces"])
  }

  @Test(arguments: [
    ["--count", "0"], ["--size", "7"], ["--size", "4096"], ["--count", "1000001"], ["--seed", "-9223372036854775809"],
    ["--out", ""], [],
  ]) func `what cannot be drawn is refused in one line`(arguments: [String]) throws {
    let out = arguments.isEmpty || arguments[0] == "--out" ? [] : ["--out", folder("faces")]
    let outcome = try ChildProcess.run("book", ["portraits"] + arguments + out)
    #expect(outcome.code == 2)
    #expect(outcome.errors.split(separator: "\n").count { $0.lowercased().contains("error") } == 1)
    #expect(FileSystem.kind(of: folder("faces")) == nil)
  }

  @Test func `nothing that is there is written over`() throws {
    try AtomicFile.write("mine", to: folder("file"))
    for out in [folder("file"), folder.path, folder("file/below")] {
      let outcome = try portraits("--count", "2", "--out", out)
      #expect(outcome.code == 2 && outcome.errors.contains(folder.path), "\(outcome.errors)")
    }
    #expect(try FileSystem.list(folder.path) == ["file"])
    #expect(try FileSystem.read(folder("file")) == Array("mine".utf8))
    try FileSystem.createFolder(folder("empty"))
    #expect(try portraits("--count", "2", "--out", folder("empty")).code == 0)
    #expect(try FileSystem.list(folder("empty")).count == 2)
  }

  @Test func `stopped halfway it leaves nothing`() throws {
    let outcome = try ChildProcess.run(
      "book", ["portraits", "--count", "1000000", "--size", "256", "--out", folder("new/faces")], killAfter: 1)
    #expect(outcome.code == 130)
    #expect(try FileSystem.list(folder.path).isEmpty)
  }

  @Test(.enabled(if: DiskFullEndToEnd.canMount)) func `a full disk leaves nothing`() throws {
    let script = """
      mkdir "$1/disk"; mount -t tmpfs -o size=256k tmpfs "$1/disk"
      "$2/book" portraits --count 2000 --out "$1/disk/new/faces"; echo "ended with $?"
      ls -A "$1/disk" | wc -l
      umount -l "$1/disk" || true
      """
    let outcome = try ChildProcess.run(
      "unshare", ["-Urm", "sh", "-c", script, "sh", folder.path, ChildProcess.buildFolder.path], isBuilt: false)
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.errors.contains("No space left on device") && outcome.errors.contains("disk/new/faces"))
    #expect(outcome.output.split(separator: "\n") == ["ended with 2", "0"])
  }
}
