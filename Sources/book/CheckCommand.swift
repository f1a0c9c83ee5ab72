import ArgumentParser
import Foundation
import Goldens
import Literate
import Processes
import TensorFiles

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Runs chapters and holds what they record against the goldens.",
    discussion: """
      With --profile full it makes whole runs again, or a stretch of them, and holds every line and the state after every epoch against \
      the ledger in goldens/<chapter>/full, bit for bit: `book check 03 --profile full --act repaired --iterations 100`. \
      With --recording it holds what other programs have recorded against the golden sets in --goldens, and runs nothing. \
      With --seeds a chapter runs from many seeds: how often its claims hold is held against PyTorch's rate (Fisher's exact test), \
      every end value's distribution against PyTorch's (the rank test of Wilcoxon, Mann and Whitney), and the report says how \
      often such a check raises a false alarm.
      """)

  @Argument(help: "Chapters by number or folder name, with --recording the names of recordings (default: all).")
  var chapters: [String] = []

  @Option(
    help: ArgumentHelp(
      "Check the recordings of any program below this folder, instead of chapters: see docs/recording.md.",
      valueName: "dir"))
  var recording: String?

  @Flag(help: "Fail also where bits are not those that were blessed.")
  var exact = false

  @Option(help: ArgumentHelp("Only entries whose name matches; * stands for any characters.", valueName: "glob"))
  var entry: String?

  @Flag(help: "Plant one fault of each kind and prove that each is caught and named, instead of checking chapters.")
  var selfTest = false

  @Flag(
    help: "Plant the mistakes of the museum (docs/museum.md) in the chapters and prove that each is found and named.")
  var museum = false

  @Option(help: "Chapters and precisions to run at a time (default: 1; with --seeds as many runs as there are cores).")
  var jobs: Int?

  @Option(help: "Processes that make every run together, over MPI: see docs/machines.md.")
  var ranks: Int?

  @OptionGroup(title: "Over many seeds") var seeds: SeedOptions

  @Option(
    help: ArgumentHelp(
      """
      Only the i-th of n parts of the runs, each for a machine of its own; --recording on what they have recorded \
      makes one report.
      """,
      valueName: "i/n"),
    transform: { text in
      guard let shard = Shard(text) else { throw ValidationError("expected i/n with 1 ≤ i ≤ n ≤ \(Shard.limit)") }
      return shard
    })
  var shard: Shard?

  @Option(
    help: ArgumentHelp(
      "Seconds a run may take before it is stopped and fails (default: 3600; no limit with --profile full).",
      valueName: "seconds"))
  var timeLimit: Int?

  @OptionGroup var reports: ReportFiles

  @Flag(help: "Check what `book run` has recorded, instead of running the chapters anew.")
  var recorded = false

  @Option(help: ArgumentHelp("Folder of the runs that --recorded checks.", valueName: "dir"))
  var runs = "out"

  @Option(help: ArgumentHelp("Folder the chapters write to while they are checked.", valueName: "dir"))
  var scratch = "out/check"

  @Option(help: "quick: what the goldens hold. full: whole runs, against their ledgers.")
  var profile: Profile = .quick

  @OptionGroup(title: "With --profile full") var extent: ExtentOptions

  @OptionGroup var options: GoldenOptions

  func validate() throws {
    try extent.validate(in: profile)
    if profile == .full, let option = quickOnly.first {
      throw ValidationError(
        "\(option): it is not for --profile full, whose numbers are compared bit for bit, all of them")
    }
    if recording != nil, let option = chaptersOnly.first {
      throw ValidationError("\(option): it is for chapters, which --recording does not run")
    }
    if let ranks, !(1...256).contains(ranks) { throw ValidationError("--ranks \(ranks): expected 1 to 256") }
    if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs \(jobs): expected 1 to 256") }
    if seeds.seeds != nil, let option = oneRunOnly.first {
      throw ValidationError("\(option): it is not for --seeds, which judges many runs by their distributions")
    }
    if let timeLimit, !(1...1_000_000).contains(timeLimit) {
      throw ValidationError("--time-limit \(timeLimit): expected 1 to 1000000")
    }
  }

  func run() throws {
    if selfTest { return try runSelfTest() }
    if museum { return try MuseumCheck(chapters, options: options, scratch: scratch).run() }
    if let recording {
      return try RecordingChecking(
        recordings: recording, goldens: options.goldens ?? GoldenOptions.foldersDefault, names: chapters,
        pattern: entry.map(Glob.init), exact: exact, reports: reports
      ).run()
    }
    let catalog = try options.catalog()
    let checkout = try options.checkout()
    if let range = seeds.seeds {
      try reports.requireFolders()
      return try SeedChecking(
        catalog: catalog, checkout: checkout, seeds: range, options: seeds, jobs: jobs, pattern: entry.map(Glob.init),
        html: reports.html
      ).run(chapters)
    }
    if profile == .full {
      return try WholeRunCheck(catalog: catalog, checkout: checkout, scratch: scratch, timeLimit: timeLimit)
        .run(chapters, extent.extent)
    }
    let selected = try catalog.select(chapters)
    let recordedRuns = RecordedRuns(folder: runs, catalog: catalog, checkout: checkout)
    if recorded { try recordedRuns.require(selected) }
    var session = CheckSession(
      catalog: catalog, executables: GoldenOptions.executableFolder(), scratch: scratch,
      pattern: entry.map(Glob.init),
      timeLimit: timeLimit ?? CheckSession.defaultTimeLimit, checkout: checkout)
    session.shard = shard
    session.ranks = ranks
    if recorded { session.follow(runs) }
    noteChangedPrograms(of: selected, in: catalog.folder, repository: checkout.repository)
    // Minutes of checking must not end in a report that cannot be written.
    try reports.requireFolders()
    let fingerprints = try Fingerprints(readingFrom: catalog.folder)
    var results = session.check(selected, jobs: jobs ?? 1) { Terminal.shared.printError($0) }
    for index in results.indices { results[index].notes += fingerprints.notes(on: results[index]) }
    // Half a check says nothing, and must not be noted.
    if Interruption.isPending { throw Interrupted() }
    if let shard, results.isEmpty {
      throw CatalogError("--shard \(shard): there are fewer runs than \(shard.index), so this part of them is empty")
    }
    let sources = SourcePaths(root: try options.repository())
    let report = TextReport(results, exact: exact, style: GoldenOptions.style(), sources: sources)
    Terminal.shared.printLine(report.text.trimmingLineEnd)
    try reports.write(results, exact: exact, sources: sources)
    for chapter in selected where entry == nil && shard == nil {
      let own = results.filter { $0.chapter == chapter }
      let note = recorded ? CheckNote.ofRun(runs, chapter) : CheckNote.ofCheck(scratch, chapter)
      try CheckNote.write(own, chapter: chapter, exact: exact, checkout: checkout, to: note)
    }
    try GitHub.report(results, exact: exact, sources: sources)
    if results.contains(where: \.couldNotRun) { throw ExitCode.couldNotRun }
    if results.isEmpty || results.contains(where: { $0.fails(exact: exact) }) { throw ExitCode.doesNotHold }
  }
}

