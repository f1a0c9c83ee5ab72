import Files
import Foundation
import Goldens
import Kernels
import TensorFiles
import TestSupport
import Testing

/// Traces real chapters, with faults planted and without, and expects the operation to be named.
@Suite(.serialized) struct BisectEndToEnd {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let chapters = [
    "ch03-dcgan-cifar10": ["--iterations", "1", "--act", "repaired"],
    "ch06-progan-training": ["--iterations", "1"],
  ]

  private func trace(
    _ program: String, _ name: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> (trace: TraceFile, errors: String) {
    let outcome = try ChildProcess.run(
      program,
      (Self.chapters[program] ?? []) + arguments + [
        "--overwrite", "--out", folder("out-\(name)"), "--trace", folder(name),
      ],
      environment: environment)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return (try TraceFile(contentsOf: folder(name)), outcome.errors)
  }

  private func book(_ arguments: String...) throws -> ChildProcess.Outcome {
    try ChildProcess.run("book", arguments, in: Repository.root.path)
  }

  /// What each fault is planted in.
  private static let operations = [
    "epsilon": ["normalizeChannels", "pixelNorm", "adamStep"], "sum-order": ["sum"],
    "flipped-bit": ["parameter", "adamStep"], "draw-order": ["uniform", "normal"],
  ]

  @Test(arguments: ["ch03-dcgan-cifar10", "ch06-progan-training"])
  func `every planted fault is found where it was planted, and the operation is named`(program: String) throws {
    let clean = try trace(program, "clean").trace
    // A run of chapter 3 so short has few sums whose order matters, and fewer parameters.
    let isShort = program == "ch03-dcgan-cifar10"
    let faults = [
      "epsilon:1", "epsilon:3", "epsilon:8", "sum-order:1", "sum-order:4", "sum-order:\(isShort ? 2 : 15)",
      "flipped-bit:2", "flipped-bit:\(isShort ? 45 : 70)", "draw-order:1", "draw-order:6",
    ]
    for fault in faults {
      let faulty = try trace(program, "faulty", ["--fault", fault])
      let name = try #require(fault.split(separator: ":").first.map(String.init))
      let announced = try #require(
        faulty.errors.firstMatch(of: /planted \S+ in entry (\d+)/)?.1, "\(fault) struck nowhere")
      let comparison = try TraceComparison(clean, faulty.trace)
      let difference = try #require(comparison.difference, "\(fault) makes no difference")
      // Behind the value that a parameter is given, if that is an entry of its own.
      let places = [Int(announced), Int(announced).map { name == "flipped-bit" ? $0 + 1 : $0 }]
      #expect(places.contains(difference.place.entry), "\(fault): \(comparison.text)")
      #expect(difference.kind == .output(0), "\(fault): \(comparison.text)")
      let found = try #require(difference.first?.name)
      #expect(Self.operations[name]?.contains(found) == true, "\(fault): \(comparison.text)")
    }
  }

