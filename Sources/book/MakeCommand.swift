import ArgumentParser
import Files
import Foundation
import Goldens
import Literate
import Processes
import TensorFiles
import Tensors

struct MakeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make",
    abstract: "Runs chapters, checks what they record and weaves the book, a line a chapter: what `make book` does.",
    discussion: """
      A chapter is not run where its code, its options and the libraries under it are those of the run that is there: \
      where only prose has changed, its page is woven, and where nothing has, nothing is. --force does all of it. One \
      chapter's failure does not stop the others. What the chapters print goes to files in --logs. A chapter whose \
      numbers are no longer PyTorch's is woven all the same: its page says which differ. Exit codes: 0 all hold, 1 \
      something does not, 2 something could not be run or woven.
      """)

  @Argument(help: "Chapters by number or folder name (default: all).")
  var chapters: [String] = []

  @Option(help: ArgumentHelp("Folder to weave to.", valueName: "dir"))
  var out = "out/book"

  @Option(help: ArgumentHelp("Folder of the runs.", valueName: "dir"))
  var runs = "out"

  @Option(help: ArgumentHelp("Folder for what the chapters print, and for the whole report.", valueName: "dir"))
  var logs = "out/logs"

  @Flag(help: "Run every chapter, changed or not.")
  var force = false

  @OptionGroup var options: GoldenOptions

  func run() throws {
    let checkout = try options.checkout()
    let catalog = try ChapterCatalog.allChapters(repository: checkout.repository)
    let selected = try catalog.select(chapters)
    try Pandoc.requireInstalled()
    try FileSystem.createFolder(logs)
    let width = selected.map(\.count).max() ?? 0
    var outcomes: [ChapterOutcome] = []
    for chapter in selected {
      let outcome = try outcome(of: chapter, catalog, checkout)
      outcomes.append(outcome)
      let name = chapter + String(repeating: " ", count: width - chapter.count)
      Terminal.shared.printLine("\(GoldenOptions.style().bold(name))  \(outcome.line(GoldenOptions.style()))")
    }
    try summarize(outcomes, sources: SourcePaths(root: checkout.repository))
    let woven = try weave(outcomes, checkout)
    if !woven || outcomes.contains(where: \.couldNotRun) { throw ExitCode.couldNotRun }
    if outcomes.contains(where: { !$0.holds }) { throw ExitCode.doesNotHold }
  }

  // MARK: - Running and checking

  /// Makes the chapter; what goes wrong is its own failure, but for a request to end. Throws `ExitCode` for that alone.
  private func outcome(of chapter: String, _ catalog: ChapterCatalog, _ checkout: Checkout) throws -> ChapterOutcome {
    do {
      try ChapterProgram(chapter: chapter).requireCurrent(in: checkout)
      return try make(chapter, catalog, checkout)
    } catch let code as ExitCode { throw code } catch let interrupted as Interrupted { throw interrupted } catch {
      return ChapterOutcome(chapter: chapter, seconds: nil, state: .failed("\(error)"))
    }
  }

  private func make(_ chapter: String, _ catalog: ChapterCatalog, _ checkout: Checkout) throws -> ChapterOutcome {
    let goldens = catalog.path(of: chapter)
    let log = "\(logs)/\(chapter).txt"
    if !force, UnchangedRun(runs: runs, catalog: catalog, checkout: checkout).isThere(chapter) {
      return ChapterOutcome(chapter: chapter, seconds: nil, state: .checked(try check(chapter, catalog, checkout)))
    }
    let program = ChapterProgram(chapter: chapter)
    let clock = ContinuousClock()
    let start = clock.now
    let ending = try program.run(
      try RunCommand.goldenOptions(of: goldens) + ["--out", "\(runs)/\(chapter)"], output: log,
      errors: "\(logs)/\(chapter)-errors.txt")
    let seconds = (clock.now - start).inSeconds
    if let problem = ending.problem(errors: "\(logs)/\(chapter)-errors.txt") {
      if ending == .exited(ChapterProgram.interrupted) { throw ExitCode(ChapterProgram.interrupted) }
      return ChapterOutcome(chapter: chapter, seconds: seconds, state: .failed(problem))
    }
    guard FileSystem.kind(of: GoldenSet.manifestPath(goldens)) == .file else {
      return ChapterOutcome(chapter: chapter, seconds: seconds, state: .withoutGoldens)
    }
    do { try RecordedRuns(folder: runs, catalog: catalog, checkout: checkout).require([chapter]) } catch {
      // Somebody edited a source while it ran, for one.
      return ChapterOutcome(chapter: chapter, seconds: seconds, state: .failed("\(error)"))
    }
    return ChapterOutcome(chapter: chapter, seconds: seconds, state: .checked(try check(chapter, catalog, checkout)))
  }

  /// Holds the run that is there against the goldens, and leaves a note of it for the pages.
  private func check(_ chapter: String, _ catalog: ChapterCatalog, _ checkout: Checkout) throws -> [PrecisionResult] {
    var session = CheckSession(
      catalog: catalog, executables: GoldenOptions.executableFolder(), scratch: logs, checkout: checkout)
    session.follow(runs)
    let results = session.check([chapter])
    try CheckNote.write(results, chapter: chapter, exact: false, checkout: checkout, to: CheckNote.ofRun(runs, chapter))
    return results
  }

  // MARK: - What does not hold

  /// At most so many entries are named; the report in --logs holds all.
  private static let shownEntries = 8

  private func summarize(_ outcomes: [ChapterOutcome], sources: SourcePaths) throws {
    let results = outcomes.flatMap(\.results)
    let report = TextReport(results, exact: false, style: TextStyle(usesColor: false), sources: sources)
    try AtomicFile.write(report.text, to: "\(logs)/check.txt")
    let differing = outcomes.filter { !$0.holds && $0.failure == nil }
    guard !differing.isEmpty else { return }
    let entries = differing.flatMap(\.differing)
    Terminal.shared.printLine("")
    for entry in entries.prefix(Self.shownEntries) {
      let place = entry.source.map { sources.text(of: $0) } ?? ""
      Terminal.shared.printLine("  \(entry.word) \(entry.name)  \(place)  \(entry.note.prefix { !$0.isNewline })")
    }
    if entries.count > Self.shownEntries {
      Terminal.shared.printLine("  … and \(entries.count - Self.shownEntries) more: \(logs)/check.txt")
    }
    let numbers = differing.map { String($0.chapter.prefix { $0 != "-" }) }.joined(separator: " ")
    Terminal.shared.printLine(
      """

      These numbers are not those of PyTorch's run of the unchanged chapter. After a change of your own that is as it \
      should be: the
      pages show what came out. To go back:     git checkout -- chapters/, then make book
      To make the new numbers the book's: change the program in goldens/reference the same way, then
        \(BookCommand.line("reference \(numbers)")) && \(BookCommand.line("check \(numbers)")) && \
        \(BookCommand.line("bless \(numbers)"))

      """)
  }

  // MARK: - Weaving

  /// Weaves what is not woven yet as it would be now. Returns whether every chapter that has run could be woven.
  private func weave(_ outcomes: [ChapterOutcome], _ checkout: Checkout) throws -> Bool {
    Terminal.shared.setStatus("weaving")
    let program = BuildStamp(text: buildStamp)?.digest ?? ""
    var note = try WovenNote(repository: checkout.repository, runs: runs, out: out, program: program)
    let names = outcomes.filter { $0.failure == nil }.map(\.chapter)
    let outdated = force ? names : note.outdated(names)
    var woven = Weaver.Outcome()
    if !outdated.isEmpty {
      woven = try Weaver(repository: checkout.repository, runs: runs, out: out).weave(outdated)
      if woven.failures.isEmpty { try note.remember(woven.woven.map(\.name)) }
    }
    Terminal.shared.setStatus("")
    for (name, reason) in woven.failures { Terminal.shared.printError("\(name): error: \(reason)") }
    sayWhatFailed(outcomes)
    let index = "\(out)/index.html"
    if FileSystem.kind(of: index) == .file {
      Terminal.shared.printLine("the book: \(URL(filePath: index).absoluteURL.path)")
    }
    return woven.failures.isEmpty
  }

  /// Which chapters failed, and how to go on.
  private func sayWhatFailed(_ outcomes: [ChapterOutcome]) {
    let failed = outcomes.filter { $0.failure != nil }
    guard !failed.isEmpty else { return }
    let names = failed.map(\.chapter).joined(separator: " ")
    let logs = failed.map { "\(self.logs)/\($0.chapter).txt" }.joined(separator: ", ")
    Terminal.shared.printLine(
      "\(failed.count) of \(outcomes.count) chapters failed and were not woven: \(names). What they printed is in "
        + "\(logs). When that is mended: make build && \(BookCommand.line("make \(names)"))")
  }
}

