import ArgumentParser
import Goldens
import Literate

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Runs chapters and holds what they record against the goldens.")

  @Argument(help: "Chapters by number or folder name (default: all).")
  var chapters: [String] = []

  @Flag(help: "Fail also where bits are not those that were blessed.")
  var exact = false

  @Option(help: ArgumentHelp("Only entries whose name matches; * stands for any characters.", valueName: "glob"))
  var entry: String?

  @Option(help: ArgumentHelp("Folder the chapters write to while they are checked.", valueName: "dir"))
  var scratch = "out/check"

  @OptionGroup var options: GoldenOptions

  func run() throws {
    let catalog = try options.catalog()
    let selected = try catalog.select(chapters)
    let session = CheckSession(
      catalog: catalog, executables: GoldenOptions.executableFolder(), scratch: scratch, pattern: entry.map(Glob.init))
    var results: [PrecisionResult] = []
    for chapter in selected {
      results += session.check(chapter) { Terminal.shared.printError($0) }
    }
    let report = TextReport(results, exact: exact, style: GoldenOptions.style())
    Terminal.shared.printLine(report.text.trimmingLineEnd)
    if results.contains(where: \.couldNotRun) { throw ExitCode.couldNotRun }
    if results.isEmpty || results.contains(where: { $0.fails(exact: exact) }) { throw ExitCode.doesNotHold }
  }
}

extension String {
  /// Without the line break at its end.
  var trimmingLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
