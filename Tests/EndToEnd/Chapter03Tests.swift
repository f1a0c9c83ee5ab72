import Foundation
import Kernels
import TestSupport
import Testing

/// Runs the real chapter as a user would, on its own pictures, a few iterations at a time.
@Suite(.serialized) struct Chapter03Tests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func chapter(_ arguments: String..., out: String = "out") throws -> ChildProcess.Outcome {
    try chapter(arguments, out: out)
  }

  private func chapter(_ arguments: [String], out: String) throws -> ChildProcess.Outcome {
    try ChildProcess.run("ch03-dcgan-cifar10", arguments + ["--out", folder(out)])
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: folder(path))) }

  private func logLines(_ outcome: ChildProcess.Outcome) -> [Substring] {
    outcome.output.split(separator: "\n").filter { $0.hasPrefix("[") }
  }

  // MARK: - Determinism

  /// Thread counts and instruction sets over which the bits must not change. A processor without AVX-512 leaves v4 out.
  private static let machines: [(threads: String, instructionSet: String)] = {
    let sets = InstructionSet.available.map(\.rawValue)
    return ["1", "2", "2", "3", "7"].flatMap { threads in sets.map { (threads, $0) } }
  }()

  private func expectSameBits(dtype: String, iterations: String, executables: [URL?]) throws {
    var recordings: Set<Data> = []
    var outputs: Set<String> = []
    for executable in executables {
      for (index, machine) in Self.machines.enumerated() {
        let out = folder("\(index)")
        let outcome = try ChildProcess.run(
          "ch03-dcgan-cifar10",
          [
            "--iterations", iterations, "--dtype", dtype, "--decimals", "9", "--threads", machine.threads, "--out", out,
          ],
          environment: machine.instructionSet == "plain" ? [:] : ["BOOK_ISA": machine.instructionSet],
          executable: executable)
        #expect(outcome.code == 0, "\(machine): \(outcome.errors)")
        recordings.insert(try bytes("\(index)/recorded-\(dtype).safetensors"))
        outputs.insert(outcome.output)
      }
    }
    #expect(recordings.count == 1, "\(recordings.count) different recordings")
    #expect(outputs.count == 1, "\(outputs.count) different outputs")
  }

  @Test func `the same seed gives the same bits on any number of threads and any instruction set`() throws {
    try expectSameBits(dtype: "float32", iterations: "5", executables: [nil])
    try expectSameBits(dtype: "float64", iterations: "1", executables: [nil])
  }

  /// `make test` builds the chapter without optimization too and says where; a plain `swift test` leaves this out.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["BOOK_DEBUG_BUILD"] != nil, "BOOK_DEBUG_BUILD names no build"))
  func `a debug build gives the same bits`() throws {
    let debug = try #require(ProcessInfo.processInfo.environment["BOOK_DEBUG_BUILD"])
    let executable = URL(filePath: debug).appending(path: "ch03-dcgan-cifar10")
    var recordings: Set<Data> = []
    for (name, executable) in [("release", nil), ("debug", executable)] {
      let outcome = try ChildProcess.run(
        "ch03-dcgan-cifar10", ["--iterations", "2", "--act", "literal", "--out", folder(name)], executable: executable)
      #expect(outcome.code == 0, "\(outcome.errors)")
      recordings.insert(try bytes("\(name)/recorded-float32.safetensors"))
    }
    #expect(recordings.count == 1)
  }

  @Test func `another seed gives another run`() throws {
    let lines = try ["0", "1", "4294967297"].map { seed in
      logLines(try chapter("--iterations", "1", "--act", "repaired", "--decimals", "9", "--seed", seed, out: seed))
    }
    #expect(lines[0] != lines[1])
    // Only the low 32 bits of a seed reach PyTorch's engine.
    #expect(lines[1] == lines[2])
  }

  // MARK: - Interrupting and resuming

  /// A run to `total` must equal a run to `first` that was resumed: log, recording, checkpoint.
  private func expectResumable(_ act: String, k: String = "1", first: Int, total: Int) throws {
    func run(_ count: Int, _ others: String..., out: String = "out") throws -> ChildProcess.Outcome {
      try chapter(["--iterations", "\(count)", "--act", act, "--k", k, "--decimals", "9"] + others, out: out)
    }
    let whole = try run(total, out: "whole")
    let begun = try run(first)
    let rest = try run(total, "--resume")
    #expect([whole.code, begun.code, rest.code] == [0, 0, 0])
    #expect(logLines(begun) + logLines(rest) == logLines(whole))
    #expect(try bytes("out/recorded-float32.safetensors") == bytes("whole/recorded-float32.safetensors"))
    let checkpoint = "checkpoint-\(act)-float32.safetensors"
    #expect(try bytes("out/\(checkpoint)") == bytes("whole/\(checkpoint)"))
  }

  @Test func `a run resumed in the middle of an epoch equals one that was not interrupted`() throws {
    try expectResumable("literal", first: 2, total: 4)
  }

  @Test func `a run resumed at an epoch's end equals one that was not interrupted`() throws {
    try expectResumable("repaired", first: 32, total: 34)
  }

  @Test func `a run with two steps of D to one of G is resumed, and with no other number of them`() throws {
    try expectResumable("repaired", k: "2", first: 1, total: 3)
    let other = try chapter("--iterations", "4", "--act", "repaired", "--decimals", "9", "--resume")
    expectRefused(other, naming: "checkpoint-repaired-float32.safetensors", "k")
    #expect(
      try bytes("out/checkpoint-repaired-float32.safetensors")
        == bytes("whole/checkpoint-repaired-float32.safetensors"))
  }

  @Test func `resuming without a checkpoint says so and starts anew`() throws {
    let outcome = try chapter("--iterations", "1", "--act", "repaired", "--resume")
    #expect(outcome.code == 0 && logLines(outcome).count == 1)
    #expect(outcome.errors.contains("checkpoint-repaired-float32.safetensors is not there"))
  }

  @Test func `Ctrl-C saves a checkpoint that the run goes on from`() throws {
    let interrupted = try ChildProcess.run(
      "ch03-dcgan-cifar10", ["--iterations", "100000", "--act", "repaired", "--out", folder("out")],
      interruptAfterLines: 5)
    #expect(interrupted.code == 130)
    #expect(interrupted.errors.contains("--resume"))
    let done = logLines(interrupted).count
    let rest = try chapter("--iterations", "\(done + 2)", "--act", "repaired", "--resume")
    let whole = try chapter("--iterations", "\(done + 2)", "--act", "repaired", out: "whole")
    #expect(rest.code == 0, "\(rest.errors)")
    #expect(logLines(interrupted) + logLines(rest) == logLines(whole))
    #expect(try bytes("out/recorded-float32.safetensors") == bytes("whole/recorded-float32.safetensors"))
  }

  // MARK: - Bad input

  private func expectRefused(_ outcome: ChildProcess.Outcome, naming parts: String...) {
    #expect(outcome.code == 2)
    let errors = outcome.errors.split(separator: "\n").filter { $0.lowercased().contains("error") }
    #expect(errors.count == 1, "\(outcome.errors)")
    for part in parts { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
    #expect(logLines(outcome).isEmpty)
  }

  /// Five official files of black airplanes, one of them changed by `damage`.
  private func makeBatches(damaging name: String, _ damage: (FileHandle) throws -> Void) throws {
    try FileManager.default.createDirectory(atPath: folder("data"), withIntermediateDirectories: true)
    for number in 1...5 {
      let path = folder("data/data_batch_\(number).bin")
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
      let file = try #require(FileHandle(forUpdatingAtPath: path))
      try file.truncate(atOffset: 30_730_000)
      if path.hasSuffix(name) { try damage(file) }
      try file.close()
    }
  }

  @Test func `a missing data folder is named`() throws {
    expectRefused(try chapter("--data", folder("absent")), naming: folder("absent"))
  }

  @Test func `a folder without batches is named`() throws {
    expectRefused(try chapter("--data", folder.path), naming: folder.path, "data_batch_1.bin")
  }

  @Test func `a truncated batch is named with the byte where it ends`() throws {
    try makeBatches(damaging: "data_batch_3.bin") { try $0.truncate(atOffset: 30_729_999) }
    expectRefused(try chapter("--data", folder("data")), naming: "data_batch_3.bin", "30729999")
  }

  @Test func `an oversized batch is named with the byte where it should end`() throws {
    try makeBatches(damaging: "data_batch_2.bin") { try $0.truncate(atOffset: 30_730_001) }
    expectRefused(try chapter("--data", folder("data")), naming: "data_batch_2.bin", "30730000")
  }

  @Test func `a label above nine is named with its record`() throws {
    try makeBatches(damaging: "data_batch_5.bin") { file in
      try file.seek(toOffset: 3073 * 7)
      try file.write(contentsOf: Data([10]))
    }
    expectRefused(try chapter("--data", folder("data")), naming: "data_batch_5.bin", "10", "\(3073 * 7)")
  }

  @Test(arguments: [
    ["--threads", "0"], ["--iterations", "0"], ["--dtype", "float16"], ["--seed", "18446744073709551616"],
    ["--grid-every", "0"],
    ["--decimals", "99"], ["--act", "none"], ["--unknown"],
  ])
  func `a bad option is refused before anything is written`(_ arguments: [String]) throws {
    let outcome = try ChildProcess.run("ch03-dcgan-cifar10", arguments + ["--out", folder("out")])
    expectRefused(outcome, naming: arguments[0])
    #expect(!FileManager.default.fileExists(atPath: folder("out")))
  }

  @Test func `an output folder that cannot be written is refused before any work`() throws {
    try Data("a file".utf8).write(to: URL(filePath: folder("file")))
    expectRefused(try chapter("--iterations", "1", out: "file/out"), naming: folder("file"))
  }

  @Test func `a damaged or foreign checkpoint is refused and kept`() throws {
    #expect(try chapter("--iterations", "1", "--act", "repaired").code == 0)
    let path = "out/checkpoint-repaired-float32.safetensors"
    let intact = try bytes(path)
    expectRefused(
      try chapter("--iterations", "2", "--act", "repaired", "--seed", "5", "--resume"), naming: "seed", folder(path))
    #expect(try bytes(path) == intact)
    var damaged = intact
    damaged[intact.count / 2] ^= 4
    try damaged.write(to: URL(filePath: folder(path)))
    expectRefused(try chapter("--iterations", "2", "--act", "repaired", "--resume"), naming: folder(path))
    try intact.prefix(1_000).write(to: URL(filePath: folder(path)))
    expectRefused(try chapter("--iterations", "2", "--act", "repaired", "--resume"), naming: folder(path))
    #expect(try bytes(path).count == 1_000)
  }
}
