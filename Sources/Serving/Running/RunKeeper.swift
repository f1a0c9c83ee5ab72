import Files
import Foundation
import Goldens
import Literate
import Processes
import Synchronization

/// Starts runs of chapters, stops them, goes on with them, and sees to their end: also of those that an earlier server
/// has started.
///
/// A run is a process of its own that needs no server; what is known of it stands in files.
final class RunKeeper: Sendable {
  let settings: ServeSettings
  private let folders: RunFolders
  private let weaver: PageWeaver
  private let state: Mutex<State>

  private struct State {
    var runs: [String: RunState] = [:]
    var children: [String: RunningSubprocess] = [:]
  }

  private static let limit = 4

  init(settings: ServeSettings, weaver: PageWeaver) throws {
    self.settings = settings
    self.weaver = weaver
    folders = settings.folders
    if !settings.isReadOnly {
      try FileSystem.createFolder(folders.root)
      Platform.makePrivate(folders.root, isFolder: true)
    }
    let known = folders.all()
    state = Mutex(State(runs: Dictionary(known.map { ($0.id, $0) }) { first, _ in first }))
    guard !settings.isReadOnly else { return }
    for run in known where !run.stage.isOver { takeUp(run) }
  }

  // MARK: - What there is

  func run(_ id: String) -> RunState? { state.withLock { $0.runs[id] } }

  /// The runs of a chapter, the latest first.
  func runs(of chapter: String) -> [RunState] {
    state.withLock { $0.runs.values.filter { $0.chapter == chapter } }.sorted { ($0.began, $0.id) > ($1.began, $1.id) }
  }

  func latest(_ chapter: String) -> RunState? { runs(of: chapter).first }

  /// What is running now.
  var current: [RunState] { state.withLock { $0.runs.values.filter { !$0.stage.isOver } } }

  // MARK: - Starting

  /// Starts a chapter with options that its form has accepted.
  ///
  /// Throws `StaleProgram` where its program is older than the sources, `ServingError` where it is running already.
  func start(_ chapter: String, _ chosen: ChosenOptions) throws -> RunState {
    let program = settings.program(of: chapter)
    let stamp = try ChapterProcess.stamp(of: program)
    try settings.checkout.require(stamp, of: program, chapter: chapter)
    let now = Date()
    let id = RunState.newName(chapter, at: now)
    let folder = chosen.isGolden ? "\(settings.runs)/\(chapter)" : "\(folders.runs(id))/\(chapter)"
    // What the goldens' run has left the next one replaces, as `book run` does.
    let arguments = try (chosen.isGolden ? settings.goldenArguments(chapter) : chosen.arguments) + ["--out=\(folder)"]
    var run = RunState(
      id: id, chapter: chapter, options: chosen.values, isGolden: chosen.isGolden,
      departures: chosen.departures, arguments: arguments, folder: folder, began: now)
    run.program = stamp?.digest
    try claim(run)
    if chosen.isGolden { PreviousRun(settings: settings, chapter: chapter).keep() }
    return try launch(run, goingOn: false)
  }

  /// Goes on with a run that was stopped.
  func goOn(_ id: String) throws -> RunState {
    guard var run = run(id), run.stage == .stopped, run.canGoOn else {
      throw ServingError("there is no checkpoint of that run to go on from")
    }
    let program = settings.program(of: run.chapter)
    let stamp = try ChapterProcess.stamp(of: program)
    try settings.checkout.require(stamp, of: program, chapter: run.chapter)
    guard run.program == nil || run.program == stamp?.digest else {
      throw ServingError("\(run.chapter) was changed since that run began: one run has one program, start it anew")
    }
    (run.stage, run.ended, run.words, run.canGoOn) = (.running, nil, nil, false)
    try claim(run)
    return try launch(run, goingOn: true)
  }

  /// Makes sure that a chapter is running once at most.
  private func claim(_ run: RunState) throws {
    try state.withLock { state in
      let running = state.runs.values.filter { !$0.stage.isOver }
      if running.contains(where: { $0.chapter == run.chapter }) {
        throw ServingError("\(run.chapter) is running already")
      }
      guard running.count < Self.limit else { throw ServingError("\(running.count) chapters are running already") }
      state.runs[run.id] = run
    }
  }