extension CheckCommand {
  /// Says where a reference was computed by other programs than are there now. The numbers may be the same: no verdict.
  private func noteChangedPrograms(of chapters: [String], in goldens: String, repository: String) {
    for chapter in chapters {
      // What a manifest lacks is the check's to tell.
      guard let manifest = try? Manifest(contentsOf: GoldenSet.manifestPath("\(goldens)/\(chapter)")) else { continue }
      do {
        let changed = try manifest.changedSources(in: repository)
        if changed.isEmpty { continue }
        Terminal.shared.printError(
          "\(chapter): since the reference was computed, \(changed.joined(separator: ", ")) changed")
      } catch { Terminal.shared.printError("\(chapter): \(error)") }
    }
  }

  /// The given options that only the quick profile has.
  private var quickOnly: [String] {
    [
      (entry != nil, "--entry"), (selfTest, "--self-test"), (museum, "--museum"), (recorded, "--recorded"),
      (reports.json != nil, "--json"), (reports.junit != nil, "--junit"), (reports.html != nil, "--html"),
      (jobs != nil, "--jobs"), (recording != nil, "--recording"), (shard != nil, "--shard"), (ranks != nil, "--ranks"),
      (seeds.seeds != nil, "--seeds"),
    ].filter(\.0).map(\.1)
  }

