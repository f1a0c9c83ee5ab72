import Files
import Foundation
import TestSupport
import Testing

/// What containers, batch systems and careful administrators do to a program: no home, no terminal, a process number of
/// 1, folders that cannot be written to, hardly any shared memory, little memory of any kind.
@Suite(.serialized) struct ContainerEndToEnd {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let hasNamespaces: Bool = {
    let outcome = try? ChildProcess.run(
      "unshare", ["-Urm", "--pid", "--fork", "--mount-proc", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /dev/shm"],
      isBuilt: false)
    return outcome?.code == 0
  }()

  private func bash(_ script: String, _ arguments: String...) throws -> ChildProcess.Outcome {
    try ChildProcess.run("bash", ["-c", script] + arguments, isBuilt: false)
  }

  private func built(_ name: String) -> String { ChildProcess.buildFolder.appending(path: name).path }

  @Test(.enabled(if: hasNamespaces, "needs namespaces of its own"))
  func `a container without home, terminal and shared memory runs, and gives the same bits`() throws {
    let chapter = built("ch06-progan-training")
    let options = #"--epochs 1 --channels 4 --batch-sizes 500 --iterations 2 --decimals 9 --logs"#
    let plain = try bash(#""$0" \#(options) "$1/logs" --out "$1" "#, chapter, folder("plain"))
    #expect(plain.code == 0, "\(plain)")
    let contained = try bash(
      """
      unshare -Urm --pid --fork --kill-child --mount-proc sh -c '
        mount -t tmpfs -o size=64k tmpfs /dev/shm && cd / && exec env -i "$0" \(options) "$1/logs" --out "$1"' "$0" "$1"
      """, chapter, folder("contained"))
    #expect(contained.code == 0, "\(contained)")
    #expect(contained.output == plain.output)
    for name in ["recorded-float32.safetensors", "checkpoint-float32.safetensors"] {
      #expect(try FileSystem.read(folder("contained/\(name)")) == FileSystem.read(folder("plain/\(name)")), "\(name)")
    }
  }

  @Test(.enabled(if: hasNamespaces, "needs namespaces of its own"))
  func `a folder that cannot be written to is named before any work is done`() throws {
    try FileSystem.createFolder(folder("out"))
    for command in [
      [built("ch06-progan-training"), "--out", folder("out")], [built("ch99-fake"), "--out", folder("out/inner")],
      [built("book"), "portraits", "--count", "1", "--size", "32", "--out", folder("out/portraits")],
    ] {
      let outcome = try ChildProcess.run(
        "unshare",
        ["-Urm", "sh", "-c", #"mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@""#, folder("out")]
          + command, isBuilt: false)
      #expect(outcome.code == 2 && outcome.output.isEmpty, "\(outcome)")
      #expect(
        outcome.errors.contains("Read-only file system") && outcome.errors.contains(folder("out")), "\(outcome.errors)")
    }
    #expect(try FileSystem.list(folder("out")).isEmpty)
  }

  // MARK: - Memory

  @Test func `more threads than there are addresses for are an error, not a trap`() throws {
    // 1,024 stacks of 8 MiB are 8 GiB. Where the threads took all there was, what came next ended in a trap (signal 4),
    // or followed a null pointer (signal 11).
    for kibibytes in [600_000, 1_000_000, 8_000_000] {
      for chapter in ["ch03-dcgan-cifar10", "ch06-progan-training"] {
        let outcome = try bash(
          #"ulimit -s 8192; ulimit -v \#(kibibytes); exec "$0" --threads 1024 --iterations 1 --out "$1""#,
          built(chapter), folder("out"))
        #expect(outcome.code == 2 && outcome.errors.contains("1024 threads cannot be had"), "\(kibibytes): \(outcome)")
        #expect(outcome.errors.contains("use fewer --threads"), "\(outcome.errors)")
      }
    }
    let outcome = try bash(
      #"ulimit -v 6000000; exec "$0" --threads 4 --out "$1""#, built("ch99-fake"), folder("few"))
    #expect(outcome.code == 0, "\(outcome)")
  }

  @Test func `a tensor that there are no addresses for is an error, not a trap`() throws {
    // Batches of 2,000 pictures of 64 px.
    for kibibytes in [700_000, 1_000_000, 1_500_000] {
      let outcome = try bash(
        #"ulimit -v \#(kibibytes); exec "$0" --threads 1 --channels 64 --epochs 1,1,1,1,1 --batch-sizes 2000,2000,2000,2000,2000 --from-step 4 --out "$1""#,
        built("ch06-progan-training"), folder("\(kibibytes)"))
      #expect(outcome.code == 2 && outcome.errors.contains("out of memory"), "\(kibibytes): \(outcome)")
    }
  }

  @Test(arguments: [250_000, 300_000, 400_000])
  func `little address space lets a program that is done end`(kibibytes: Int) throws {
    // A thread of OpenBLAS asked for 128 MiB until it got them, and the end of the program waited for it.
    for _ in 0..<5 {
      let outcome = try bash(#"ulimit -v \#(kibibytes); timeout 30 "$0" --version"#, built("book"))
      #expect(outcome.code == 0 && !outcome.output.isEmpty, "\(outcome)")
    }
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["BOOK_DEBUG_BUILD"] != nil, "BOOK_DEBUG_BUILD names no build"))
  func `a debug build takes the arguments that a release build takes`() throws {
    // ArgumentParser looks at what is declared in debug builds only.
    let debug = try #require(ProcessInfo.processInfo.environment["BOOK_DEBUG_BUILD"])
    let book = URL(filePath: debug).appending(path: "book")
    for command in ["run", "check", "bless", "weave", "diff", "score", "fetch", "portraits", "list", "make"] {
      let outcome = try ChildProcess.run("book", [command, "--help"], executable: book)
      #expect(outcome.code == 0 && outcome.output.contains("USAGE: book \(command)"), "\(outcome)")
    }
    // What `sample` takes is the chapter's to say.
    let sample = try ChildProcess.run("book", ["sample", "--trained", "03", "--help"], executable: book)
    #expect(sample.code == 0 && sample.output.contains("--interpolate"), "\(sample)")
  }

  @Test func `what stands behind two dashes is the chapters'`() throws {
    let place = try CheckerEndToEnd.Workplace(fault: "none")
    try FileSystem.createFolder(place.folder("chapters/99-fake"))
    let outcome = try ChildProcess.run(
      "book", ["run", "99", "--goldens", place.folder("goldens"), "--", "--threads", "0"], in: place.folder.path)
    #expect(outcome.code == 2 && outcome.errors.contains("--threads 0: expected 1 to 1024"), "\(outcome)")
  }
}
