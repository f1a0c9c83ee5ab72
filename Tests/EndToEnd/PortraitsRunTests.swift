import Foundation
import Goldens
import TestSupport
import Testing

/// Chapter 6's whole run on portraits, on so few of them that an epoch has two iterations: its ledger and what it
/// learned are the same however it was made.
@Suite(.serialized) struct PortraitsRunTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// 34 portraits: at 4 and 8 px a batch of 32 and one of 2, then two of 16 and one of 2.
  private func arguments(_ out: String, _ others: [String]) -> [String] {
    ["--profile", "full", "--act", "portraits", "--pictures", "34", "--epochs", "1,2,1", "--out", folder(out)] + others
  }

  @discardableResult
  private func run(_ out: String, _ others: String...) throws -> ChildProcess.Outcome {
    let outcome = try ChildProcess.run("ch06-progan-training", arguments(out, others))
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome
  }

  private func ledger(_ out: String) throws -> Ledger {
    try Ledger(readingFrom: folder("\(out)/ledger"), act: "portraits")
  }

  @Test func `it has a line for each iteration and an epoch's state for each resolution's epochs`() throws {
    try run("out", "--threads", "1")
    let made = try ledger("out")
    #expect(made.iterations == 9 && made.isComplete && made.lines[0].hasPrefix("[step 0][1/1][0/2] Loss_C:"))
    #expect(
      made.epochs.map { "\($0.name) at \($0.iteration)" }
        == ["epoch 1 of 4 px at 2", "epoch 1 of 8 px at 4", "epoch 2 of 8 px at 6", "epoch 1 of 16 px at 9"])
    #expect(made.departures == ["--epochs 1,2,1", "--pictures 34"])
    try run("other", "--threads", "2", "--log-every", "4")
    #expect(try ledger("other").digest == made.digest && ledger("other").weights == made.weights)
  }

  @Test func `the run without growing is at 32 px from its first iteration on, and interrupted it is the same`() throws
  {
    func run(_ out: String, _ others: String...) throws {
      let outcome = try ChildProcess.run(
        "ch06-progan-training",
        ["--profile", "full", "--act", "without-growing", "--pictures", "34", "--out", folder(out)] + others)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    try run("whole", "--threads", "1")
    let whole = try Ledger(readingFrom: folder("whole/ledger"), act: "without-growing")
    #expect(whole.isComplete && whole.epochs.allSatisfy { $0.stage == "32 px" })
    #expect(whole.lines.allSatisfy { $0.hasPrefix("[step 3]") && $0.hasSuffix("alpha: 1.000000") })
    // 9 epochs of 32 px, and for the 2, 3 and 5 of smaller sizes 1.5 more, counted in pixels that go through blocks.
    #expect(whole.epochs.count == 11)
    try run("cut", "--iterations", "4")
    try run("cut", "--resume")
    let cut = try Ledger(readingFrom: folder("cut/ledger"), act: "without-growing")
    #expect(cut.digest == whole.digest && cut.weights == whole.weights && cut.stretches.count == 2)
  }

  @Test func `interrupted and resumed, and from a kept epoch, it makes the same ledger and the same weights`() throws {
    try run("whole", "--keep-epochs")
    let whole = try ledger("whole")
    try run("cut", "--iterations", "5")
    #expect(try !ledger("cut").isComplete)
    try run("cut", "--resume")
    #expect(try ledger("cut").digest == whole.digest && ledger("cut").weights == whole.weights)
    let kept = folder("whole/8px-epoch-01.safetensors")
    try run("from", "--from", kept, "--ledger", folder("whole/ledger"))
    #expect(try ledger("from").digest == whole.digest)
    var edited = whole
    let third = edited.epochs[2]
    edited.epochs[2] = .init(
      stage: third.stage, number: third.number, iteration: third.iteration, lines: third.lines,
      state: String(repeating: "0", count: 64))
    edited.weights = nil
    try edited.write(to: folder("whole/ledger"))
    let differs = try ChildProcess.run(
      "ch06-progan-training", arguments("from2", ["--from", kept, "--ledger", folder("whole/ledger")]))
    #expect(differs.code == 1 && differs.errors.contains("epoch 2 of 8 px"), "\(differs.errors)")
  }

  @Test func `its learned generator is drawn from, and options that make no sense beside it are refused`() throws {
    try run("out")
    let kept = try TrainedWeights(readingFrom: folder("out/ledger"), act: "portraits")
    #expect(kept.file.metadata["step"] == "2" && kept.file.metadata["channels"] == "32")
    #expect(
      kept.file.entries.map(\.name).filter { $0.hasPrefix("growth/") } == ["growth/4px", "growth/8px", "growth/16px"])
    let goldens = folder("package/goldens/06-progan-training")
    try FileManager.default.createDirectory(atPath: goldens, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: folder("out/ledger"), toPath: goldens + "/full")
    try "".write(toFile: folder("package/Package.swift"), atomically: true, encoding: .utf8)
    let program = ChildProcess.buildFolder.appending(path: "ch06-progan-training").path
    let drawn = try ChildProcess.run(
      "/bin/sh", ["-c", "cd '\(folder("package"))' && exec '\(program)' sample --trained --count 3 --out s"],
      isBuilt: false)
    #expect(drawn.code == 0 && drawn.output.contains("3 pictures of 16 px"), "\(drawn)")
    for (options, message) in [
      (["sample"], "--checkpoint or --trained"), (["--act", "portraits"], "--profile full"),
      (["--profile", "full", "--act", "portraits", "--data", "portraits"], "leave out --data"),
      (["--pictures", "34"], "--act beside it"), (["--from", kept.file.path], "--act beside it"),
    ] {
      let refused = try ChildProcess.run("ch06-progan-training", options)
      #expect(refused.code == 2 && refused.errors.contains(message), "\(options) \(refused)")
    }
  }
}