/// What became of a chapter.
private struct ChapterOutcome {
  enum State {
    case checked([PrecisionResult])
    case withoutGoldens
    /// The run did not end well, for this reason.
    case failed(String)
  }

  let chapter: String
  /// `nil` where it was not run, because nothing has changed.
  let seconds: Double?
  let state: State

  var results: [PrecisionResult] { if case .checked(let results) = state { results } else { [] } }
  var failure: String? { if case .failed(let reason) = state { reason } else { nil } }
  var couldNotRun: Bool { failure != nil || results.contains(where: \.couldNotRun) }
  var holds: Bool { failure == nil && !results.contains { $0.fails(exact: false) } }
  var differing: [EntryResult] { results.flatMap { $0.entries.filter { $0.verdict.fails(exact: false) } } }

  /// "0.6 s  58 values hold, bit for bit".
  func line(_ style: TextStyle) -> String {
    let without = failure == nil ? "as it was" : "not run"
    let time = seconds.map { "\(NumberText.short(($0 * 10).rounded() / 10)) s" } ?? without
    let padded = String(repeating: " ", count: max(0, 9 - time.count)) + time
    switch state {
    case .failed(let reason): return "\(padded)  \(style.bad("failed")): \(reason)"
    case .withoutGoldens: return "\(padded)  no goldens yet: nothing was compared"
    case .checked(let results):
      let entries = results.flatMap(\.entries)
      if let broken = results.compactMap(\.failure).first { return "\(padded)  \(style.bad("not checked")): \(broken)" }
      let bad = differing.count
      if bad > 0 {
        return
          """
          \(padded)  \(style.bad("\(bad) of \(entries.count) values differ")) from PyTorch's run of the unchanged \
          chapter
          """
      }
      let drifted = entries.count { $0.verdict == .drifted }
      return "\(padded)  "
        + (drifted == 0
          ? style.good("\(entries.count) values hold, bit for bit")
          : "\(entries.count) values hold, \(style.doubtful("\(drifted) with other bits than were blessed"))")
    }
  }
}
