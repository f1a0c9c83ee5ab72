import ArgumentParser
import Foundation
import Goldens
import Literate

struct ReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference",
    abstract: "Makes the references anew with PyTorch: runs the programs of goldens/reference.",
    discussion:
      "Needs a Python with the packages of goldens/reference/requirements.txt. Digests stay; bless them afterwards.")

  @Argument(help: "Chapters by number or folder name.")
  var chapters: [String]

  @Option(help: "The Python to use (default: BOOK_PYTHON, .venv/bin/python, python3: the first that has torch).")
  var python: String?

  @Flag(help: "Make anew only what chapters 3 and 6 draw from the weights of whole runs; seconds instead of minutes.")
  var trained = false

  @OptionGroup var options: GoldenOptions

  func run() throws {
    let repository = try options.repository()
    let environment = ProcessInfo.processInfo.environment
    let candidates =
      python.map { [$0] }
      ?? [environment["BOOK_PYTHON"], repository + "/.venv/bin/python", "python3"]
      .compactMap { $0 }.filter { !$0.isEmpty }
    let selected = try ChapterCatalog.allChapters(repository: repository).select(chapters)
    let interpreter = try ReferenceProgram.findPython(candidates)
    for chapter in selected {
      let program = try ReferenceProgram(repository: repository, chapter: chapter)
      let folder = "\(repository)/goldens/\(chapter)"
      let old = try? GoldenSet(readingFrom: folder)
      Terminal.shared.printError("running \(program.script)")
      do { try program.run(python: interpreter, onlyTrained: trained) } catch let failure as RunFailure {
        throw CatalogError(failure.description)
      }
      let new = try GoldenSet(readingFrom: folder)
      Terminal.shared.printLine("\(chapter): \(Self.summary(old, new))")
    }
  }

  private static func summary(_ old: GoldenSet?, _ new: GoldenSet) -> String {
    guard let old else {
      let count = new.reference.values.reduce(0) { $0 + $1.count }
      return
        "\(count) entries, the first golden set; run \(BookCommand.quoted("check")) and \(BookCommand.quoted("bless"))"
    }
    let entries = old.changes(to: new).flatMap(\.entries)
    let changed = entries.filter { $0.verdict == .wrong }
    let added = entries.count { $0.verdict == .missing }
    let gone = entries.count { $0.verdict == .orphan }
    if changed.isEmpty && added == 0 && gone == 0 { return "all \(entries.count) entries as before, bit for bit" }
    var text = "\(changed.count) changed, \(added) new, \(gone) gone of \(entries.count) entries"
    let worst = changed.compactMap(\.mismatch?.worstRelative).map(\.relative).filter(\.isFinite).max()
    if let worst { text += ", the largest relative change is \(NumberText.short(worst))" }
    return text + "; run \(BookCommand.quoted("check")) and \(BookCommand.quoted("bless"))"
  }
}
