import Files
import Foundation
import Processes
import TensorFiles
import Tensors

/// Runs chapters as child processes and checks what they record.
package struct CheckSession: Sendable {
  package let catalog: ChapterCatalog
  /// The folder of the chapter executables, where `book` itself lies.
  package let executables: String
  /// Where the runs write: a folder of this tool's own.
  package let scratch: String
  package var pattern: Glob?
  /// Folder of runs to check instead of running the chapters; of those that are there, in the precisions they are there
  /// in.
  package var recorded: String?
  /// What the program of a run that is checked was built from, by chapter and folder of the run.
  package var recordedStamp: (@Sendable (_ chapter: String, _ folder: String) throws -> BuildStamp)?
  /// Only this part of the runs.
  package var shard: Shard?
  /// How many processes make a run together; `nil` where one makes it, without MPI.
  package var ranks: Int?
  /// The sources that the programs must have been built from.
  package let checkout: Checkout
  /// Seconds a run may take: one that hangs is a failure with a name, not a verdict that never comes. Chapters take
  /// minutes at most, an hour leaves room for slow machines.
  package let timeLimit: Int

  package static let defaultTimeLimit = 3600

  package init(
    catalog: ChapterCatalog, executables: String, scratch: String, pattern: Glob? = nil, recorded: String? = nil,
    timeLimit: Int = Self.defaultTimeLimit, checkout: Checkout
  ) {
    self.checkout = checkout
    self.recorded = recorded
    self.catalog = catalog
    self.executables = executables
    self.scratch = scratch
    self.pattern = pattern
    self.timeLimit = timeLimit
  }

  /// The results of the chapters, one for every precision that a golden set holds, in order. Never throws: what goes
  /// wrong is a result that fails.
  ///
  /// At most `jobs` runs at a time; `announce` is told what is being run.
  package func check(
    _ chapters: [String], jobs: Int = 1, announce: @escaping @Sendable (String) -> Void = { _ in }
  ) -> [PrecisionResult] {
    let all = parallelMap(chapters, jobs: jobs, tasks(of:)).flatMap { $0 }
    let tasks = shard?.part(of: all) ?? all
    return parallelMap(tasks, jobs: jobs) { task in
      switch task {
      case .failed(let result): return result
      case .run(let goldens, let precision):
        if recorded == nil && !Interruption.isPending {
          announce("running \(goldens.manifest.chapter) \(precision.rawValue)")
        }
        return check(goldens, precision, jobs: jobs)
      }
    }
  }

  private enum Task {
    case failed(PrecisionResult)
    case run(GoldenSet, DType)
  }

  @Sendable private func tasks(of chapter: String) -> [Task] {
    func failed(_ failure: String, couldNotRun: Bool = false) -> [Task] {
      var result = PrecisionResult(chapter: chapter, precision: nil, failure: failure)
      result.couldNotRun = couldNotRun
      return [.failed(result)]
    }
    do {
      let goldens = try GoldenSet(readingFrom: catalog.path(of: chapter))
      let found = goldens.manifest.chapter
      if found != chapter { return failed("\(goldens.manifest.path): it is the manifest of \(found)") }
      guard let recorded else { return precisions(of: goldens).map { .run(goldens, $0) } }
      let present = goldens.manifest.precisions.filter { precision in
        FileSystem.kind(of: Recording.indexPath("\(recorded)/\(chapter)", precision)) == .file
      }
      if present.isEmpty {
        return failed(
          "\(recorded)/\(chapter) holds no recording; run \(BookCommand.quoted("run \(chapter)"))", couldNotRun: true)
      }
      return present.map { .run(goldens, $0) }
    } catch {
      return failed("\(error)")
    }
  }

  /// The precisions to run: those whose goldens hold an entry that matches. All where none does, for the entry may be
  /// new.
  private func precisions(of goldens: GoldenSet) -> [DType] {
    guard let pattern else { return goldens.manifest.precisions }
    let matching = goldens.manifest.precisions.filter { precision in
      goldens.reference[precision]?.keys.contains(where: pattern.matches) == true
        || goldens.log[precision]?.isEmpty == false && pattern.matches("log")
    }
    return matching.isEmpty ? goldens.manifest.precisions : matching
  }

  /// Runs the chapter in one precision and compares.
  private func check(_ goldens: GoldenSet, _ precision: DType, jobs: Int) -> PrecisionResult {
    let chapter = goldens.manifest.chapter
    let clock = ContinuousClock()
    let start = clock.now
    let recording: Recording
    do {
      recording =
        try recorded.map { try readRecorded("\($0)/\(chapter)", chapter, precision) }
        ?? run(goldens.manifest, precision, jobs: jobs)
    } catch {
      var result = PrecisionResult(chapter: chapter, precision: precision, failure: "\(error)")
      result.couldNotRun = error is CatalogError || error is StaleProgram
      result.runSeconds = (clock.now - start).inSeconds
      return result
    }
    let ran = clock.now
    var result = Checker(goldens: goldens, pattern: pattern).check(recording)
    if recorded == nil { result.runSeconds = (ran - start).inSeconds }
    result.compareSeconds = (clock.now - ran).inSeconds
    return result
  }

  /// What a run that is there has recorded, its lines where they stand now.
  private func readRecorded(_ folder: String, _ chapter: String, _ precision: DType) throws -> Recording {
    let recording = try Recording(readingFrom: folder, precision)
    guard let stamp = try recordedStamp?(chapter, folder) else { return recording }
    return try recording.relocated(SourceRelocation(since: stamp, in: checkout, chapter: chapter))
  }

  /// Runs the chapter and reads what it recorded. Throws `StaleProgram` where its program is older than the sources,
  /// `RunFailure` where it did not end well.
  private func run(_ manifest: Manifest, _ precision: DType, jobs: Int) throws -> Recording {
    let folder = "\(scratch)/\(manifest.chapter)/\(precision.rawValue)"
    try FileSystem.createFolder(folder)
    // The chapter removes them too, but a chapter that never gets that far must not be judged by an old recording.
    try Recording.removeAll(from: folder)
    let executable = "\(executables)/ch\(manifest.chapter)"
    let stamp = try ChapterProcess.stamp(of: executable)
    try checkout.require(stamp, of: executable, chapter: manifest.chapter)
    let arguments =
      [
        "--profile", manifest.profile, "--seed", String(manifest.seed), "--dtype", precision.rawValue, "--out", folder,
        "--overwrite",
      ] + (manifest.runs[precision] ?? []) + (pattern.map { ["--entry", $0.text] } ?? [])
    let launcher = "\(checkout.repository)/scripts/on-many-machines"
    let process = ChapterProcess(
      executable: ranks == nil ? executable : launcher,
      arguments: (ranks.map { ["-n", String($0), "--", executable] } ?? []) + arguments,
      outputPath: folder + "/stdout.txt", errorPath: folder + "/stderr.txt",
      // Runs side by side share the cores. The bits do not depend on the number of threads.
      threads: jobs > 1 ? max(1, ProcessInfo.processInfo.activeProcessorCount / (jobs * (ranks ?? 1))) : nil,
      timeLimit: timeLimit)
    let ending = try process.run()
    let tail = ChapterProcess.tail(process.errorPath)
    let said = tail.isEmpty ? "it said nothing on standard error" : "its last words:\n            \(tail)"
    switch ending {
    case .exited(0):
      let recording = try Recording(readingFrom: folder, precision)
      guard let stamp else { return recording }
      return try recording.relocated(SourceRelocation(since: stamp, in: checkout, chapter: manifest.chapter))
    case .exited(let code): throw RunFailure("the chapter ended with exit code \(code); \(said)")
    case .killed(let signal): throw RunFailure("the chapter was killed by signal \(signal); \(said)")
    case .overran: throw RunFailure("the chapter had not ended after \(timeLimit) s and was stopped; \(said)")
    }
  }
}

/// A run that did not end well.
package struct RunFailure: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

extension Duration {
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
