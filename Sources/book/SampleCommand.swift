import ArgumentParser
import Goldens
import Literate

struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draws pictures from what a chapter's whole run has learned, or from a checkpoint.",
    discussion: """
      book sample --trained 03 --count 64 --seed 1 --interpolate 12 draws from the weights that the package keeps of \
      chapter 3's (or 06's) whole run; book sample --checkpoint FILE from a checkpoint of chapter 6. Options behind \
      these are the chapter's: `book sample --trained 03 --help` lists them.
      """)

  @Argument(parsing: .captureForPassthrough, help: "Options of the chapter's `sample`.")
  var chapterOptions: [String] = []

  /// The chapters whose programs have a `sample`; others keep weights that draw nothing.
  private static let drawing: Set = [3, 6]

  func run() throws {
    var options = chapterOptions
    if !options.isEmpty, options.allSatisfy({ ["-h", "--help"].contains($0) }) { throw CleanExit.helpRequest(self) }
    var chapter = "06-progan-training"
    if let place = options.firstIndex(where: { $0 == "--trained" || $0.hasPrefix("--trained=") }) {
      let attached = options[place].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
        .first
      let selector = attached.map(String.init) ?? options.dropFirst(place + 1).first ?? ""
      chapter = try Self.chapter(selector)
      options.replaceSubrange(place..<min(options.count, place + (attached == nil ? 2 : 1)), with: ["--trained"])
    }
    try ChapterProgram(chapter: chapter).run(["sample"] + options)
  }

  /// The chapter that is asked for. Throws `ValidationError` where it keeps no weights.
  private static func chapter(_ selector: String) throws -> String {
    let folder = try ChapterCatalog.nearestFolder()
    let keeping = try ChapterCatalog(folder: folder).select([]).filter { chapter in
      try drawing.contains(ChapterCatalog.number(of: chapter) ?? 0)
        && !TrainedWeights.ledgers(in: folder + "/\(chapter)/full").isEmpty
    }
    let wanted = keeping.filter { $0 == selector || ChapterCatalog.number(of: $0) == Int(selector) }
    guard let chapter = wanted.first else {
      let known = keeping.isEmpty ? "none does yet" : keeping.joined(separator: ", ")
      throw ValidationError(
        "--trained \(selector): expected a chapter that keeps the weights of a whole run (\(known))")
    }
    return chapter
  }
}
