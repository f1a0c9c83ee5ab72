import Foundation
import Goldens
import Processes
import Synchronization

/// What becomes of a change of the sources: one build at a time, then the run of the chapter, then its page.
///
/// Only chapters whose pages are open, or were a moment ago, are made again; the others are when somebody opens them.
final class SourceChanges: Sendable {
  /// Where a change is, as every page sees it.
  struct State: Sendable, Encodable, Equatable {
    enum Stage: String, Sendable, Encodable {
      case idle, building, failed, waiting, running, done
    }
    var version = 0
    var stage = Stage.idle
    var chapter = ""
    /// The files that were changed.
    var files: [String] = []
    var errors: [CompilerMessage] = []
    var words = ""
    /// Seconds of the parts, as far as they are over.
    var building: Double?
    var running: Double?
    var weaving: Double?
  }

  private let settings: ServeSettings
  private let keeper: RunKeeper
  private let weaver: PageWeaver
  private let shared = Mutex(Shared())

  private struct Shared {
    var state = State()
    var viewers: [String: Int] = [:]
    /// When the last tab of a chapter has gone.
    var left: [String: ContinuousClock.Instant] = [:]
    /// Changes that came while nobody looked at the chapter.
    var missed: [String: Set<String>] = [:]
    /// Chapters that are built and wait for the end of a run of the reader's.
    var waiting: [String: State] = [:]
    /// Chapters that are to be made, and the files that are the reason.
    var pending: [String: Set<String>] = [:]
    var isClosed = false
  }

  private static let interval = 0.2
  /// An editor may write several files, or one in several steps.
  private static let pause = 0.3
  /// A tab that is hidden has no connection: whoever looks at an editor meanwhile still waits for the page.
  private static let memory = Duration.seconds(600)

  init(settings: ServeSettings, keeper: RunKeeper, weaver: PageWeaver) {
    self.settings = settings
    self.keeper = keeper
    self.weaver = weaver
    guard !settings.isReadOnly else { return }
    let watching = Thread { [self] in watch() }
    watching.start()
    let making = Thread { [self] in makeAll() }
    making.start()
  }

  func close() { shared.withLock { $0.isClosed = true } }

  var state: State { shared.withLock { $0.state } }

  // MARK: - Who looks

  func opened(_ chapter: String) {
    shared.withLock { shared in
      shared.viewers[chapter, default: 0] += 1
      if let missed = shared.missed.removeValue(forKey: chapter) {
        shared.pending[chapter, default: []].formUnion(missed)
      }
    }
  }

  func closed(_ chapter: String) {
    shared.withLock { shared in
      shared.viewers[chapter, default: 1] -= 1
      shared.left[chapter] = .now
    }
  }

  private static func isWatched(_ chapter: String, _ shared: Shared) -> Bool {
    shared.viewers[chapter, default: 0] > 0 || shared.left[chapter].map { .now - $0 < Self.memory } ?? false
  }

  // MARK: - Noticing

  private func watch() {
    var watch = SourceWatch(repository: settings.repository)
    while !shared.withLock({ $0.isClosed }) {
      Thread.sleep(forTimeInterval: Self.interval)
      var changed = watch.changes()
      if changed.isEmpty { continue }
      while true {
        Thread.sleep(forTimeInterval: Self.pause)
        let more = watch.changes()
        if more.isEmpty { break }
        changed += more
      }
      for chapter in chapters where isBuilt(chapter, from: changed) {
        shared.withLock { shared in
          let place = Self.isWatched(chapter, shared) ? \Shared.pending : \Shared.missed
          shared[keyPath: place][chapter, default: []].formUnion(changed)
        }
      }
    }
  }

  /// All chapters, those first that somebody looks at: to ask a program what it was built from takes a moment.
  private var chapters: [String] {
    let all = (try? settings.catalog().chapters) ?? []
    return shared.withLock { shared in
      all.filter { Self.isWatched($0, shared) } + all.filter { !Self.isWatched($0, shared) }
    }
  }

  private func isBuilt(_ chapter: String, from paths: [String]) -> Bool {
    if paths.contains(where: { $0.hasPrefix("chapters/\(chapter)/") }) { return true }
    guard let stamp = try? ChapterProcess.stamp(of: settings.program(of: chapter)) else { return false }
    return paths.contains { path in path == "Package.swift" || stamp.folders.contains { path.hasPrefix($0 + "/") } }
  }

