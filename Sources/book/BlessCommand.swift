import ArgumentParser
import Goldens
import Literate

struct BlessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bless",
    abstract: "Takes the bits of this build as those that `check --exact` expects.",
    discussion: """
      Shows what would change and asks. Entries that are wrong against the reference are refused, in all precisions \
      where they are wrong in one, and then nothing of the chapter is blessed: a digest says that bits have not \
      changed, and must never say that wrong numbers are right. --recorded blesses what the last check has recorded \
      instead of running it again, if the code is what it was; `book review` asks entry by entry. --entry leaves the \
      other entries out of the question. With --profile full it takes the ledgers that a whole run has left in --runs, \
      if the sources as they are made it from its start. With --recording it makes golden sets of what other programs \
      have recorded, or changes those there are: shows what is new and what does not agree with the old, and asks.
      """)

  @Argument(help: "Chapters by number or folder name, with --recording the names of recordings (default: all).")
  var chapters: [String] = []

  @Option(
    help: ArgumentHelp(
      "Bless the recordings of any program below this folder: see docs/recording.md.", valueName: "dir"))
  var recording: String?

  @Flag(help: "Bless what the last check has recorded, in --scratch or --runs, instead of running the chapters again.")
  var recorded = false

  @Flag(help: "Bless the fingerprints of the museum's mistakes (docs/museum.md), once each is found.")
  var museum = false

  @Flag(help: "With --recording and --yes: also where new values take the place of others, or entries go.")
  var replace = false

  @Flag(help: "With --recording: also values that are NaN or infinite.")
  var nonfinite = false

  @Option(help: ArgumentHelp("Only entries whose name matches; * stands for any characters.", valueName: "glob"))
  var entry: String?

  @Flag(help: "Do not ask.")
  var yes = false

  @Option(help: ArgumentHelp("Folder the chapters write to while they are checked.", valueName: "dir"))
  var scratch = "out/check"

  @Option(help: "quick: the digests of what chapters record. full: the ledgers of whole runs.")
  var profile: Profile = .quick

  @Option(help: "With --profile full: only this act of the chapters.")
  var act: String?

  @Option(help: ArgumentHelp("With --profile full and --recorded: folder of the runs.", valueName: "dir"))
  var runs = "out"

  @OptionGroup var options: GoldenOptions

  func validate() throws {
    if museum, entry != nil || recording != nil || profile == .full {
      throw ValidationError("--museum: leave out --entry, --recording and --profile")
    }
    if profile == .full, entry != nil { throw ValidationError("--entry: it is not for --profile full") }
    let recordingsOnly = [replace ? "--replace" : nil, nonfinite ? "--nonfinite" : nil].compactMap(\.self)
    if recording == nil, let option = recordingsOnly.first {
      throw ValidationError("\(option): expected --recording beside it")
    }
    if recording != nil, profile == .full { throw ValidationError("--recording: it is not for --profile full") }
    if recorded, recording != nil || profile == .full {
      throw ValidationError("--recorded: it is for what chapters have recorded, in the quick profile")
    }
    if profile == .quick, act != nil { throw ValidationError("--act: expected --profile full beside it") }
  }

  func run() throws {
    if let refusal = CIRefusal.of("bless") { throw CatalogError(refusal) }
    if let recording {
      return try RecordingsBlessing(
        recordings: recording, goldens: options.goldens ?? GoldenOptions.foldersDefault, names: chapters,
        pattern: entry.map(Glob.init), replaces: replace, allowsNonfinite: nonfinite, asks: !yes, confirms: confirms
      ).run()
    }
    let catalog = try options.catalog()
    if museum {
      return try MuseumCheck(chapters, options: options, scratch: scratch).bless(in: catalog.folder) {
        confirms("bless \($0) fingerprint\($0 == 1 ? "" : "s")?")
      }
    }
    if profile == .full {
      return try WholeRunBlessing(catalog: catalog, checkout: options.checkout(), runs: runs, confirms: confirms)
        .run(chapters, act: act)
    }
    let pattern = entry.map(Glob.init)
    let checkout = try options.checkout()
    let session = CheckSession(
      catalog: catalog, executables: GoldenOptions.executableFolder(), scratch: scratch, pattern: pattern,
      checkout: checkout)
    let checked = CheckedRuns(catalog: catalog, checkout: checkout, scratch: scratch, runs: runs)
    var refused = false
    for chapter in try catalog.select(chapters) {
      let results =
        try recorded
        ? checked.results(of: chapter, pattern: pattern)
        : session.check([chapter]) { Terminal.shared.printError($0) }
      refused = try bless(chapter, results, catalog, pattern) || refused
    }
    if refused { throw ExitCode.doesNotHold }
  }

  /// Returns whether anything was refused.
  private func bless(_ chapter: String, _ results: [PrecisionResult], _ catalog: ChapterCatalog, _ pattern: Glob?)
    throws
    -> Bool
  {
    if let broken = results.first(where: { $0.failure != nil }) {
      Terminal.shared.printLine("\(chapter): nothing blessed: \(broken.failure ?? "")")
      if broken.couldNotRun { throw ExitCode.couldNotRun }
      return true
    }
    let manifest = try Manifest(contentsOf: GoldenSet.manifestPath(catalog.path(of: chapter)))
    let blessing = Blessing(manifest, results: results, pattern: pattern)
    let style = GoldenOptions.style()
    for change in blessing.changes {
      if let text = Self.text(change, style) { Terminal.shared.printLine("\(chapter) \(text)") }
    }
    let rewrites = blessing.rewrites.count
    if !blessing.refusals.isEmpty {
      Terminal.shared.printLine(
        "\(chapter): nothing blessed, for \(blessing.refusals.count) entries were refused; --entry names those to bless"
      )
    } else if rewrites == 0 {
      Terminal.shared.printLine("\(chapter): nothing to change")
    } else if confirms("bless \(rewrites) digest\(rewrites == 1 ? "" : "s") of \(chapter)?") {
      try blessing.blessed(provenance: Provenance.ofThisBuild(command: "book bless \(chapter)")).write()
      Terminal.shared.printLine("\(chapter): \(rewrites) blessed")
    } else {
      Terminal.shared.printLine("\(chapter): nothing changed")
      throw ExitCode.couldNotRun
    }
    return !blessing.refusals.isEmpty
  }

  private func confirms(_ question: String) -> Bool {
    if yes { return true }
    Terminal.shared.printError("\(question) [y/N]")
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
  }

  private static func text(_ change: Blessing.Change, _ style: TextStyle) -> String? {
    switch change.action {
    case .keep: nil
    case .refuse: style.bad(change.text)
    case .add, .replace, .remove: change.text
    }
  }
}
