import Foundation
import Goldens
import Kernels
import TensorFiles
import TestSupport
import Testing

/// Chapter 3's full profile, on so few photographs that an epoch has two iterations: its ledger is the same however the
/// run was made.
@Suite(.serialized) struct WholeRunTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// 70 photographs: a batch of 64 and one of 6.
  private func arguments(_ act: String, _ out: String, _ others: [String]) -> [String] {
    ["--profile", "full", "--pictures", "70", "--act", act, "--out", folder(out), "--threads", "2"] + others
  }

  @discardableResult
  private func run(
    _ act: String, _ out: String = "out", _ others: String..., environment: [String: String] = [:], code: Int32 = 0
  ) throws -> ChildProcess.Outcome {
    let outcome = try ChildProcess.run(
      "ch03-dcgan-cifar10", arguments(act, out, others), environment: environment)
    #expect(outcome.code == code, "\(outcome.errors)")
    return outcome
  }

  private func ledger(_ act: String, _ out: String = "out") throws -> Ledger {
    try Ledger(readingFrom: folder("\(out)/ledger"), act: act)
  }

  @Test func `two thread counts and two instruction sets make the same ledger`() throws {
    var digests: Set<String> = []
    let sets = InstructionSet.available.map(\.rawValue)
    for act in ["literal", "repaired"] {
      digests = []
      for (index, set) in sets.enumerated() {
        for threads in ["1", "2"] {
          let out = "\(index)-\(threads)"
          try run(
            act, out, "--iterations", "4", "--threads", threads,
            environment: set == "plain" ? [:] : ["BOOK_ISA": set])
          let made = try ledger(act, out)
          #expect(made.lines.count == 4 && made.epochs.map(\.iteration) == [2, 4] && made.iterations == 100)
          digests.insert(made.digest)
        }
      }
      #expect(digests.count == 1, "\(act)")
    }
  }

  @Test func `interrupted by Ctrl-C and by kill -9 and resumed, the run makes the same ledger`() throws {
    let uninterrupted = try run("repaired", "whole", "--iterations", "24")
    let opening = uninterrupted.output.split(separator: "\n", omittingEmptySubsequences: false).prefix {
      !$0.hasPrefix("[")
    }
    let whole = try ledger("repaired", "whole")
    let interrupted = try ChildProcess.run(
      "ch03-dcgan-cifar10", arguments("repaired", "out", []), interruptAfterLines: opening.count + 5)
    #expect(interrupted.code == 130, "\(interrupted.errors)")
    _ = try ChildProcess.run(
      "ch03-dcgan-cifar10", arguments("repaired", "out", ["--resume", "--iterations", "24"]), killAfter: 2,
      signal: SIGKILL)
    try run("repaired", "out", "--resume", "--iterations", "24")
    let resumed = try ledger("repaired")
    #expect(resumed.digest == whole.digest && resumed.epochs.count == 12)
    #expect(resumed.stretches.count > 1 && whole.stretches.count == 1)
  }

  @Test func `every epoch's checkpoint is kept, and a run from it is held against the ledger`() throws {
    try run("repaired", "golden", "--iterations", "6", "--keep-epochs")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder("golden/repaired")).sorted()
    #expect(names == ["epoch-01.safetensors", "epoch-02.safetensors", "epoch-03.safetensors"])
    let second = folder("golden/repaired/epoch-02.safetensors")
    let held = ["--ledger", folder("golden/ledger"), "--iterations", "6", "--overwrite"]
    let from = try ChildProcess.run(
      "ch03-dcgan-cifar10", arguments("repaired", "out", held + ["--from", second]))
    #expect(from.code == 0 && from.output.split(separator: "\n").filter { $0.hasPrefix("[") }.count == 2, "\(from)")
    #expect(try ledger("repaired").digest == ledger("repaired", "golden").digest)
    // Another act's checkpoint, and a ledger in which the epoch after the checkpoint differs.
    let other = try ChildProcess.run("ch03-dcgan-cifar10", arguments("literal", "out2", ["--from", second]))
    #expect(other.code == 2 && other.errors.contains("act is repaired there and literal here"), "\(other.errors)")
    var edited = try ledger("repaired", "golden")
    let last = edited.epochs[2]
    edited.epochs[2] = .init(
      number: 3, iteration: 6, lines: last.lines, state: String(repeating: "0", count: 64))
    try edited.write(to: folder("golden/ledger"))
    let differs = try ChildProcess.run(
      "ch03-dcgan-cifar10", arguments("repaired", "out", held + ["--from", second]))
    #expect(
      differs.code == 1 && differs.errors.contains("repaired, epoch 3: the ledger says state 000"), "\(differs.errors)")
  }

  @Test func `at its end the whole run makes a thousand samples, and resuming makes them again`() throws {
    let outcome = try ChildProcess.run(
      "ch03-dcgan-cifar10", ["--profile", "full", "--pictures", "8", "--act", "repaired", "--out", folder("out")])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Generating 1000 images to folder: "))
    #expect(try ledger("repaired").isComplete && ledger("repaired").epochs.count == 50)
    let last = folder("out/generated_images-repaired/gen_00999.png")
    let bytes = try Data(contentsOf: URL(filePath: last))
    try FileManager.default.removeItem(atPath: last)
    let again = try ChildProcess.run(
      "ch03-dcgan-cifar10",
      ["--profile", "full", "--pictures", "8", "--act", "repaired", "--out", folder("out"), "--resume"])
    #expect(again.code == 0, "\(again.errors)")
    #expect(try Data(contentsOf: URL(filePath: last)) == bytes)
    #expect(!FileManager.default.fileExists(atPath: folder("out/generated_images-repaired/gen_01000.png")))
    try expectWhatItLearned()
  }

  /// The weights left by a run of eight photographs, put where the package keeps those of whole runs.
  private func expectWhatItLearned() throws {
    let kept = try TrainedWeights(readingFrom: folder("out/ledger"), act: "repaired")
    #expect(
      kept.file.entries.map(\.name).suffix(6) == [1, 2, 5, 10, 20, 50].map { "grid/epoch-\($0)" },
      "\(kept.file.entries.map(\.name))")
    #expect(try kept.file.entry("GAN_Generator.1.num_batches_tracked").values[0] > 50)
    let full = folder("package/goldens/03-dcgan-cifar10/full")
    try FileManager.default.createDirectory(
      atPath: folder("package/goldens/03-dcgan-cifar10"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: folder("out/ledger"), toPath: full)
    try "".write(toFile: folder("package/Package.swift"), atomically: true, encoding: .utf8)
    func sample(_ options: String) throws -> ChildProcess.Outcome {
      let program = ChildProcess.buildFolder.appending(path: "ch03-dcgan-cifar10").path
      return try ChildProcess.run(
        "/bin/sh", ["-c", "cd '\(folder("package"))' && exec '\(program)' sample \(options)"], isBuilt: false)
    }
    for out in ["a", "b"] {
      let drawn = try sample("--trained --count 5 --seed 3 --interpolate 2 --out \(out)")
      #expect(drawn.code == 0 && drawn.output.contains("10 pictures through 5 latents and back"), "\(drawn)")
    }
    for name in ["samples.png", "interpolation.png"] {
      let drawn = try ["a", "b"].map { try Data(contentsOf: URL(filePath: folder("package/\($0)/\(name)"))) }
      #expect(drawn[0] == drawn[1] && !drawn[0].isEmpty)
    }
    let absent = try sample("--trained --act automobiles")
    #expect(
      absent.code == 2 && absent.errors.contains("no weights of the automobiles run; there are of repaired"),
      "\(absent)")
    for (options, message) in [
      ("--count 0", "--count 0"), ("--interpolate 0", "--interpolate 0"), ("--out ''", "--out"),
    ] {
      let refused = try sample("--trained \(options)")
      #expect(refused.code == 2 && refused.errors.contains(message), "\(refused)")
    }
    let weights = try #require(
      FileManager.default.contentsOfDirectory(atPath: full).first { $0.hasSuffix(".safetensors.zst") })
    var bytes = try Data(contentsOf: URL(filePath: "\(full)/\(weights)"))
    bytes[bytes.count / 3] ^= 4
    try bytes.write(to: URL(filePath: "\(full)/\(weights)"))
    let damaged = try sample("--trained --out c")
    #expect(damaged.code == 2 && damaged.errors.contains(weights), "\(damaged)")
    #expect(!FileManager.default.fileExists(atPath: folder("package/c")))
  }

  @Test func `the last ten lines of a literal ledger are held against the document's`() throws {
    let made = try ChildProcess.run(
      "ch03-dcgan-cifar10", ["--profile", "full", "--pictures", "8", "--act", "literal", "--out", folder("out")])
    #expect(made.code == 0, "\(made.errors)")
    try FileManager.default.createDirectory(atPath: folder("package"), withIntermediateDirectories: true)
    try "".write(toFile: folder("package/Package.swift"), atomically: true, encoding: .utf8)
    func claim(of ledger: Ledger) throws -> [Double]? {
      try ledger.write(to: folder("package/goldens/03-dcgan-cifar10/full"))
      let program = ChildProcess.buildFolder.appending(path: "ch03-dcgan-cifar10").path
      let shown = try ChildProcess.run(
        program, ["--iterations", "1", "--overwrite"], isBuilt: false, in: folder("package"))
      #expect(shown.code == 0, "\(shown.errors)")
      let recording = try Recording(readingFrom: folder("package/out/03-dcgan-cifar10"), .float32)
      return recording.entries.first { $0.name == "claim/last-ten-lines-are-the-documents" }?.value.elements?.values
    }
    var ledger = try ledger("literal")
    #expect(try claim(of: ledger) == [0])
    for (place, number) in zip(ledger.lines.indices.suffix(10), 772...) {
      ledger.lines[place] =
        "[50/50][\(number)/782] Loss_D: 1.0064  Loss_G: 0.6931  D(x): 0.7311  D(G(z)): 0.5000 / 0.5000"
      let epoch = ledger.epochs[place]
      ledger.epochs[place] = .init(
        number: epoch.number, iteration: epoch.iteration, lines: Digest.of(lines: [ledger.lines[place]]),
        state: epoch.state)
    }
    #expect(try claim(of: ledger) == [1])
  }

  @Test func `a run that goes on from a checkpoint elsewhere keeps the grids of its first epochs`() throws {
    try run("repaired", "whole", "--iterations", "6", "--keep-epochs")
    let third = folder("whole/repaired/epoch-03.safetensors")
    let begun = try TensorFile(safetensorsAt: third).entries.map(\.name).filter { $0.hasPrefix("grid/") }
    #expect(begun == ["grid/epoch-1", "grid/epoch-2"])
    try run("repaired", "moved", "--iterations", "10", "--from", third)
    let moved = try TensorFile(safetensorsAt: folder("moved/checkpoint-repaired-float32.safetensors"))
    #expect(try moved.entry("grid/epoch-1") == TensorFile(safetensorsAt: third).entry("grid/epoch-1"))
    #expect(moved.entries.map(\.name).contains("grid/epoch-5"))
  }

  @Test func `what keeps no ledger keeps no epochs`() throws {
    for (chapter, options) in [
      ("ch03-dcgan-cifar10", []), ("ch06-progan-training", ["--profile", "full"]), ("ch07-scores", []),
    ] {
      let refused = try ChildProcess.run(chapter, options + ["--keep-epochs", "--out", folder("none")])
      #expect(refused.code == 2 && refused.errors.contains("--keep-epochs: expected --profile full"), "\(refused)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder("none")))
  }

  @Test func `the third act trains on automobiles alone`() throws {
    try run("automobiles", "out", "--iterations", "1")
    let made = try ledger("automobiles")
    #expect(made.lines[0].hasPrefix("[1/100][0/2] ") && made.settings["images"] == "70")
    try run("repaired", "other", "--iterations", "1")
    #expect(try made.settings["pixels"] != ledger("repaired", "other").settings["pixels"])
  }

  @Test func `the fourth act is the repaired one with D held back`() throws {
    let lines = try ["repaired", "balanced"].map { act in
      try run(act, act, "--iterations", "2")
      return try ledger(act, act).lines.map { $0.split(separator: "Loss_D: ") }
    }
    let (repaired, balanced) = (lines[0], lines[1])
    #expect(repaired[0][0] == "[1/50][0/2] " && balanced[0][0] == "[1/20][0/2] ")
    // The same photographs and the same fakes, judged by the same D: only the label differs, and the step that follows.
    let (first, second) = (repaired[0][1].split(separator: " "), balanced[0][1].split(separator: " "))
    #expect(first[0] != second[0] && first[4] == second[4], "\(first) \(second)")
    #expect(repaired[1][1] != balanced[1][1])
  }

  @Test func `book says which chapters draw from what they have learned`() throws {
    let help = try ChildProcess.run("book", ["sample", "--help"])
    #expect(help.code == 0 && help.output.contains("book sample --trained 03"), "\(help)")
    let refused = try ChildProcess.run("book", ["sample", "--trained", "07"])
    #expect(
      refused.code == 2
        && refused.errors.contains("--trained 07: expected a chapter that keeps the weights of a whole run (03-"),
      "\(refused)")
  }
}