  private func launch(_ run: RunState, goingOn: Bool) throws -> RunState {
    var run = run
    do {
      try FileSystem.createFolder(folders.folder(run.id))
      try folders.write(run)
      var arguments = run.arguments
      if goingOn { arguments = arguments.filter { $0 != "--remake" && $0 != "--overwrite" } + ["--resume"] }
      var process = Subprocess(settings.program(of: run.chapter), arguments)
      process.environment = [
        ProgressBar.intervalVariable: "200", LiveEvents.variable: folders.events(run.id), "NO_COLOR": "1",
      ]
      if goingOn {
        (process.output, process.errors) = (.extended(folders.output(run.id)), .extended(folders.errors(run.id)))
      } else {
        (process.output, process.errors) = (.file(folders.output(run.id)), .file(folders.errors(run.id)))
      }
      let child = try process.start()
      let started = RunningProcess(child.identifier)
      (run.process, run.processStart) = (started.identifier, started.start)
      let launched = run
      state.withLock { state in
        state.runs[launched.id] = launched
        state.children[launched.id] = child
      }
      try folders.write(run)
      let thread = Thread { [self] in conclude(launched.id, child.wait()) }
      thread.start()
      return run
    } catch {
      update(run.id) { ($0.stage, $0.words, $0.ended) = (.failed, "\(error)", Date()) }
      throw error
    }
  }

  // MARK: - Stopping

  /// Asks a run to save its state and end.
  func stop(_ id: String) throws {
    guard let run = run(id), !run.stage.isOver else { throw ServingError("that run is not running") }
    update(id) { if !$0.stage.isOver { $0.stage = .stopping } }
    if let child = state.withLock({ $0.children[id] }) {
      child.send(Platform.interruptSignal)
    } else if let process = run.process {
      RunningProcess(process, start: run.processStart ?? "").interrupt()
    }
  }

  // MARK: - Ends

  /// Watches a run that this server has not started.
  private func takeUp(_ run: RunState) {
    let thread = Thread { [self] in
      if let process = run.process {
        let running = RunningProcess(process, start: run.processStart ?? "")
        while running.isAlive { Thread.sleep(forTimeInterval: 0.2) }
      }
      conclude(run.id, nil)
    }
    thread.start()
  }

  /// The run has ended; how is not known of a process that is not a child of this one.
  private func conclude(_ id: String, _ ending: Subprocess.Ending?) {
    guard var run = run(id) else { return }
    let words = ChapterProcess.lastWords(folders.errors(id))
    let isWhole = hasResult(run)
    switch ending {
    case .exited(0)?: run.stage = .finished
    case .exited(Interrupted.exitCode)?: run.stage = .stopped
    case nil where isWhole: run.stage = .finished
    case nil where words.contains("interrupted"): run.stage = .stopped
    default: run.stage = .failed
    }
    run.ended = Date()
    if run.stage != .finished {
      run.words = words.isEmpty ? "it said nothing on standard error" : words
      run.canGoOn = run.stage == .stopped && words.contains("go on with --resume")
    } else {
      run.words = nil
      run.computed = Date().timeIntervalSince(run.began)
      let clock = ContinuousClock()
      let start = clock.now
      weaver.weave(&run)
      run.woven = (clock.now - start).inSeconds
    }
    let concluded = run
    state.withLock { state in
      state.runs[id] = concluded
      state.children[id] = nil
    }
    try? folders.write(run)
  }

  /// Whether the journal in the run's folder is this run's.
  private func hasResult(_ run: RunState) -> Bool {
    let path = "\(run.folder)/run.jsonl"
    guard let signature = Platform.signature(of: path) else { return false }
    let isNew = Double(signature[0]) * 1e-9 >= run.began.timeIntervalSince1970.rounded(.down)
    return isNew && (try? RunJournal(readingFrom: run.folder, chapter: run.chapter)) != nil
  }

  private func update(_ id: String, _ change: (inout RunState) -> Void) {
    let changed = state.withLock { state -> RunState? in
      guard var run = state.runs[id] else { return nil }
      change(&run)
      state.runs[id] = run
      return run
    }
    if let changed { try? folders.write(changed) }
  }
}
