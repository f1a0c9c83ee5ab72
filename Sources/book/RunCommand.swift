import ArgumentParser
import Files
import Foundation
import Goldens
import Literate
import Processes
import TensorFiles

struct RunCommand: ParsableCommand, PassingOptionsOn {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs chapters one after the other, their output in plain sight.",
    usage: "book run [<chapters> ...] [--force] [--seeds <seeds>] [--goldens <dir>] [-- <chapter-options> ...]",
    discussion: """
      Without options for the chapters each is run as its goldens hold it, so that `book weave` and `book check \
      --recorded` can say of every number whether it is PyTorch's; one whose code, options and libraries are those of \
      the run that is there is not run again, unless --force says so. Where only prose has changed it is woven at \
      once. One chapter's failure does not stop the others. Options behind -- go to every chapter instead: book run 03 \
      -- --seed 42 --threads 1

      With --seeds a chapter runs from many seeds, as many at a time as there are cores, and a page and a summary show \
      every series as a band and every claim with how often it held. What is there is kept: interrupted, the same \
      command goes on.
      """)

  @Argument(help: "Chapters by number or folder name (default: all).")
  var chapters: [String] = []

  @Flag(help: "Run every chapter, changed or not.")
  var force = false

  @OptionGroup var options: GoldenOptions

  @OptionGroup var seeds: SeedOptions

  @Option(help: "With --seeds: runs at a time, which share the cores (default: as many as there are cores).")
  var jobs: Int?

  /// What stands behind `--`: options for the chapters.
  var chapterOptions: [String] = []

  private enum CodingKeys: CodingKey { case chapters, force, options, seeds, jobs }

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs \(jobs): expected 1 to 256") }
    if jobs != nil, seeds.seeds == nil { throw ValidationError("--jobs: expected --seeds beside it") }
  }

  /// Options behind `--` are known only once the rest has been read.
  private func checkChapterOptions() throws {
    guard seeds.seeds != nil else { return }
    for name in ["--seed", "--out", "--resume", "--overwrite"] {
      if chapterOptions.contains(where: { $0 == name || $0.hasPrefix(name + "=") }) {
        throw ValidationError("\(name) behind --: with --seeds every run has its own")
      }
    }
  }

  func run() throws {
    try checkChapterOptions()
    let goldens = try options.folder()
    let catalog = try ChapterCatalog.allChapters(repository: options.repository())
    let selected = try catalog.select(chapters)
    let checkout = try options.checkout()
    let unchanged = UnchangedRun(runs: "out", catalog: catalog, checkout: checkout)
    var failed: [(chapter: String, code: ExitCode)] = []
    for chapter in selected {
      do {
        if let range = seeds.seeds {
          try SeedRunning(
            runs: seeds.runs(
              of: chapter, range, options: seedOptions(of: "\(goldens)/\(chapter)"), jobs: jobs, force: force,
              checkout: checkout),
            goldens: "\(goldens)/\(chapter)"
          ).run(range)
        } else if !force, chapterOptions.isEmpty, unchanged.isThere(chapter) {
          try sayUnchanged(chapter, checkout)
        } else {
          try ChapterProgram(chapter: chapter).requireCurrent(in: checkout)
          Terminal.shared.printError("running \(chapter)")
          try ChapterProgram(chapter: chapter).run(
            chapterOptions.isEmpty ? Self.goldenOptions(of: "\(goldens)/\(chapter)") : chapterOptions)
        }
      } catch let code as ExitCode {
        if code.rawValue == ChapterProgram.interrupted { throw code }
        failed.append((chapter, code))
      } catch let interrupted as Interrupted { throw interrupted } catch {
        Terminal.shared.printError("\(chapter): error: \(error)")
        failed.append((chapter, .couldNotRun))
      }
    }
    guard let first = failed.first else { return }
    if selected.count > 1 {
      let names = failed.map(\.chapter).joined(separator: " ")
      Terminal.shared.printError(
        "\(failed.count) of \(selected.count) chapters failed: \(names). When that is mended: make build && "
          + BookCommand.line("run \(names)"))
    }
    // One that could not run weighs more than one that does not hold.
    throw failed.contains { $0.code == .couldNotRun } ? ExitCode.couldNotRun : first.code
  }

  /// The options of a run from any seed.
  private func seedOptions(of goldens: String) throws -> [String] {
    chapterOptions.isEmpty ? try SeedOptions.options(of: goldens) : chapterOptions
  }

  /// Says that a chapter is not run, and weaves its page where its prose has changed since it was woven.
  private func sayUnchanged(_ chapter: String, _ checkout: Checkout) throws {
    var words = "\(chapter) is unchanged since its run in out/\(chapter); --force runs it"
    let journal = try RunJournal(readingFrom: "out/\(chapter)", chapter: chapter)
    let page = "out/book/\(chapter).html"
    if !checkout.changes(since: journal.program, chapter: chapter).prose.isEmpty, FileSystem.kind(of: page) == .file {
      let program = BuildStamp(text: buildStamp)?.digest ?? ""
      var note = try WovenNote(repository: checkout.repository, runs: "out", out: "out/book", program: program)
      if !note.outdated([chapter]).isEmpty {
        let woven = try Weaver(repository: checkout.repository, runs: "out", out: "out/book").weave([chapter])
        if let failure = woven.failures.first { throw CatalogError(failure.reason) }
        try note.remember([chapter])
        words = "\(chapter): only prose has changed since its run in out/\(chapter); its page is woven: \(page)"
      }
    }
    Terminal.shared.printError(words)
  }

  /// The options of the run in float32 that a golden set holds; its own where there is no golden set yet. What such a
  /// run has left, the next may replace: it makes it again, in a minute or two.
  static func goldenOptions(of folder: String) throws -> [String] {
    let path = GoldenSet.manifestPath(folder)
    guard FileSystem.kind(of: path) == .file else { return ["--remake"] }
    let manifest = try Manifest(contentsOf: path)
    return ["--profile", manifest.profile, "--seed", String(manifest.seed)] + (manifest.runs[.float32] ?? [])
      + ["--remake"]
  }
}
