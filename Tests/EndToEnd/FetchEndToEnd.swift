import Files
import Foundation
import TestSupport
import Testing

/// `book fetch` as a user calls it, from a server on the loopback interface.
@Suite(.serialized) struct FetchEndToEnd {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// An archive like the official one, with files as long, of zeros.
  private static let archive = Result {
    let folder = try TemporaryFolder()
    let names = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]
    let script =
      #"mkdir "$0/b"; cd "$0"; mv b cifar-10-batches-bin; for f in "$@"; do truncate -s 30730000 cifar-10-batches-bin/$f; done"#
    _ = try ChildProcess.run("bash", ["-c", script, folder.path] + names, isBuilt: false)
    let tar = ["-C", folder.path, "-czf", folder("a.tar.gz"), "cifar-10-batches-bin"]
    _ = try ChildProcess.run("tar", tar, isBuilt: false)
    return try FileSystem.read(folder("a.tar.gz"))
  }

  private func book(_ server: LoopbackServer, killAfter: Double? = nil) throws -> ChildProcess.Outcome {
    let bytes = try Self.archive.get()
    return try ChildProcess.run(
      "book",
      [
        "fetch", "cifar10", "--to", folder("data"), "--address", server.address("/cifar-10-binary.tar.gz"),
        "--length", "\(bytes.count)", "--md5", try MessageDigest.hexadecimal(of: bytes, .md5),
      ], environment: ["no_proxy": "127.0.0.1"], killAfter: killAfter)
  }

  private var made: [String] { (try? FileSystem.list(folder("data"))) ?? [] }

  @Test func `stopped by Ctrl-C it says how to go on, goes on, and unpacks what --data reads`() throws {
    let bytes = try Self.archive.get()
    let server = try LoopbackServer { request in
      let pieces = LoopbackServer.file(bytes, for: request, upTo: request.rangeStart == nil ? 50_000 : .max)
      return request.rangeStart == nil ? pieces + [.pause(30)] : pieces
    }
    let stopped = try book(server, killAfter: 2)
    #expect(stopped.code == 130, "\(stopped)")
    #expect(stopped.errors.contains("50000 of \(bytes.count) bytes") && stopped.errors.contains("the same command"))
    #expect(made == ["cifar-10-binary.tar.gz.part"])
    let outcome = try book(server)
    #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
    #expect(outcome.output.contains("60000 images"))
    #expect(made == ["cifar-10-batches-bin"])
    #expect(server.requests.map(\.rangeStart) == [nil, 50_000])
    let again = try book(server)
    #expect(again.code == 0 && again.output.contains("already") && server.requests.count == 2, "\(again)")
    let chapter = try ChildProcess.run(
      "ch03-dcgan-cifar10",
      ["--act", "repaired", "--iterations", "1", "--data", folder("data"), "--out", folder("out")])
    #expect(chapter.code == 0 && chapter.output.contains("50000 photographs"), "\(chapter)")
  }

  @Test func `without a network, or with another file there, one line says so`() throws {
    let wrong = try LoopbackServer { _ in [.head(404, ["Content-Length": "0"])] }
    let silent = try LoopbackServer { _ in [] }
    for server in [wrong, silent] {
      let outcome = try book(server)
      #expect(outcome.code == 2, "\(outcome)")
      #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.errors.hasPrefix("book: error: http://127"))
      #expect(made.isEmpty)
    }
    let outcome = try ChildProcess.run(
      "book", ["fetch", "cifar10", "--to", folder("data"), "--address", "http://nowhere.invalid/x"])
    #expect(outcome.code == 2 && outcome.errors.contains("network"), "\(outcome)")
    #expect(try ChildProcess.run("book", ["fetch", "cifar11"]).code == 2)
    #expect(try ChildProcess.run("book", ["fetch", "cifar10", "--to", ""]).code == 2)
  }

  @Test func `a batch that is missing beside others is named, and nothing is fetched`() throws {
    let server = try LoopbackServer { _ in [] }
    try FileSystem.createFolder(folder("data/cifar-10-batches-bin"))
    try AtomicFile.write("short", to: folder("data/cifar-10-batches-bin/data_batch_1.bin"))
    let outcome = try book(server)
    #expect(outcome.code == 2 && outcome.errors.contains("data_batch_1.bin") && server.requests.isEmpty, "\(outcome)")
  }

  @Test(arguments: ["torchvision", "fid"]) func `Inception's weights come under their publisher's name, verified by it`(
    variant: String
  ) throws {
    let name = variant == "fid" ? "pt_inception-2015-12-05-6726825d.pth" : "inception_v3_google-0cc3c7bd.pth"
    let bytes = Array("weights, let us say".utf8)
    let server = try LoopbackServer { LoopbackServer.file(bytes, for: $0) }
    func fetch(_ more: [String]) throws -> ChildProcess.Outcome {
      try ChildProcess.run(
        "book",
        ["fetch", "inception", "--variant", variant, "--to", folder("data"), "--address", server.address()] + more,
        environment: ["no_proxy": "127.0.0.1"])
    }
    // Without a digest of its own the test asks for the true one, which these bytes do not have.
    let wrong = try fetch([])
    #expect(wrong.code == 2 && wrong.errors.contains("expected the SHA-256 \(name.suffix(12).prefix(8))…"), "\(wrong)")
    #expect(made.isEmpty)
    let digest = ["--sha256", try MessageDigest.hexadecimal(of: bytes, .sha256)]
    let fetched = try fetch(digest)
    #expect(fetched.code == 0 && fetched.output.contains("--weights \(folder("data"))/\(name)"), "\(fetched)")
    #expect(made == [name])
    #expect(try fetch(digest).output.contains("is there already, verified"))
    #expect(server.requests.count == 2)
    try AtomicFile.write("other bytes", to: folder("data/\(name)"))
    let damaged = try fetch(digest)
    #expect(damaged.code == 2 && damaged.errors.contains("remove it to fetch it again"), "\(damaged)")
    #expect(try ChildProcess.run("book", ["fetch", "inception", "--variant", "v4"]).code == 2)
  }

  @Test(.enabled(if: DiskFullEndToEnd.canMount)) func `a full disk leaves the part alone`() throws {
    let bytes = try Self.archive.get()
    let server = try LoopbackServer { LoopbackServer.file(bytes, for: $0) }
    let script = """
      mkdir "$0/disk"; mount -t tmpfs -o size=$1 tmpfs "$0/disk"; shift
      "$@" --to "$0/disk/data"; echo "ended with $?"; ls -A "$0/disk/data"; umount -l "$0/disk" || true
      """
    for size in ["64k", "4m"] {
      let inner = try TemporaryFolder()
      let outcome = try ChildProcess.run(
        "unshare",
        [
          "-Urm", "bash", "-c", script, inner.path, size, ChildProcess.buildFolder.appending(path: "book").path,
          "fetch",
          "cifar10", "--address", server.address(), "--length", "\(bytes.count)", "--md5",
          try MessageDigest.hexadecimal(of: bytes, .md5),
        ], environment: ["no_proxy": "127.0.0.1"], isBuilt: false)
      #expect(outcome.output == "ended with 2\ncifar-10-binary.tar.gz.part\n", "\(outcome)")
      #expect(outcome.errors.contains("No space left on device"), "\(outcome)")
    }
  }
}