  /// The given options that only a check of one run has.
  private var oneRunOnly: [String] {
    [
      (selfTest, "--self-test"), (recorded, "--recorded"), (recording != nil, "--recording"), (shard != nil, "--shard"),
      (ranks != nil, "--ranks"),
      (exact, "--exact"), (timeLimit != nil, "--time-limit"), (reports.json != nil, "--json"),
      (reports.junit != nil, "--junit"),
    ].filter(\.0).map(\.1)
  }

  /// The given options that only chapters have.
  private var chaptersOnly: [String] {
    [
      (selfTest, "--self-test"), (museum, "--museum"), (recorded, "--recorded"), (jobs != nil, "--jobs"),
      (shard != nil, "--shard"), (ranks != nil, "--ranks"),
      (timeLimit != nil, "--time-limit"),
    ].filter(\.0).map(\.1)
  }

  private func runSelfTest() throws {
    let style = GoldenOptions.style()
    let outcomes = try SelfTest(folder: scratch + "/self-test").run()
    for outcome in outcomes {
      let word = outcome.wasCaught ? style.good("caught") : style.bad("MISSED")
      Terminal.shared.printLine("\(word)  \(outcome.fault)")
      if !outcome.wasCaught { Terminal.shared.printLine(outcome.report) }
    }
    let missed = outcomes.count { !$0.wasCaught }
    Terminal.shared.printLine(
      missed == 0
        ? style.good("all \(outcomes.count) as expected: the checker can fail") : style.bad("\(missed) faults missed"))
    if missed > 0 { throw ExitCode.doesNotHold }
  }
}

/// Which stretch of whole runs is checked.
struct ExtentOptions: ParsableArguments {
  @Option(help: "Only this act of the chapters.")
  var act: String?

  @Option(help: "Only so many epochs.")
  var epochs: Int?

  @Option(help: "Only so many iterations.")
  var iterations: Int?

  @Option(
    help: ArgumentHelp(
      "Begin at this checkpoint, epoch-NN.safetensors of a run with --keep-epochs for one, instead of at the start.",
      valueName: "checkpoint"))
  var from: String?

  @Flag(help: "Go on with a check of whole runs that was interrupted, where it left its checkpoint.")
  var resume = false

  var extent: WholeRunCheck.Extent {
    WholeRunCheck.Extent(act: act, epochs: epochs, iterations: iterations, checkpoint: from, resumes: resume)
  }

  func validate(in profile: Profile) throws {
    let given = [
      act != nil ? "--act" : nil, epochs != nil ? "--epochs" : nil, iterations != nil ? "--iterations" : nil,
    ]
    if profile == .quick,
      let option = (given + [from != nil ? "--from" : nil, resume ? "--resume" : nil]).compactMap(\.self).first
    {
      throw ValidationError("\(option): expected --profile full beside it")
    }
    if let epochs, epochs < 1 { throw ValidationError("--epochs \(epochs): expected 1 or more") }
    if let iterations, iterations < 1 { throw ValidationError("--iterations \(iterations): expected 1 or more") }
    if resume, let option = [given[1], given[2], from != nil ? "--from" : nil].compactMap(\.self).first {
      throw ValidationError("--resume and \(option): expected one of them at most")
    }
    if epochs != nil, iterations != nil {
      throw ValidationError("--epochs and --iterations: expected one of them at most")
    }
  }
}

extension String {
  /// Without the line break at its end.
  var trimmingLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
