import Files
import Foundation
import Goldens
import Literate
import Processes
import Synchronization
import TensorFiles
import Tensors

/// Runs of one chapter from many seeds, side by side, each in a folder of its own. What is there already is not run
/// again; what was interrupted goes on where its chapter can.
struct SeedRuns: Sendable {
  let chapter: String
  let checkout: Checkout
  /// The folder of the runs of this chapter, "out/seeds/02-algorithm-1".
  let folder: String
  /// The options of every run, without its seed and its folder.
  let options: [String]
  /// Runs at a time; they share the cores.
  let jobs: Int
  /// Whether runs that are there are made again.
  let force: Bool

  /// A run that is there, or why it is not.
  private enum Made: Sendable {
    case there(seconds: Double?)
    case failed(String)
    case interrupted
  }

  struct Outcome {
    let recordings: [(seed: UInt64, recording: Recording)]
    let failures: [(seed: UInt64, reason: String)]
    /// How many were there before.
    let kept: Int
  }

  static let cores = ProcessInfo.processInfo.activeProcessorCount

  /// As many at a time as there are cores.
  static func jobs(for seeds: Int, asked: Int?) -> Int { max(1, min(asked ?? cores, seeds)) }

  /// Runs them all.
  ///
  /// - Throws: `StaleProgram` and `CatalogError` where there is no program of the code as it is, `FolderInUse` where
  ///   somebody else runs them, `Interrupted` once every run has ended that was asked to.
  func run(_ seeds: [UInt64]) throws -> Outcome {
    let program = ChapterProgram(chapter: chapter)
    guard let stamp = try program.stamp() else {
      throw CatalogError("ch\(chapter) does not say what it was built from")
    }
    try program.requireCurrent(in: checkout)
    try FileSystem.createFolder(folder)
    let lock = try FolderLock(folder)
    defer { withExtendedLifetime(lock) {} }
    let progress = SeedProgress(chapter: chapter, total: seeds.count, jobs: jobs)
    let made = parallelMap(seeds, jobs: jobs) { seed -> Made in
      if Interruption.isPending { return .interrupted }
      if !force, isThere(seed) {
        progress.found()
        return .there(seconds: nil)
      }
      progress.begin()
      let result = make(seed, stamp)
      if case .there(let seconds?) = result { progress.end(seed, seconds: seconds) }
      if case .failed(let reason) = result { progress.fail(seed, reason) }
      return result
    }
    progress.finish()
    if Interruption.isPending {
      let count = made.count { if case .there = $0 { true } else { false } }
      Terminal.shared.printError(
        "\(count) of \(seeds.count) runs are done and kept in \(folder); the same command goes on")
      throw Interrupted()
    }
    return try collected(seeds, made)
  }

  private func collected(_ seeds: [UInt64], _ made: [Made]) throws -> Outcome {
    var recordings: [(seed: UInt64, recording: Recording)] = []
    var failures: [(seed: UInt64, reason: String)] = []
    var kept = 0
    for (seed, made) in zip(seeds, made) {
      switch made {
      case .failed(let reason): failures.append((seed, reason))
      case .interrupted: failures.append((seed, "interrupted"))
      case .there(let seconds):
        kept += seconds == nil ? 1 : 0
        do {
          let journal = try RunJournal(readingFrom: place(of: seed), chapter: chapter)
          recordings.append((seed, try Recording(readingFrom: place(of: seed), journal.precision)))
        } catch { failures.append((seed, "\(error)")) }
      }
    }
    return Outcome(recordings: recordings, failures: failures, kept: kept)
  }

  func place(of seed: UInt64) -> String { "\(folder)/seed-\(seed)" }

  // MARK: - One run

  private func arguments(of seed: UInt64) -> [String] { options + ["--seed", String(seed)] }

