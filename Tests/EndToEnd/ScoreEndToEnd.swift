import Checkpoints
import Foundation
import Inception
import TensorFiles
import TestSupport
import Testing
import TorchRandom

/// `book score` as a user runs it, with weights drawn from a seed.
@Suite(.serialized) struct ScoreEndToEnd {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let drawn = try ChildProcess.run(
      "book", ["portraits", "--count", "5", "--size", "32", "--out", folder("pictures")])
    #expect(drawn.code == 0, "\(drawn)")
  }

  private func writeWeights() throws -> String {
    var file = try TensorFile()
    try file.append(Inception3(variant: .torchvision, random: TorchGenerator(seed: 0)))
    try file.writeSafetensors(to: folder("weights.safetensors"))
    return folder("weights.safetensors")
  }

  private func score(_ arguments: String...) throws -> ChildProcess.Outcome {
    try ChildProcess.run("book", ["score"] + arguments)
  }

  @Test func `a score is printed with its protocol, and saved as JSON and rows`() throws {
    let weights = try writeWeights()
    let outcome = try score(
      "inception", folder("pictures"), "--weights", weights, "--splits", "2", "--batch", "2", "--json",
      folder("o.json"),
      "--save-logits", folder("l.npy"), "--save-features", folder("f.npy"))
    #expect(outcome.code == 0, "\(outcome)")
    for text in [
      "Inception Score: 1.0", "5 in \(folder("pictures")), by name", "Inception v3 (torchvision)",
      "2 splits (numpy.array_split)",
      "shorter side to 342",
    ] { #expect(outcome.output.contains(text), "\(text): \(outcome.output)") }
    #expect(try TensorFile(contentsOf: folder("l.npy")).entries[0].shape == [5, 1000])
    #expect(try TensorFile(contentsOf: folder("f.npy")).entries[0].shape == [5, 2048])
    #expect(try String(contentsOfFile: folder("o.json"), encoding: .utf8).contains("\"splits\": 2"))
    let distance = try score("fid", folder("pictures"), folder("pictures"), "--weights", weights)
    #expect(distance.code == 0 && distance.output.contains("Fréchet Inception Distance: 0.0000\n"), "\(distance)")
  }

  @Test func `the book's own classifier scores without any download, under names of its own`() throws {
    for arguments in [["classifier", folder("pictures")], ["inception", folder("pictures"), "--classifier"]] {
      let outcome = try ChildProcess.run("book", ["score"] + arguments + ["--splits", "1"])
      #expect(outcome.code == 0 && outcome.output.contains("Classifier score: "), "\(outcome)")
      #expect(outcome.output.contains("chapter 7's classifier") && !outcome.output.contains("Inception"), "\(outcome)")
    }
    let distance = try score("frechet-classifier", folder("pictures"), folder("pictures"))
    #expect(distance.code == 0 && distance.output.contains("Fréchet classifier distance: 0.0000\n"), "\(distance)")
    let saved = try score(
      "frechet-classifier", folder("pictures"), folder("pictures"), "--save-features", folder("a.npy"),
      folder("b.npy"))
    #expect(saved.code == 0, "\(saved)")
    let rows = try ["a.npy", "b.npy"].map { try TensorFile(contentsOf: folder($0)).entries[0] }
    #expect(rows[0].shape[0] == 5 && rows[0].bytes == rows[1].bytes)
    let single = try score("kid", folder("pictures"), folder("pictures"), "--save-features", folder("c.npy"))
    #expect(single.code == 2 && single.errors.contains("--save-features: expected two files"), "\(single)")
    // Wherever it is started, it finds the weights that it came with.
    let elsewhere = try ChildProcess.run(
      "book", ["score", "classifier", folder("pictures"), "--splits", "1"], in: folder.path)
    #expect(elsewhere.code == 0, "\(elsewhere)")
    let without = try score("fid", folder("pictures"), folder("pictures"))
    #expect(without.code == 2 && without.errors.contains("book fetch inception"), "\(without)")
    #expect(without.errors.contains("--classifier"))
    let wrong = try score("classifier", folder("pictures"), "--weights", writeWeights())
    #expect(wrong.code == 2 && wrong.errors.contains("the state of chapter 7's classifier"), "\(wrong)")
  }

  @Test func `what cannot be scored is one clear error, exit code 2, and nothing is written`() throws {
    let weights = try writeWeights()
    try FileManager.default.createDirectory(atPath: folder("empty"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: folder("pictures"), toPath: folder("damaged"))
    try "no picture".write(toFile: folder("damaged/00000.png"), atomically: true, encoding: .utf8)
    try "no weights".write(toFile: folder("text.pth"), atomically: true, encoding: .utf8)
    for (arguments, message) in [
      (["inception", folder("empty")], "at least one .png, .jpg or .jpeg file, found none"),
      (["inception", folder("absent")], "expected a folder of pictures"),
      (["inception", folder("damaged")], "damaged/00000.png"),
      (["inception", folder("pictures"), "--splits", "6"], "at least 6 pictures for 6 splits, found 5"),
      (["inception", folder("pictures"), "--splits", "0"], "--splits 0"),
      (["inception", folder("pictures"), "--json", "/nowhere/o.json"], "/nowhere/o.json"),
      (["kid", folder("pictures"), folder("pictures"), "--subset-size", "6"], "found 5"),
    ] {
      let outcome = try ChildProcess.run(
        "book",
        ["score"] + arguments
          + ["--weights", weights, "--save-logits", folder("l.npy")].prefix(arguments[0] == "kid" ? 2 : 4))
      #expect(outcome.code == 2 && outcome.errors.contains(message), "\(arguments): \(outcome)")
      #expect(!FileManager.default.fileExists(atPath: folder("l.npy")))
    }
    let other = try score("inception", folder("pictures"), "--weights", folder("text.pth"))
    #expect(other.code == 2 && other.errors.contains("text.pth"), "\(other)")
  }
}
