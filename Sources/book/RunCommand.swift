import ArgumentParser
import Foundation
import Goldens
import Literate
import TensorFiles

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs chapters one after the other, their output in plain sight.",
    usage: "book run [<chapters> ...] [--force] [--goldens <dir>] [-- <chapter-options> ...]",
    discussion: """
      Without options for the chapters each is run as its goldens hold it, so that `book weave` and `book check --recorded` can say \
      of every number whether it is PyTorch's; one whose code, options and libraries are those of the run that is there is not run \
      again, unless --force says so. Options behind -- go to every chapter instead: book run 03 -- --seed 42 --threads 1
      """)

  @Argument(help: "Chapters by number or folder name (default: all).")
  var chapters: [String] = []

  @Flag(help: "Run every chapter, changed or not.")
  var force = false

  @OptionGroup var options: GoldenOptions

  /// What stands behind `--`: options for the chapters.
  var chapterOptions: [String] = []

  private enum CodingKeys: CodingKey { case chapters, force, options }

  func run() throws {
    let goldens = try options.folder()
    let catalog = try ChapterCatalog.allChapters(repository: options.repository())
    let selected = try catalog.select(chapters)
    let checkout = try options.checkout()
    for chapter in selected { try ChapterProgram(chapter: chapter).requireCurrent(in: checkout) }
    let unchanged = UnchangedRun(runs: "out", catalog: catalog, checkout: checkout)
    for chapter in selected {
      if !force, chapterOptions.isEmpty, unchanged.isThere(chapter) {
        Terminal.shared.printError("\(chapter) is unchanged since its run in out/\(chapter); --force runs it")
        continue
      }
      Terminal.shared.printError("running \(chapter)")
      try ChapterProgram(chapter: chapter).run(
        chapterOptions.isEmpty ? Self.goldenOptions(of: "\(goldens)/\(chapter)") : chapterOptions)
    }
  }

  /// The options of the run in float32 that a golden set holds; its own where there is no golden set yet. What such a run has left, the
  /// next may replace: it makes it again, in a minute or two.
  static func goldenOptions(of folder: String) throws -> [String] {
    let path = GoldenSet.manifestPath(folder)
    guard FileSystem.kind(of: path) == .file else { return ["--remake"] }
    let manifest = try Manifest(contentsOf: path)
    return ["--profile", manifest.profile, "--seed", String(manifest.seed)] + (manifest.runs[.float32] ?? [])
      + ["--remake"]
  }
}
