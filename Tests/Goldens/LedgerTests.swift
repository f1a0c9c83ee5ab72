import Files
import Foundation
import Goldens
import TestSupport
import Testing

/// Ledgers of whole runs: written, read back, held against runs; every change of one is found and named.
@Suite struct LedgerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let program = BuildStamp(
    root: "/here", folders: ["chapters/99-fake"], files: ["Package.swift": String(repeating: "a", count: 64)])

  private static func empty(seed: String = "0", departures: [String] = []) -> Ledger {
    Ledger(
      chapter: "99-fake", act: "first", arguments: ["--act", "first"], settings: ["seed": seed, "dtype": "float32"],
      iterations: 12, departures: departures)
  }

  /// A digest that stands for the state after an epoch.
  private static func state(_ number: Int) -> String { Digest.of(Array("state \(number)".utf8)) }

  /// Goes on to iteration `end` in epochs of four lines, two in a stage.
  private static func run(_ record: LedgerRecord, through end: Int = 12) throws {
    for iteration in record.ledger.lines.count..<end {
      try record.line("[\(iteration)] loss: \(1 / Double(iteration + 1))")
      if iteration % 4 == 3 {
        let epoch = iteration / 4
        try record.epoch(epoch % 2 + 1, stage: epoch < 2 ? "" : "large", state: state(epoch))
      }
    }
  }

  private static func made(through end: Int = 12, expected: Ledger? = nil) throws -> Ledger {
    let record = try LedgerRecord(empty(), program: program, threads: 1, expected: expected)
    try run(record, through: end)
    return record.current
  }

  // MARK: - Files

  @Test func `a ledger that was written is read back as it was`() throws {
    let ledger = try Self.made()
    try ledger.write(to: folder.path)
    #expect(try Ledger.acts(in: folder.path) == ["first"])
    #expect(try Ledger(readingFrom: folder.path, act: "first") == ledger)
    #expect(try Ledger.acts(in: folder("none")).isEmpty)
  }

  @Test func `a new ledger takes the place of an old one, log and all`() throws {
    try Self.made(through: 5).write(to: folder.path)
    try Self.made().write(to: folder.path)
    #expect(folder.names.count == 2)
    #expect(try Ledger(readingFrom: folder.path, act: "first").isComplete)
    try Ledger.remove("first", from: folder.path)
    #expect(folder.names.isEmpty)
  }

  /// Changes the ledger's index as a text and returns what reading it then says.
  private func read(after change: (String) -> String) throws -> String {
    try Self.made().write(to: folder.path)
    let before = try String(contentsOfFile: folder("first.json"), encoding: .utf8)
    let after = change(before)
    #expect(after != before)
    try after.write(toFile: folder("first.json"), atomically: true, encoding: .utf8)
    do {
      _ = try Ledger(readingFrom: folder.path, act: "first")
      return "read"
    } catch { return "\(error)" }
  }

  @Test func `a digest that was edited is found without a run`() throws {
    let found = try read { $0.replacing(Self.state(1), with: Self.state(7)) }
    #expect(found.contains("first.json, seal") && found.contains("it has been changed since it was written"))
  }

  @Test func `a setting, an argument, a stretch, a provenance that was edited is found`() throws {
    for (old, new) in [
      ("\"0\"", "\"1\""), ("--act", "--all"), ("/here", "/there"), ("\"threads\": 1", "\"threads\": 2"),
    ] {
      #expect(try read { $0.replacing(old, with: new) }.contains("seal"), "\(old)")
    }
  }

  @Test func `an epoch that is missing is named, in the middle and at the end`() throws {
    func withoutEpoch(_ number: Int) throws -> String {
      var ledger = try Self.made()
      ledger.epochs.remove(at: number)
      try ledger.write(to: folder.path)
      do {
        _ = try Ledger(readingFrom: folder.path, act: "first")
        return "read"
      } catch { return "\(error)" }
    }
    #expect(try withoutEpoch(0).contains("expected epoch 1, found epoch 2"))
    #expect(try withoutEpoch(1).contains("SHA-256"))
    #expect(
      try withoutEpoch(2).contains("expected a last one that ends the run at iteration 12, found one that ends at 8"))
  }

  @Test func `a line that was edited is named by its epoch, even where its own hash was edited too`() throws {
    var ledger = try Self.made()
    ledger.lines[5] = "[5] loss: 0"
    try ledger.write(to: folder.path)
    let error = #expect(throws: FileError.self) { try Ledger(readingFrom: folder.path, act: "first") }
    #expect(error?.place == "lines 5 to 8, epoch 2")
    #expect(error?.file.hasSuffix(".log.zst") == true)
  }

  @Test func `a log that is cut, of another ledger, or gone is refused`() throws {
    try Self.made().write(to: folder.path)
    let log = try #require(folder.names.first { $0.hasSuffix(".zst") })
    let bytes = try Data(contentsOf: URL(filePath: folder(log)))
    try bytes.dropLast(3).write(to: URL(filePath: folder(log)))
    #expect(defect { _ = try Ledger(readingFrom: folder.path, act: "first") } != nil)
    try Data(Zstd.compress(Array("a\n".utf8))).write(to: URL(filePath: folder(log)))
    #expect(defect { _ = try Ledger(readingFrom: folder.path, act: "first") } == .inconsistent)
    try FileManager.default.removeItem(atPath: folder(log))
    #expect(defect { _ = try Ledger(readingFrom: folder.path, act: "first") } == .cannotOpen)
  }

  @Test func `damaged indices are refused with a FileError, never with a crash`() throws {
    try Self.made().write(to: folder.path)
    let index = try FileSystem.read(folder("first.json"))
    let log = try FileSystem.read(folder(try #require(folder.names.first { $0.hasSuffix(".zst") })))
    var mutator = Mutator(seed: 17)
    for _ in 0..<2_000 {
      let mutated = mutator.mutated(index)
      do {
        let read = try Ledger(index: mutated, path: "i", log: log, logPath: "l")
        // Only what JSON does not tell apart may pass.
        #expect(try read == Self.made())
      } catch { #expect(error is FileError) }
    }
    for _ in 0..<500 {
      do { _ = try Ledger(index: index, path: "i", log: mutator.mutated(log), logPath: "l") } catch {
        #expect(error is FileError)
      }
    }
  }

  // MARK: - Holding a run against it

  @Test func `any beginning of the run holds, at an epoch's end and between`() throws {
    let golden = try Self.made()
    for end in 1...12 { #expect(try golden.difference(from: Self.made(through: end), through: end) == nil) }
  }

  @Test func `a run that stopped early, or went on, does not hold`() throws {
    let golden = try Self.made()
    #expect(try golden.difference(from: Self.made(through: 6), through: 7)?.place == "line 7")
    #expect(try golden.difference(from: Self.made(through: 8), through: 7)?.place == "line 8")
    #expect(try golden.difference(from: Self.empty(), through: 1)?.found == "no such line")
  }

  @Test func `the first line, state or epoch that differs is named`() throws {
    let golden = try Self.made()
    var run = golden
    run.lines[6] = "other"
    #expect(golden.difference(from: run, through: 12)?.place == "line 7")
    run = golden
    run.epochs[1] = .init(stage: "", number: 2, iteration: 8, lines: run.epochs[1].lines, state: Self.state(9))
    let difference = golden.difference(from: run, through: 12)
    #expect(difference?.place == "epoch 2" && difference?.found == "state \(Self.state(9))")
    #expect("\(try #require(difference))".hasPrefix("99-fake first, epoch 2: the ledger says state"))
    run = golden
    run.epochs.removeLast()
    #expect(golden.difference(from: run, through: 12)?.expected == "the end of epoch 1 of large")
    run = golden
    run.epochs.append(.init(stage: "large", number: 2, iteration: 13, lines: Self.state(0), state: Self.state(0)))
    #expect(golden.difference(from: run, through: 12)?.expected == "no such epoch by iteration 12")
    run = Self.empty(seed: "1")
    #expect(golden.difference(from: run, through: 1)?.place == "setting seed")
  }

  @Test func `a run that is held against a ledger ends at the first difference`() throws {
    let golden = try Self.made()
    _ = try Self.made(expected: golden)
    var changed = golden
    changed.lines[2] = "other"
    let line = #expect(throws: LedgerDifference.self) { try Self.made(expected: changed) }
    #expect(line?.place == "line 3")
    changed = golden
    changed.epochs[0] = .init(stage: "", number: 1, iteration: 4, lines: golden.epochs[0].lines, state: Self.state(5))
    let epoch = #expect(throws: LedgerDifference.self) { try Self.made(expected: changed) }
    #expect(epoch?.place == "epoch 1")
    let seed = #expect(throws: LedgerDifference.self) {
      try LedgerRecord(Self.empty(seed: "4"), program: Self.program, threads: 1, expected: golden)
    }
    #expect(seed?.place == "setting seed")
    #expect(throws: LedgerDifference.self) { try Self.made(expected: Self.made(through: 8)) }
  }

  // MARK: - Interruptions

  @Test(arguments: 0...12) func `interrupted anywhere and resumed, the ledger is the same`(cut: Int) throws {
    let saved = try Self.made(through: cut).contents(level: 3)
    let record = try LedgerRecord(Self.empty(), program: Self.program, threads: 2)
    try record.resume(index: saved.index, log: saved.log, path: "checkpoint")
    try Self.run(record)
    let (whole, resumed) = (try Self.made(), record.current)
    #expect(resumed.digest == whole.digest && resumed.lines == whole.lines && resumed.epochs == whole.epochs)
    #expect(
      resumed.stretches.map(\.end)
        == [cut, 12].filter { $0 > 0 }.reduce(into: []) { if $0.last != $1 { $0.append($1) } })
    #expect(resumed.stretches.first?.start == 0)
  }

  @Test func `the programs of all stretches are carried along, and departures are never lost`() throws {
    let first = try LedgerRecord(Self.empty(departures: ["--k 2"]), program: Self.program, threads: 1)
    try Self.run(first, through: 3)
    let saved = try first.current.contents(level: 3)
    let other = BuildStamp(
      root: "/there", folders: ["chapters/99-fake"], files: ["Package.swift": String(repeating: "b", count: 64)])
    let record = try LedgerRecord(Self.empty(), program: other, threads: 1)
    #expect(record.otherPrograms == nil)
    try record.resume(index: saved.index, log: saved.log, path: "checkpoint")
    #expect(record.otherPrograms == "1 other program made the first 3 iterations")
    try Self.run(record)
    #expect(record.current.stretches.map(\.program) == [Self.program.digest, other.digest])
    #expect(Set(record.current.programs.values) == [Self.program.text, other.text])
    #expect(record.current.departures == ["--k 2"])
  }

  @Test func `a checkpoint with another run's ledger, or another state, is refused by name`() throws {
    let saved = try Self.made(through: 8).contents(level: 3)
    let record = try LedgerRecord(Self.empty(seed: "4"), program: Self.program, threads: 1)
    let error = #expect(throws: ForeignLedger.self) {
      try record.resume(index: saved.index, log: saved.log, path: "some/checkpoint")
    }
    #expect(
      "\(try #require(error))".contains("some/checkpoint: the checkpoint's ledger is of another run: setting seed is 0")
    )
    let same = try LedgerRecord(Self.empty(), program: Self.program, threads: 1)
    try same.resume(index: saved.index, log: saved.log, path: "some/checkpoint")
    try same.requireRestored(state: Self.state(1))
    let state = #expect(throws: LedgerDifference.self) { try same.requireRestored(state: Self.state(0)) }
    #expect(state?.place == "the checkpoint at epoch 2")
    // Held against a ledger that went another way before the checkpoint.
    var other = try Self.made()
    other.lines[1] = "other"
    let held = try LedgerRecord(Self.empty(), program: Self.program, threads: 1, expected: other)
    let line = #expect(throws: LedgerDifference.self) { try held.resume(index: saved.index, log: saved.log, path: "c") }
    #expect(line?.place == "line 2")
  }
}
