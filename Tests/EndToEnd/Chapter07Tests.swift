import Foundation
import Goldens
import TensorFiles
import TestSupport
import Testing

/// Chapter 7's whole run, on so few photographs that an epoch has two iterations, and its options.
@Suite(.serialized) struct Chapter07Tests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// 130 photographs: a batch of 128 and one of 2.
  @discardableResult
  private func train(_ out: String, _ others: String..., code: Int32 = 0) throws -> ChildProcess.Outcome {
    let outcome = try ChildProcess.run(
      "ch07-scores", ["--profile", "full", "--pictures", "130", "--out", folder(out)] + others)
    #expect(outcome.code == code, "\(outcome.errors)")
    return outcome
  }

  private func ledger(_ out: String) throws -> Ledger {
    try Ledger(readingFrom: folder("\(out)/ledger"), act: "classifier")
  }

  @Test func `any number of threads and an interruption leave the same ledger and the same weights`() throws {
    try train("whole", "--threads", "1")
    let whole = try ledger("whole")
    #expect(
      whole.isComplete && whole.iterations == 16
        && whole.epochs.map(\.iteration) == Array(stride(from: 2, through: 16, by: 2)))
    #expect(whole.departures == ["--pictures 130"] && whole.weights != nil)
    #expect(whole.lines[0].hasPrefix("[1/8][0/2] Loss: 2."))
    try train("cut", "--threads", "2", "--iterations", "5")
    try train("cut", "--threads", "2", "--resume")
    let cut = try ledger("cut")
    #expect(cut.digest == whole.digest && cut.weights == whole.weights && cut.stretches.count == 2)
    let kept = try TrainedWeights(readingFrom: folder("whole/ledger"), act: "classifier")
    #expect(kept.file["readout.weight"]?.shape == [10, 128] && kept.file.entries.count == 6 + 6 * 5 + 2)
  }

  @Test func `held against a ledger it stops at the first line that differs`() throws {
    try train("whole")
    let own = try train("again", "--ledger", folder("whole/ledger"))
    #expect(!own.errors.contains("error"), "\(own)")
    let other = try train("other", "--ledger", folder("whole/ledger"), "--seed", "1", code: 1)
    #expect(other.errors.contains("seed"), "\(other)")
  }

  @Test func `an option without meaning here is refused by name`() throws {
    for (arguments, name) in [
      (["--data", "x"], "--data"), (["--answer", "4"], "--answer 4"), (["--pictures", "1"], "--pictures 1"),
      (["--from", "x"], "--from"), (["--profile", "full", "--from", "x", "--resume"], "--resume"),
    ] {
      let outcome = try ChildProcess.run("ch07-scores", arguments + ["--out", folder("out")])
      #expect(outcome.code == 2 && outcome.errors.contains(name), "\(outcome)")
    }
  }
}
