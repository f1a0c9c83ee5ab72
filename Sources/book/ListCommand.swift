import ArgumentParser
import Files
import Goldens
import Literate
import TensorFiles
import Tensors

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the chapters: their goldens, their last run, their last check, and what is stale.")

  @Option(help: ArgumentHelp("Folder of the runs.", valueName: "dir"))
  var runs = "out"

  @OptionGroup var options: GoldenOptions

  func run() throws {
    let checkout = try options.checkout()
    let repository = checkout.repository
    let catalog = try ChapterCatalog.allChapters(repository: repository)
    if catalog.chapters.isEmpty { throw CatalogError("\(repository) holds neither chapters nor goldens") }
    for chapter in catalog.chapters {
      let state = ChapterState(chapter: chapter, checkout: checkout, runs: runs)
      Terminal.shared.printLine(GoldenOptions.style().bold(chapter))
      for (title, text) in [
        ("goldens", state.goldens), ("program", state.program), ("run", state.run), ("check", state.check),
      ] {
        Terminal.shared.printLine("  \(title)\(String(repeating: " ", count: 9 - title.count))\(text)")
      }
    }
  }
}

/// What is known of a chapter, each in a line.
private struct ChapterState {
  let chapter: String
  let checkout: Checkout
  let runs: String

  private var repository: String { checkout.repository }

  /// Whether the program is of the sources as they are.
  var program: String {
    let program = ChapterProgram(chapter: chapter)
    do {
      try program.requireCurrent(in: checkout)
      let prose = try program.stamp().map { checkout.changes(since: $0, chapter: chapter).prose } ?? []
      return prose.isEmpty
        ? "built from the sources as they are"
        : "built from the code as it is; since, the prose of \(prose.joined(separator: ", ")) has changed"
    } catch let error as StaleProgram {
      return "stale: \(error.reason); run `make build`"
    } catch { return "none: run `make build`" }
  }

  var goldens: String {
    let folder = "\(repository)/goldens/\(chapter)"
    guard FileSystem.kind(of: GoldenSet.manifestPath(folder)) == .file else {
      return "none: run \(BookCommand.quoted("reference \(chapter)"))"
    }
    do {
      let goldens = try GoldenSet(readingFrom: folder)
      let parts = goldens.manifest.precisions.map { precision in
        let entries = goldens.reference[precision]?.count ?? 0
        let lines = goldens.log[precision]?.count ?? 0
        let blessed = goldens.manifest.digests[precision]?.count ?? 0
        return "\(precision.rawValue): \(entries) entries, \(lines) log lines, \(blessed) blessed"
      }
      return parts.joined(separator: "; ") + staleReference(goldens.manifest)
    } catch {
      return "damaged: \(error)"
    }
  }

  /// Which of the files that computed the reference have changed since.
  private func staleReference(_ manifest: Manifest) -> String {
    do {
      let changed = try manifest.changedSources(in: repository)
      return changed.isEmpty ? "" : "; stale: since, \(changed.joined(separator: ", ")) changed"
    } catch { return "; damaged provenance: \(error)" }
  }

  var run: String {
    let folder = "\(runs)/\(chapter)"
    guard FileSystem.kind(of: folder + "/run.jsonl") == .file else {
      return "none: run \(BookCommand.quoted("run \(chapter)"))"
    }
    do {
      let journal = try RunJournal(readingFrom: folder, chapter: chapter)
      let text = "recorded \(journal.precision.rawValue)"
      let changes = checkout.changes(since: journal.program, chapter: chapter)
      return changes.isEmpty ? text : text + "; stale: since, \(changes.description)"
    } catch { return "damaged: \(error)" }
  }

  var check: String {
    let notes = [
      ("of all precisions", CheckNote(readingFrom: CheckNote.ofCheck(runs + "/check", chapter))),
      ("of the run", CheckNote(readingFrom: CheckNote.ofRun(runs, chapter))),
    ]
    let lines = notes.compactMap { what, note in note.map { "\(what): \(text(of: $0))" } }
    return lines.isEmpty
      ? "none: run \(BookCommand.quoted("check \(chapter)"))"
      : lines.joined(separator: "\n" + String(repeating: " ", count: 11))
  }

  private func text(of note: CheckNote) -> String {
    let counts = Verdict.allCases.compactMap { verdict in
      note.counts[verdict].flatMap { $0 > 0 ? "\($0) \(verdict.rawValue)" : nil }
    }
    var text = "\(note.holds ? "holds" : "does not hold") (\(counts.joined(separator: ", "))), \(note.date)"
    var stale: [String] = []
    let changes = checkout.changes(since: note.program, chapter: chapter)
    if !changes.isEmpty { stale.append("the sources (\(changes.description))") }
    if note.manifestHash != CheckNote.manifestHash(repository: repository, chapter: chapter) {
      stale.append("the goldens")
    }
    if !stale.isEmpty { text += "; stale: \(stale.joined(separator: " and ")) have changed since" }
    return text
  }
}
