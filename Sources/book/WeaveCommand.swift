import ArgumentParser
import Foundation
import Goldens
import Literate
import Processes

struct WeaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weave",
    abstract: "Joins chapters with what their last runs put out: web pages, Jupyter notebooks, Markdown.",
    discussion: """
      Without a format it writes all three. A run of other sources than those there now is refused: run the chapter \
      again. Web pages are made with pandoc.
      """)

  @Argument(help: "Chapters by number or folder name (default: all that have been run).")
  var chapters: [String] = []

  @Flag(help: "Web pages, each one file, and an index.")
  var html = false

  @Flag(help: "Jupyter notebooks.")
  var ipynb = false

  @Flag(help: "Markdown as GitHub shows it, pictures beside it.")
  var md = false

  @Flag(help: "Show the book in the browser.")
  var open = false

  @Option(help: ArgumentHelp("Folder to write to.", valueName: "dir"))
  var out = "out/book"

  @Option(help: ArgumentHelp("Folder of the runs.", valueName: "dir"))
  var runs = "out"

  @OptionGroup var options: GoldenOptions

  func run() throws {
    let chosen = [(html, Weaver.Format.html), (ipynb, .ipynb), (md, .md)].filter(\.0).map(\.1)
    let formats = chosen.isEmpty ? Set(Weaver.Format.allCases) : Set(chosen)
    _ = try options.checkout()
    let weaver = try Weaver(repository: options.repository(), runs: runs, out: out, formats: formats)
    let outcome: Weaver.Outcome
    do { outcome = try weaver.weave(chapters) } catch let error as WeavingError {
      throw CatalogError("\(error)")
    }
    let style = GoldenOptions.style()
    for chapter in outcome.woven {
      let types = Weaver.Format.allCases.filter(formats.contains).map { ".\($0.rawValue)" }.joined(separator: " ")
      Terminal.shared.printLine(
        "\(style.bold(chapter.name)): \(out)/\(chapter.name) \(types)  (\(chapter.verdicts.summary))")
      if let caveat = chapter.verdicts.caveat { Terminal.shared.printLine("  \(caveat)") }
    }
    for name in outcome.absent {
      Terminal.shared.printError(
        "\(name): there is no run in \(runs)/\(name); run \(BookCommand.quoted("run \(name)"))")
    }
    for (name, reason) in outcome.failures { Terminal.shared.printError("\(name): error: \(reason)") }
    if outcome.woven.isEmpty && outcome.failures.isEmpty && chapters.isEmpty {
      throw CatalogError("no chapter has been run: run \(BookCommand.quoted("run")) first")
    }
    if open, !outcome.woven.isEmpty { show(outcome.woven) }
    let isMissing = !chapters.isEmpty && !outcome.absent.isEmpty
    if outcome.woven.isEmpty || !outcome.failures.isEmpty || isMissing { throw ExitCode.couldNotRun }
  }

  /// Opens the one page that was asked for, or the index.
  private func show(_ woven: [WovenChapter]) {
    let isOnePage = woven.count == 1 && chapters.count == 1
    let base = isOnePage ? "\(out)/\(woven[0].name)" : "\(out)/index"
    let wantsPage = html || !(ipynb || md)
    let path = wantsPage ? "\(base).html" : ipynb ? "\(out)/\(woven[0].name).ipynb" : "\(out)/\(woven[0].name).md"
    #if os(macOS)
      let opener = "open"
    #else
      let opener = "xdg-open"
    #endif
    var process = Subprocess(opener, [path])
    process.errors = .null
    if (try? process.run()) != .exited(0) {
      Terminal.shared.printError("\(opener) could not open it; see \(path)")
    }
  }
}
