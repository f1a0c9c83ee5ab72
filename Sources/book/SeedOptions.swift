import ArgumentParser
import Files
import Goldens
import Literate

/// `--seeds` and what goes with it.
struct SeedOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Run from many seeds, as many at a time as there are cores: 0..19, 0..190/10 (every tenth) or 3,7,11.",
      valueName: "seeds"),
    transform: { text in
      guard let range = SeedRange(text) else {
        throw ValidationError("expected \(SeedRange.form), at most \(SeedRange.limit) of them")
      }
      return range
    })
  var seeds: SeedRange?

  @Option(help: ArgumentHelp("Folder of the runs of many seeds.", valueName: "dir"))
  var seedRuns = "out/seeds"

  func validate() throws {
    if seedRuns.isEmpty { throw ValidationError("--seed-runs: expected a folder, found an empty text") }
  }

  /// The runs of one chapter.
  func runs(of chapter: String, _ seeds: SeedRange, options: [String], jobs: Int?, force: Bool, checkout: Checkout)
    -> SeedRuns
  {
    SeedRuns(
      chapter: chapter, checkout: checkout, folder: "\(seedRuns)/\(chapter)", options: options,
      jobs: SeedRuns.jobs(for: seeds.seeds.count, asked: jobs), force: force)
  }

  /// What the reference program found over many seeds; `nil` where there is no such file.
  static func reference(_ goldens: String, chapter: String) throws -> SeedDistributions? {
    let path = SeedDistributions.path(goldens)
    guard FileSystem.kind(of: path) != nil else { return nil }
    let reference = try SeedDistributions(contentsOf: path)
    guard reference.chapter == chapter else {
      throw CatalogError("\(path): it is of \(reference.chapter), expected \(chapter)")
    }
    return reference
  }

  /// The golden options of the chapter's run in a precision, without seed and folder.
  static func options(of goldens: String, dtype: String? = nil) throws -> [String] {
    var options = try RunCommand.goldenOptions(of: goldens).filter { $0 != "--remake" }
    if let place = options.firstIndex(of: "--seed"), place + 1 < options.count {
      options.removeSubrange(place...place + 1)
    }
    return options + (dtype.map { ["--dtype", $0] } ?? [])
  }
}