  /// Whether a whole run of this code, with these options, is there.
  private func isThere(_ seed: UInt64) -> Bool {
    guard let journal = try? RunJournal(readingFrom: place(of: seed), chapter: chapter) else { return false }
    return journal.seed == String(seed) && journal.arguments == arguments(of: seed)
      && checkout.changes(since: journal.program, chapter: chapter).isEmpty
  }

  private func make(_ seed: UInt64, _ stamp: BuildStamp) -> Made {
    let place = place(of: seed)
    do {
      try FileSystem.createFolder(place)
      let goesOn = try begin(in: place, stamp, arguments(of: seed))
      let clock = ContinuousClock()
      let start = clock.now
      let process = ChapterProcess(
        executable: GoldenOptions.executableFolder() + "/ch" + chapter,
        arguments: arguments(of: seed) + ["--out", place, goesOn ? "--resume" : "--overwrite"],
        outputPath: place + "/stdout.txt", errorPath: place + "/stderr.txt", threads: max(1, Self.cores / jobs))
      let ending = try process.run()
      if let problem = ending.problem(errors: process.errorPath) { return .failed(problem) }
      return .there(seconds: (clock.now - start).inSeconds)
    } catch is Interrupted { return .interrupted } catch { return .failed("\(error)") }
  }

  /// Notes what is about to run in the folder. Returns whether the same run had begun there and was not finished: its
  /// checkpoint is its own, that of any other run would make another one's numbers.
  private func begin(in place: String, _ stamp: BuildStamp, _ arguments: [String]) throws -> Bool {
    let path = place + "/begun.json"
    let note = JSONValue.object([
      "program": .string(stamp.digest), "arguments": .array(arguments.map { .string($0) }),
    ]).pretty
    let isSame = (try? FileSystem.read(path)).map { $0 == Array(note.utf8) } ?? false
    let isFinished = FileSystem.kind(of: place + "/run.jsonl") == .file
    if isSame && !isFinished && !force { return true }
    // What an earlier run recorded must not be taken for this one's.
    try FileSystem.remove(place + "/run.jsonl")
    try Recording.removeAll(from: place)
    try AtomicFile.write(note, to: path)
    return false
  }
}

/// How far many runs are: a line for each that ends, and on a terminal a status with the time left.
private final class SeedProgress: Sendable {
  private struct State {
    var found = 0
    var done = 0
    var running = 0
  }

  private let chapter: String
  private let total: Int
  private let jobs: Int
  private let start = ContinuousClock().now
  private let state = Mutex(State())

  init(chapter: String, total: Int, jobs: Int) {
    (self.chapter, self.total, self.jobs) = (chapter, total, jobs)
  }

  func found() { state.withLock { $0.found += 1 } }

  func begin() {
    state.withLock { $0.running += 1 }
    show()
  }

  func end(_ seed: UInt64, seconds: Double) {
    let state = count()
    Terminal.shared.printError(
      "\(chapter) seed \(seed): \(NumberText.short(seconds)) s  (\(state.found + state.done) of \(total)\(left(state)))"
    )
    show()
  }

  func fail(_ seed: UInt64, _ reason: String) {
    _ = count()
    Terminal.shared.printError("\(chapter) seed \(seed): failed: \(reason)")
    show()
  }

  func finish() { Terminal.shared.setStatus("") }

  private func count() -> State {
    state.withLock { state in
      state.done += 1
      state.running -= 1
      return state
    }
  }

  private func show() {
    let state = state.withLock { $0 }
    Terminal.shared.setStatus(
      "\(chapter)  \(state.found + state.done) of \(total) seeds, \(state.running) running\(left(state))")
  }

  /// What is left, at the pace so far.
  private func left(_ state: State) -> String {
    guard state.done > 0 else { return "" }
    let seconds = (ContinuousClock().now - start).inSeconds
    let rest = seconds / Double(state.done) * Double(total - state.found - state.done)
    if rest <= 0 { return "" }
    return rest < 90 ? ", about \(Int(rest.rounded())) s left" : ", about \(Int((rest / 60).rounded())) min left"
  }
}
