import Files
import Goldens
import TensorFiles
import Tensors

/// What the pages of a book were woven from and what came of it, so that nothing is woven again that would come out the
/// same.
///
/// A page depends on its chapter's sources, run and goldens, on the titles and the order of all chapters, and on the
/// program that weaves. The note lies beside the pages; where it is damaged, or a page is not as it was written, the
/// chapter is woven.
package struct WovenNote {
  private let repository: String
  private let runs: String
  private let out: String
  private let catalog: ChapterCatalog
  /// What all pages depend on.
  private let common: String
  private var known: [String: Entry]

  private struct Entry: Equatable {
    let inputs: String
    let outputs: String
  }

  /// What the index, and the appendix with it, are called among the chapters.
  private static let book = "index"
  private var path: String { "\(out)/.woven.json" }

  /// `program` names the build of the program that weaves.
  ///
  /// - Throws: `CatalogError` where the checkout holds no chapter.
  package init(repository: String, runs: String, out: String, program: String) throws {
    self.repository = repository
    self.runs = runs
    self.out = out
    catalog = try ChapterCatalog.allChapters(repository: repository)
    var hash = SHA256()
    hash.update(data: Array(program.utf8))
    for chapter in catalog.chapters {
      let sources = try? ChapterSources(
        chapter: chapter, folder: "\(repository)/chapters/\(chapter)", shownFolder: "chapters/\(chapter)")
      let opening = sources.map(WovenChapter.opening)
      let hasRun = FileSystem.kind(of: "\(runs)/\(chapter)/run.jsonl") == .file
      hash.update(data: Array("\(chapter)\n\(opening?.title ?? "")\n\(hasRun)\n".utf8))
    }
    common = SHA256.hexadecimal(hash.finalize())
    known = Self.read("\(out)/.woven.json")
  }

  /// Those of the chapters whose pages are not, or no longer, what they would be if they were woven now. The first one
  /// where only the index is not, which is written with every chapter.
  package func outdated(_ chapters: [String]) -> [String] {
    let outdated = chapters.filter { known[$0] == nil || known[$0] != entry($0, inputs: inputs(of: $0)) }
    if !outdated.isEmpty { return outdated }
    let hasIndex = known[Self.book] != nil && known[Self.book] == entry(Self.book, inputs: bookInputs())
    return hasIndex ? [] : Array(chapters.prefix(1))
  }

  /// Notes that the chapters have just been woven, and the index with them.
  package mutating func remember(_ chapters: [String]) throws {
    for chapter in chapters { known[chapter] = entry(chapter, inputs: inputs(of: chapter)) }
    known[Self.book] = entry(Self.book, inputs: bookInputs())
    let json = known.sorted { $0.key < $1.key }.reduce(into: JSONObject()) {
      $0[$1.key] = .object(["inputs": .string($1.value.inputs), "outputs": .string($1.value.outputs)])
    }
    try AtomicFile.write(JSONValue.object(json).pretty, to: path)
  }

  private static func read(_ path: String) -> [String: Entry] {
    guard let members = try? JSONCursor(contentsOf: path).members() else { return [:] }
    return members.reduce(into: [:]) { known, member in
      guard let inputs = try? member.cursor.member("inputs").string(),
        let outputs = try? member.cursor.member("outputs").string()
      else { return }
      known[member.key] = Entry(inputs: inputs, outputs: outputs)
    }
  }

  // MARK: - Hashes

  private func entry(_ name: String, inputs: String?) -> Entry? {
    inputs.map { Entry(inputs: $0, outputs: outputs(of: name)) }
  }

  /// The hash of everything a chapter's page is made of; `nil` where its run cannot be read.
  private func inputs(of chapter: String) -> String? {
    let run = "\(runs)/\(chapter)"
    guard let journal = try? RunJournal(readingFrom: run, chapter: chapter) else { return nil }
    var files = ["\(run)/run.jsonl", Recording.indexPath(run, journal.precision)]
    for event in journal.events {
      if case .picture(let picture) = event.content { files.append("\(run)/\(picture.path)") }
    }
    for name in ["manifest.json", "reference.safetensors.zst", "log.txt"] {
      files.append("\(catalog.path(of: chapter))/\(name)")
    }
    for precision in DType.allCases where precision != journal.precision {
      let checked = "\(runs)/check/\(chapter)/\(precision.rawValue)"
      files += ["\(checked)/run.jsonl", Recording.indexPath(checked, precision)]
    }
    let sources = (try? BuildStamp.hashes(inFolder: "\(repository)/chapters/\(chapter)")) ?? [:]
    return hash([common] + sources.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }, files)
  }

  private func bookInputs() -> String? {
    let listed = catalog.chapters.map { "\($0) \(inputs(of: $0) ?? "none")" }
    return hash([common] + listed, ["\(repository)/\(DocumentsAppendix.path)"])
  }

  private func outputs(of name: String) -> String {
    let appendix = DocumentsAppendix.name
    let own =
      name == Self.book
      ? ["index.html", "\(appendix).html", "\(appendix).md"] : ["html", "ipynb", "md"].map { "\(name).\($0)" }
    let pictures = name == Self.book ? [:] : (try? BuildStamp.hashes(inFolder: "\(out)/\(name)")) ?? [:]
    return hash(pictures.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }, own.map { "\(out)/\($0)" })
  }

  /// Of the lines and of the files' contents; one that is not there is told from an empty one.
  private func hash(_ lines: [String], _ files: [String]) -> String {
    var hash = SHA256()
    for line in lines { hash.update(data: Array("\(line)\n".utf8)) }
    for file in files {
      let content = (try? FileSystem.read(file)).map { SHA256.hexadecimal(SHA256.hash(data: $0)) } ?? "none"
      hash.update(data: Array("\(content) \(file)\n".utf8))
    }
    return SHA256.hexadecimal(hash.finalize())
  }
}