  /// Has the chapter built and run, before long.
  func require(_ chapter: String, because files: [String] = []) {
    shared.withLock { $0.pending[chapter, default: []].formUnion(files) }
  }

  // MARK: - Making

  private func makeAll() {
    while !shared.withLock({ $0.isClosed }) {
      let next = shared.withLock { shared -> (String, [String])? in
        guard let chapter = shared.pending.keys.min(), let files = shared.pending.removeValue(forKey: chapter) else {
          return nil
        }
        return (chapter, files.sorted())
      }
      guard let (chapter, files) = next else {
        if let (chapter, state) = nextWaiting() {
          run(chapter, state)
          continue
        }
        Thread.sleep(forTimeInterval: Self.interval / 2)
        continue
      }
      make(chapter, files)
    }
  }

  /// A chapter that has waited long enough.
  private func nextWaiting() -> (String, State)? {
    let chapters = shared.withLock { $0.waiting.keys.sorted() }
    guard let chapter = chapters.first(where: { !isRunning($0) }) else { return nil }
    return shared.withLock { shared in shared.waiting.removeValue(forKey: chapter).map { (chapter, $0) } }
  }

  private func isOvertaken(_ chapter: String) -> Bool { shared.withLock { $0.pending[chapter] != nil || $0.isClosed } }

  private func make(_ chapter: String, _ files: [String]) {
    var state = State()
    (state.chapter, state.files) = (chapter, files)
    shared.withLock { $0.waiting[chapter] = nil }
    // Prose alone needs no new run, and what needs one the weaver refuses. Without a file somebody wants the program
    // itself.
    let clock = ContinuousClock()
    var start = clock.now
    if !files.isEmpty, (try? weaver.weaveAnew(chapter)) != nil {
      state.weaving = (clock.now - start).inSeconds
      return publish(state, .done)
    }
    publish(state, .building)
    start = clock.now
    do {
      guard case .failed(let errors, let words) = try ProgramBuild(settings: settings).run(chapter) else {
        state.building = (clock.now - start).inSeconds
        return run(chapter, state)
      }
      (state.errors, state.words) = (errors, words)
      publish(state, .failed)
    } catch {
      state.words = "\(error)"
      publish(state, .failed)
    }
  }

  private func run(_ chapter: String, _ state: State) {
    if isOvertaken(chapter) { return }
    // What the reader has begun is the reader's to end.
    if isRunning(chapter) {
      shared.withLock { $0.waiting[chapter] = state }
      return publish(state, .waiting)
    }
    do { try runNow(chapter, state) } catch {
      var state = state
      state.words = "\(error)"
      publish(state, .failed)
    }
  }

  private func runNow(_ chapter: String, _ state: State) throws {
    var state = state
    publish(state, .running)
    let form = try OptionForm(
      program: settings.program(of: chapter), goldenArguments: settings.goldenArguments(chapter))
    let run = try keeper.start(chapter, ChosenOptions(form.golden, form: form))
    var current = keeper.run(run.id)
    while let now = current, !now.stage.isOver {
      // What is being computed is out of date already.
      if isOvertaken(chapter) { return try end(run.id) }
      Thread.sleep(forTimeInterval: 0.05)
      current = keeper.run(run.id)
    }
    guard let current, current.stage == .finished else {
      state.words = current?.words ?? "the run did not end"
      return publish(state, .failed)
    }
    state.running = current.computed
    state.weaving = current.woven
    publish(state, .done)
  }

  private func isRunning(_ chapter: String) -> Bool { keeper.current.contains { $0.chapter == chapter } }

  /// Stops a run that was begun here, and waits for its end.
  private func end(_ run: String) throws {
    try? keeper.stop(run)
    let deadline = ContinuousClock.now + .seconds(30)
    while keeper.current.contains(where: { $0.id == run }) {
      guard ContinuousClock.now < deadline else { throw ServingError("the run before this one does not end") }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  private func publish(_ state: State, _ stage: State.Stage) {
    shared.withLock { shared in
      var state = state
      state.version = shared.state.version + 1
      state.stage = stage
      shared.state = state
    }
  }
}
