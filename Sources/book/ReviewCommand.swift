import ArgumentParser
import Files
import Goldens
import Literate
import Processes

struct ReviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review",
    abstract: "Goes through what the last check found changed, entry by entry, on a terminal.",
    discussion: """
      Shows every entry that has drifted, is wrong or missing: what was expected, what was found, how they differ and \
      from which step on. Each can be accepted, skipped or commented. To accept is `book bless` of that entry, in all \
      its precisions and with the same refusals. It runs nothing: it reads what `book check` has left, or, with \
      --recording, what other programs have recorded. Exit codes: 0 nothing is left that does not hold, 1 something \
      is, 2 could not begin.
      """)

  @Argument(help: "Chapters by number or folder name, with --recording the names of recordings (default: all).")
  var chapters: [String] = []

  @Option(
    help: ArgumentHelp("Review the recordings below this folder, an artifact of CI for one.", valueName: "dir"))
  var recording: String?

  @Option(help: ArgumentHelp("Only entries whose name matches; * stands for any characters.", valueName: "glob"))
  var entry: String?

  @Option(help: ArgumentHelp("Folder of the last check's runs.", valueName: "dir"))
  var scratch = "out/check"

  @Option(help: ArgumentHelp("Folder of the runs, for what was not checked since.", valueName: "dir"))
  var runs = "out"

  @Option(help: ArgumentHelp("Where comments are kept.", valueName: "file"))
  var comments = "out/review.jsonl"

  @OptionGroup var options: GoldenOptions

  func run() throws {
    if let refusal = CIRefusal.of("review") { throw CatalogError(refusal) }
    guard Terminal.inputIsTerminal, Terminal.outputIsTerminal else {
      throw CatalogError(
        "review asks about every entry and needs a terminal; elsewhere "
          + "\(BookCommand.quoted("check --html report.html")) shows "
          + "what has changed, and \(BookCommand.quoted("bless")) accepts it")
    }
    let (review, sources) = try recording.map(ofRecordings) ?? ofChapters()
    var session = ReviewSession(
      review: review, comments: try ReviewComments(path: comments), sources: sources, style: GoldenOptions.style())
    try session.run()
    if session.leavesFailures { throw ExitCode.doesNotHold }
  }

  private func ofRecordings(_ folder: String) throws -> (Review, SourcePaths) {
    let goldens = options.goldens ?? GoldenOptions.foldersDefault
    let target = RecordingReview(recordings: folder, goldens: goldens)
    let results = try target.results(names: chapters, pattern: entry.map(Glob.init))
    return (
      Review(results, target: target), RecordingChecking.sources(of: try RecordingFolder(folder), goldens: goldens)
    )
  }

  private func ofChapters() throws -> (Review, SourcePaths) {
    let catalog = try options.catalog()
    let checkout = try options.checkout()
    let checked = CheckedRuns(catalog: catalog, checkout: checkout, scratch: scratch, runs: runs)
    var results: [PrecisionResult] = []
    for chapter in try catalog.select(chapters) {
      // Of many chapters those that were not checked are named, and the others reviewed.
      do { results += try checked.results(of: chapter, pattern: entry.map(Glob.init)) } catch let error as CatalogError
      {
        guard chapters.isEmpty else { throw error }
        results.append(PrecisionResult(chapter: chapter, precision: nil, failure: "\(error)"))
      }
    }
    if entry != nil { results.removeAll { $0.failure?.hasPrefix("no entry matches") == true } }
    let target = ChapterReview(catalog: catalog) { try checked.vouch(for: $0) }
    return (Review(results, target: target), SourcePaths(root: checkout.repository))
  }
}

/// The conversation about the items of a review.
private struct ReviewSession {
  var review: Review
  var comments: ReviewComments
  let sources: SourcePaths
  let style: TextStyle

  /// Whether something is left that a check would find not to hold.
  var leavesFailures: Bool {
    !review.failures.isEmpty
      || review.items.contains { item in
        if case .accepted? = review.decisions[item.id] { return false }
        return item.results.contains { $0.verdict.fails(exact: false) }
      }
  }

  private enum Answer { case next, quit, again }

  mutating func run() throws {
    for failure in review.failures { say(style.bad("not reviewed") + "  " + failure.visible) }
    let items = review.items
    for (index, item) in items.enumerated() {
      say(
        "\n\(style.dim("\(index + 1) of \(items.count)"))  "
          + ReviewText(item, style: style, sources: sources).lines.joined(separator: "\n"))
      for comment in comments.on(item) {
        say("  \(style.dim("said on \(comment.date.prefix(10)):")) \(comment.text.visible)")
      }
      let proposal = try review.proposal(for: item)
      for refusal in proposal.refusals { say("  " + style.bad("cannot be accepted: ") + refusal.visible) }
      for change in proposal.changes where proposal.refusals.isEmpty { say("  accepting: \(change.visible)") }
      var answer = Answer.again
      while answer == .again { answer = try ask(item) }
      if answer == .quit { break }
    }
    say("\n" + review.summary)
  }

  private mutating func ask(_ item: ReviewItem) throws -> Answer {
    Terminal.shared.printError("[a]ccept, [s]kip, [c]omment, [q]uit?")
    // Without an answer, at the end of input, nothing is accepted.
    guard let line = readLine() else { return .quit }
    switch line.trimmingCharacters(in: .whitespaces).lowercased() {
    case "a", "accept":
      switch try review.accept(item) {
      case .accepted(let count): say("  \(count) blessed")
      case .refused(let reason): say("  " + style.bad("refused: ") + reason.visible)
      case .skipped, .commented: break
      }
      return .next
    case "s", "skip":
      review.skip(item)
      return .next
    case "q", "quit": return .quit
    case "c", "comment":
      Terminal.shared.printError("comment:")
      guard let text = readLine()?.trimmingCharacters(in: .whitespaces), !text.isEmpty else { return .again }
      try comments.add(text, on: item)
      review.comment(item, text)
      say("  noted in \(comments.path)")
      return .next
    default: return .again
    }
  }

  private func say(_ text: String) { Terminal.shared.printLine(text) }
}