  @Test func `two runs of one program do not differ, whatever computes them`() throws {
    let machines =
      InstructionSet.current == .v4
      ? ["BOOK_ISA=v3 --threads 1", "BOOK_ISA=v4 --threads 3"] : ["--threads 1", "--threads 3"]
    let outcome = try book(
      "bisect", "03", "--first", machines[0], "--second", machines[1], "--scratch", folder("scratch"), "--",
      "--iterations", "1", "--act", "repaired")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("no difference in "))
  }

  @Test func `a flipped bit of a weight is shown with its index, both values and their distance`() throws {
    let outcome = try book(
      "bisect", "06", "--second", "--fault flipped-bit:5", "--scratch", folder("scratch"), "--", "--iterations", "1")
    #expect(outcome.code == 1, "\(outcome.errors)")
    let expected = [
      "first difference: parameter Generator.", "its inputs agree, its output does not", "output 0: 1 of ", "1 ULP",
    ]
    for part in expected { #expect(outcome.output.contains(part), "\(part) in \(outcome.output)") }
    #expect(!outcome.output.contains("made other values when it was run again"), "\(outcome.output)")
  }

  @Test func `other kernels are found at the first convolution`() throws {
    let outcome = try book(
      "bisect", "03", "--second", "--kernels openblas", "--scratch", folder("scratch"), "--", "--iterations", "1",
      "--act", "repaired")
    #expect(outcome.code == 1, "\(outcome.errors)")
    #expect(outcome.output.contains("first difference: convolution: its inputs agree"), "\(outcome.output)")
    #expect(outcome.output.contains("in the layer Discriminator.GAN_Discriminator.0"), "\(outcome.output)")
  }

  @Test func `traces that are there are compared, and their runs made again for the values`() throws {
    _ = try trace("ch06-progan-training", "a")
    _ = try trace("ch06-progan-training", "b", ["--fault", "sum-order:3"])
    let outcome = try book("bisect", folder("a"), folder("b"), "--scratch", folder("scratch"))
    #expect(outcome.code == 1, "\(outcome.errors)")
    #expect(outcome.output.contains("first difference: sum: its inputs agree"), "\(outcome.output)")
    #expect(outcome.output.contains("output 0: "), "\(outcome.output)")
    let same = try book("bisect", folder("a"), folder("a"), "--scratch", folder("scratch"))
    #expect(same.code == 0)
  }

  @Test func `what is no whole trace, or of another chapter, is one error and exit code 2`() throws {
    _ = try trace("ch06-progan-training", "a")
    _ = try trace("ch03-dcgan-cifar10", "other")
    let bytes = try FileSystem.read(folder("a"))
    try Data(bytes.prefix(bytes.count - 9)).write(to: URL(filePath: folder("cut")))
    try Data("hello".utf8).write(to: URL(filePath: folder("text")))
    for (name, part) in [
      ("cut", "the run was killed"), ("text", "expected a trace"), ("other", "03-dcgan-cifar10"),
      ("absent", "readable file"),
    ] {
      let outcome = try book("bisect", folder("a"), folder(name))
      #expect(outcome.code == 2 && outcome.output.isEmpty, "\(name): \(outcome.output)")
      #expect(outcome.errors.contains(part) && outcome.errors.contains(folder(name)), "\(name): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
  }

  @Test func `a run that is killed leaves a trace that is told from a whole one`() throws {
    let killed = try ChildProcess.run(
      "ch03-dcgan-cifar10",
      ["--iterations", "100000", "--act", "repaired", "--out", folder("out"), "--trace", folder("killed")],
      killAfter: 6, signal: SIGKILL)
    #expect(killed.code == 9)
    let error = #expect(throws: FileError.self) { try TraceFile(contentsOf: folder("killed")) }
    #expect(error?.defect == .truncated)
  }

  @Test func `layers are held against those of another program, and the first that differs is named`() throws {
    let layers = folder("layers.safetensors")
    let made = try ChildProcess.run(
      "ch03-dcgan-cifar10",
      ["--act", "repaired", "--out", folder("out"), "--trace-layers", layers, "--trace-layers-count", "20"])
    #expect(made.code == 0, "\(made.errors)")
    let arguments = [
      "bisect", "03", "--reference", "--layers", layers, "--layer-count", "20", "--scratch", folder("scratch"),
    ]
    let same = try ChildProcess.run("book", arguments + ["--", "--act", "repaired"], in: Repository.root.path)
    #expect(same.code == 0, "\(same.errors)")
    #expect(same.output.contains("no difference in the outputs of 20 layers"), "\(same.output)")
    let other = try ChildProcess.run(
      "book", arguments + ["--", "--act", "repaired", "--fault", "epsilon:2"], in: Repository.root.path)
    #expect(other.code == 0, "an epsilon of 2e-5 is within the tolerance: \(other.output)")
    let sharp = try ChildProcess.run(
      "book", arguments + ["--tolerance", "1e-7", "--", "--act", "repaired", "--fault", "epsilon:2"],
      in: Repository.root.path)
    #expect(sharp.code == 1, "\(sharp.errors)")
    #expect(sharp.output.contains("first difference: Discriminator.GAN_Discriminator.6"), "\(sharp.output)")
  }
}
