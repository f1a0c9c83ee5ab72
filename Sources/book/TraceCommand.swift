import ArgumentParser
import Files
import Foundation
import Goldens
import Literate
import TensorFiles

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Runs a chapter and writes a digest of every operation, or prints such a trace.",
    usage:
      """
      book trace <chapter> [--to <file>] [-- <chapter-options> ...]\n       book trace --print <file> [--first <n>] \
      [--count <n>]
      """,
    discussion: """
      What the chapter writes beside the trace goes to a scratch folder. Two traces are held against each other by \
      `book bisect`; the format is docs/tracing.md's. Example: book trace 03 -- --iterations 2
      """)

  @Argument(help: "The chapter by number or folder name.")
  var chapter: String?

  @Option(help: ArgumentHelp("Where to (default: out/trace/<chapter>.trace).", valueName: "file"))
  var to: String?

  @Option(
    name: .customLong("print"), help: ArgumentHelp("Print this trace, one line for each entry.", valueName: "file"))
  var printed: String?

  @Option(help: "With --print, the first entry to print.")
  var first = 0

  @Option(help: "With --print, how many entries to print.")
  var count = 100

  @Argument(parsing: .postTerminator, help: "Options for the chapter.")
  var chapterOptions: [String] = []

  @OptionGroup var options: GoldenOptions

  func validate() throws {
    guard (chapter == nil) != (printed == nil) else {
      throw ValidationError("expected a chapter, or --print with a file")
    }
    if to?.isEmpty == true { throw ValidationError("--to: expected a file, found an empty text") }
    if first < 0 || count < 1 { throw ValidationError("--first and --count: expected 0 or more, and 1 or more") }
    if printed != nil, to != nil || !chapterOptions.isEmpty {
      throw ValidationError("--print: it prints a trace that is there; leave out --to and the chapter's options")
    }
  }

  func run() throws {
    if let printed { return try print(TraceFile(contentsOf: printed)) }
    let name = try ChapterCatalog.allChapters(repository: options.repository()).select(chapter.map { [$0] } ?? [])[0]
    let program = ChapterProgram(chapter: name)
    try program.requireCurrent(in: options.checkout())
    let scratch = "out/trace/\(name)"
    let path = to ?? "out/trace/\(name).trace"
    try FileSystem.createFolder("out/trace")
    try program.run(["--out", scratch, "--overwrite"] + chapterOptions + ["--trace", path])
    let trace = try TraceFile(contentsOf: path)
    var reader = TraceReader(trace)
    var entries = 0
    while let event = try reader.next() { if case .operation = event { entries += 1 } }
    Terminal.shared.printError("\(path): \(entries) entries")
  }

  private func print(_ trace: TraceFile) throws {
    let header = trace.header
    Terminal.shared.printLine(
      "\(header.chapter) \(header.arguments.joined(separator: " ")) (\(header.dtype), \(header.instructionSet), "
        .visible + "\(header.threads) threads)")
    var reader = TraceReader(trace)
    while let event = try reader.next() {
      switch event {
      case .operation(let operation):
        if operation.entry >= first + count { return }
        guard operation.entry >= first else { continue }
        let digests = operation.outputs.map { String($0.digest.text.prefix(12)) }
        let inputs = operation.inputs.map { "#\($0.number)" }
        Terminal.shared.printLine(
          "\(operation.entry) #\(operation.firstOutput) \(operation.summary)".visible
            + (inputs.isEmpty ? "" : " from \(inputs.joined(separator: " "))") + " = \(digests.joined(separator: " "))")
      case .layer(let path, let number): Terminal.shared.printLine("  #\(number) is the output of \(path)".visible)
      case .progress(let label, let count): Terminal.shared.printLine("  \(label): \(count) done".visible)
      }
    }
  }
}
