import Files
import Foundation
import Goldens
import TensorFiles
import Tensors
import TestSupport
import Testing

/// `book check --profile full` and `book bless --profile full` as a user runs them, on a chapter whose whole run takes
/// no time.
@Suite struct LedgerEndToEnd {
  private let folder: TemporaryFolder
  private var goldens: String { folder("goldens/99-fake/full") }
  private var runLedgers: String { folder("out/99-fake-full/ledger") }

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder("goldens"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Repository.sample("99-fake", of: "Goldens").path, toPath: folder("goldens/99-fake"))
  }

  private func book(_ arguments: String..., environment: [String: String] = [:]) throws -> ChildProcess.Outcome {
    let place = arguments[0] == "bless" ? ["--runs", folder("out")] : ["--scratch", folder("out/check")]
    return try ChildProcess.run(
      "book", arguments + ["--profile", "full", "--goldens", folder("goldens")] + place, environment: environment)
  }

  private func run(_ arguments: String...) throws {
    let outcome = try ChildProcess.run(
      "ch99-fake", ["--profile", "full", "--out", folder("out/99-fake-full"), "--overwrite"] + arguments)
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  private func blessed() throws {
    try run()
    #expect(try book("bless", "99", "--yes").code == 0)
  }

  /// Changes a golden ledger as whoever knows its format would, so that it fits itself.
  private func forge(_ change: (inout Ledger) -> Void) throws {
    var ledger = try Ledger(readingFrom: goldens, act: "first")
    change(&ledger)
    try ledger.write(to: goldens)
  }

  @Test func `without a ledger the check says how to make one, and ends with 2`() throws {
    for outcome in [try book("check", "99"), try book("check")] {
      #expect(outcome.code == 2 && outcome.errors.contains("there is no ledger yet"), "\(outcome)")
    }
    let bless = try book("bless", "99", "--yes")
    #expect(bless.code == 2 && bless.errors.contains("holds no ledger"), "\(bless)")
  }

  @Test func `a whole run is blessed, then any stretch of it holds`() throws {
    try blessed()
    #expect(try Ledger(readingFrom: goldens, act: "first").programs.isEmpty)
    let all = try book("check")
    #expect(
      all.code == 0 && all.output.contains("99-fake second: lines 1 to 12 of 12, the states of epoch 1 to epoch 3"),
      "\(all)")
    let epoch = try book("check", "99", "--act", "first", "--epochs", "1")
    #expect(
      epoch.code == 0 && epoch.output.contains("lines 1 to 4 of 12, epoch 1's state")
        && !epoch.output.contains("second"))
    let lines = try book("check", "99", "--iterations", "3")
    #expect(lines.code == 0 && lines.output.contains("lines 1 to 3 of 12, no epoch's end among them"), "\(lines)")
    #expect(try book("bless", "99", "--yes").output.contains("nothing to change"))
    for (option, value) in [("--epochs", "4"), ("--iterations", "13"), ("--act", "third"), ("--epochs", "0")] {
      #expect(try book("check", "99", option, value).code == 2)
    }
  }

  @Test(arguments: [
    ("ledgerLine", "line 7: the ledger says \"[2/3][2/4] loss: 6\", the run found \"[2/3][2/4] loss: 0\""),
    ("ledgerState", "epoch 2: the ledger says state "),
    // The chapter does not look itself, or stops before the end and says that all is well.
    ("ledgerSilent", "line 7: the ledger says"), ("ledgerEnd", "line 12: the ledger says"),
  ])
  func `a run that is not as its ledger says ends with 1 and names the first place`(fault: String, words: String) throws
  {
    try run()
    // The golden ledger's own arguments plant the fault when the run is made again.
    var ledger = try Ledger(readingFrom: runLedgers, act: "first")
    ledger = ledger.with(arguments: ["--act", "first", "--go-wrong", fault])
    try ledger.write(to: goldens)
    let outcome = try book("check", "99")
    #expect(outcome.code == 1 && outcome.output.contains(words), "\(outcome)")
    let before = try book("check", "99", "--iterations", "5")
    #expect(before.code == (fault == "ledgerEnd" ? 1 : 0), "\(before)")
  }

  @Test func `an edited line, an edited digest, a missing epoch of a ledger that fits itself are named`() throws {
    try blessed()
    try forge { $0 = $0.rebuilt { $0[4] = "[2/3][0/4] loss: 5" } }
    var outcome = try book("check", "99", "--act", "first")
    #expect(outcome.code == 1 && outcome.output.contains("first, line 5: the ledger says"), "\(outcome)")
    try blessed()
    try forge { ledger in
      let old = ledger.epochs[1]
      ledger.epochs[1] = .init(
        number: 2, iteration: old.iteration, lines: old.lines, state: String(repeating: "0", count: 64))
    }
    outcome = try book("check", "99", "--act", "first")
    #expect(outcome.code == 1 && outcome.output.contains("first, epoch 2: the ledger says state 000"), "\(outcome)")
    try blessed()
    try forge { $0.epochs.removeLast() }
    outcome = try book("check", "99", "--act", "first", "--iterations", "2")
    #expect(outcome.code == 1 && outcome.output.contains("a last one that ends the run at iteration 12"), "\(outcome)")
  }

  @Test func `a digest edited by hand is caught even where the stretch does not reach it`() throws {
    try blessed()
    let path = Ledger.indexPath(goldens, "first")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let state = try #require(try Ledger(readingFrom: goldens, act: "first").epochs.last?.state)
    try text.replacing(state, with: String(state.reversed())).write(toFile: path, atomically: true, encoding: .utf8)
    let outcome = try book("check", "99", "--iterations", "1")
    #expect(outcome.code == 1 && outcome.output.contains("changed since it was written"), "\(outcome)")
  }

  @Test func `bless refuses in CI, without an answer, for part of a run and for one with options of its own`() throws {
    try run()
    let inCI = try book("bless", "99", "--yes", environment: ["CI": "true"])
    #expect(inCI.code == 2 && inCI.errors.contains("CI"))
    #expect(try book("bless", "99").code == 2)
    #expect(try Ledger.acts(in: goldens).isEmpty)
    try run("--iterations", "8")
    let part = try book("bless", "99", "--yes")
    #expect(part.code == 1 && part.output.contains("the run is at iteration 8 of 12"), "\(part)")
    try run("--seed", "3")
    let other = try book("bless", "99", "--yes")
    #expect(other.code == 1 && other.output.contains("the run was made with --seed 3"), "\(other)")
    #expect(try Ledger.acts(in: goldens).isEmpty)
  }

  @Test func `bless refuses, by name, a run of which one stretch was made by other sources`() throws {
    try run()
    var ledger = try Ledger(readingFrom: runLedgers, act: "first")
    let stretch = ledger.stretches[0]
    let stamp = try #require(ledger.programs.values.first.flatMap(BuildStamp.init))
    var files = stamp.files
    let changed = try #require(files.keys.sorted().first { $0.hasPrefix("Sources/Tensors/") })
    files[changed] = String(repeating: "0", count: 64)
    let old = BuildStamp(root: stamp.root, folders: stamp.folders, files: files)
    ledger.programs[old.digest] = old.text
    ledger.stretches = [stretch.part(0, 5, old.digest), stretch.part(5, 12, stamp.digest)]
    try ledger.write(to: runLedgers)
    let outcome = try book("bless", "99", "--act", "first", "--yes")
    #expect(
      outcome.code == 1 && outcome.output.contains("since its iterations 0 to 5 were made, \(changed) changed"),
      "\(outcome)")
    // Nor one that does not say.
    ledger.programs[old.digest] = nil
    try ledger.write(to: runLedgers)
    #expect(try book("bless", "99", "--act", "first", "--yes").output.contains("it does not say what program made"))
    #expect(try Ledger.acts(in: goldens).isEmpty)
  }

  @Test func `a run that replaces another ledger says where it first differs`() throws {
    try blessed()
    try forge { $0 = $0.rebuilt { $0[4] = "[2/3][0/4] loss: 5" } }
    let outcome = try book("bless", "99", "--act", "first", "--yes")
    #expect(outcome.code == 0 && outcome.output.contains("first at line 5"), "\(outcome)")
    #expect(try book("check", "99").code == 0)
  }

  @Test func `options of the one profile are refused with the other`() throws {
    #expect(try book("check", "--entry", "x").code == 2)
    #expect(try book("check", "--recorded").code == 2)
    #expect(try ChildProcess.run("book", ["check", "--iterations", "3"]).code == 2)
    #expect(try ChildProcess.run("book", ["bless", "--act", "first"]).code == 2)
  }

  // MARK: - What a run has learned

  private var weights: String {
    get throws {
      let names = try FileManager.default.contentsOfDirectory(atPath: goldens)
      return goldens + "/" + (try #require(names.first { $0.hasSuffix(".safetensors.zst") }))
    }
  }

  @Test func `weights are blessed with their ledger, and made again they hold`() throws {
    try blessed()
    let kept = try TrainedWeights(readingFrom: goldens, act: "second")
    #expect(kept.file.entries.map(\.name) == ["weights"] && kept.file.entries[0].values == [1, 2, 3])
    #expect(try weights.hasSuffix("second-\(kept.ledger.epochs[2].state.prefix(12)).safetensors.zst"))
    #expect(try book("check", "99").code == 0)
  }

  @Test func `a check that is resumed is one of the sources as they are, and of the whole run`() throws {
    try blessed()
    #expect(try book("check", "99", "--resume").code == 0)
    for option in ["--epochs", "--iterations"] {
      let refused = try book("check", "99", "--resume", option, "1")
      #expect(refused.code == 2 && refused.errors.contains("--resume and \(option)"), "\(refused)")
    }
    let quick = try ChildProcess.run("book", ["check", "99", "--resume", "--goldens", folder("goldens")])
    #expect(quick.code == 2 && quick.errors.contains("--resume: expected --profile full"), "\(quick)")
  }

  @Test func `a check of a stretch leaves the whole run where it is, to be gone on with`() throws {
    try blessed()
    #expect(try book("check", "99").code == 0)
    func lines() throws -> Int {
      try Ledger(readingFrom: folder("out/check/99-fake/full/first/ledger"), act: "first").lines.count
    }
    let whole = try lines()
    #expect(whole > 1)
    #expect(try book("check", "99", "--iterations", "1").code == 0)
    #expect(try lines() == whole)
    #expect(try book("check", "99", "--resume").code == 0)
  }

  @Test func `weights with one flipped bit are named before anything runs, whatever stretch is asked for`() throws {
    try blessed()
    let path = try weights
    var bytes = try FileSystem.read(path)
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: URL(filePath: path))
    let outcome = try book("check", "99", "--iterations", "1")
    #expect(outcome.code == 1 && outcome.output.contains("damaged") && outcome.output.contains(path), "\(outcome)")
    #expect(!outcome.errors.contains("running"))
  }

  @Test func `a flipped bit under a sound compression is named as well`() throws {
    try blessed()
    let path = try weights
    var content = try Zstd.decompress(FileSystem.read(path), file: path)
    content[content.count - 1] ^= 1
    try Data(Zstd.compress(content)).write(to: URL(filePath: path))
    let outcome = try book("check", "99", "--iterations", "1")
    #expect(outcome.code == 1 && outcome.output.contains("expected SHA-256"), "\(outcome)")
  }

  @Test func `other weights under the same ledger do not hold at the run's end`() throws {
    try blessed()
    let kept = try TrainedWeights(readingFrom: goldens, act: "second")
    let other = try TensorFile.Entry(name: "weights", tensor: Tensor([1, 2, 3.5], shape: [3]))
    try TrainedWeights([other], of: kept.ledger).write(to: goldens)
    #expect(try book("check", "99", "--act", "second", "--iterations", "11").code == 0)
    let outcome = try book("check", "99", "--act", "second")
    #expect(outcome.code == 1 && outcome.output.contains("second: the weights, at weights"), "\(outcome)")
  }

  @Test func `where the ledger is kept already, bless takes the weights alone`() throws {
    try blessed()
    var ledger = try Ledger(readingFrom: goldens, act: "second")
    ledger.weights = nil
    try ledger.write(to: goldens)
    #expect(throws: FileError.self) { try TrainedWeights(readingFrom: goldens, act: "second") }
    let outcome = try book("bless", "99", "--yes")
    #expect(
      outcome.code == 0 && outcome.output.contains("99-fake first: nothing to change")
        && outcome.output.contains("second: the ledger is the golden one; weights")
        && outcome.output.contains("are new"),
      "\(outcome)")
    #expect(try TrainedWeights(readingFrom: goldens, act: "second").file.entries[0].values == [1, 2, 3])
    try run("--go-wrong", "ledgerWeights")
    let refused = try book("bless", "99", "--yes")
    #expect(refused.code == 1 && refused.output.contains("second: refused, one run cannot"), "\(refused)")
    #expect(try TrainedWeights(readingFrom: goldens, act: "second").file.entries[0].values == [1, 2, 3])
  }

  @Test func `weights that a run does not make again do not hold`() throws {
    try blessed()
    let kept = try TrainedWeights(readingFrom: goldens, act: "second")
    let more = try TensorFile.Entry(name: "more", tensor: Tensor([1], shape: [1]))
    try TrainedWeights(kept.file.entries + [more], of: kept.ledger).write(to: goldens)
    let outcome = try book("check", "99", "--act", "second")
    #expect(outcome.code == 1 && outcome.output.contains("second: the weights, at more"), "\(outcome)")
  }

  @Test func `damaged weights are blessed anew`() throws {
    try blessed()
    try FileSystem.remove(weights)
    var ledger = try Ledger(readingFrom: goldens, act: "second")
    ledger.weights = String(repeating: "0", count: 64)
    try ledger.write(to: goldens)
    let outcome = try book("bless", "99", "--yes")
    #expect(outcome.code == 0 && outcome.output.contains("replace"), "\(outcome)")
    #expect(try TrainedWeights(readingFrom: goldens, act: "second").file.entries[0].values == [1, 2, 3])
  }

  @Test func `a ledger that replaces another one takes its weights away`() throws {
    try blessed()
    let before = try weights
    var ledger = try Ledger(readingFrom: goldens, act: "second")
    ledger.epochs[2] = .init(
      number: 3, iteration: 12, lines: ledger.epochs[2].lines, state: String(repeating: "0", count: 64))
    ledger.weights = nil
    try ledger.write(to: goldens)
    #expect(!FileManager.default.fileExists(atPath: before))
  }

}

extension Ledger {
  fileprivate func with(arguments: [String]) -> Ledger {
    var copy = Ledger(
      chapter: chapter, act: act, arguments: arguments, settings: settings, iterations: iterations)
    (copy.lines, copy.epochs, copy.stretches) = (lines, epochs, stretches)
    return copy
  }

  /// With other lines, and the epochs' hashes of them.
  fileprivate func rebuilt(_ change: (inout [String]) -> Void) -> Ledger {
    var copy = self
    change(&copy.lines)
    var start = 0
    copy.epochs = epochs.map { epoch in
      defer { start = epoch.iteration }
      return Epoch(
        stage: epoch.stage, number: epoch.number, iteration: epoch.iteration,
        lines: Digest.of(lines: Array(copy.lines[start..<epoch.iteration])), state: epoch.state)
    }
    return copy
  }
}

extension Ledger.Stretch {
  fileprivate func part(_ start: Int, _ end: Int, _ program: String) -> Ledger.Stretch {
    Ledger.Stretch(start: start, end: end, program: program, seconds: seconds, threads: threads, processor: processor)
  }
}
