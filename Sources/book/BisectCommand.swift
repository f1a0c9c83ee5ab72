import ArgumentParser
import Files
import Foundation
import Goldens
import Literate
import TensorFiles

struct BisectCommand: ParsableCommand, PassingOptionsOn {
  static let configuration = CommandConfiguration(
    commandName: "bisect", abstract: "Names the first operation in which two runs differ, and shows both values.",
    usage: """
      book bisect <trace> <trace>
             book bisect <chapter> [--first <settings>] [--second <settings>] [--against <commit>] [-- <chapter-options> ...]
             book bisect <chapter> --reference [-- <chapter-options> ...]
      """,
    discussion: """
      Settings are options of the chapter, and before them variables of its environment: book bisect 03 --first \
      "BOOK_ISA=v3 --threads 1" --second "--threads 2" -- --iterations 2. With --against the first run is that \
      commit's, which is built in .build-bisect. With --reference the chapter's layers are held against PyTorch's. \
      Exit codes: 0 no difference, 1 a difference, 2 could not compare.
      """)

  @Argument(help: "Two traces, or a chapter by number or folder name.")
  var subjects: [String]

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What the first run has beside the common options.", valueName: "settings"))
  var first = ""

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What the second run has beside the common options.", valueName: "settings"))
  var second = ""

  @Option(help: ArgumentHelp("The first run is the program of this commit.", valueName: "commit"))
  var against: String?

  @Flag(help: "Hold the layers' outputs against PyTorch's.")
  var reference = false

  @Option(
    help: ArgumentHelp(
      "What a tracing program has written of PyTorch's layers, instead of running goldens/reference/trace_layers.py.",
      valueName: "file"))
  var layers: String?

  @Option(help: "Outputs of layers to hold against PyTorch's.")
  var layerCount = 60

  @Option(
    help: ArgumentHelp(
      "How far layers may be from PyTorch's, of their largest element (default: 1e-4 in float32, 1e-9 in float64)."))
  var tolerance: Double?

  @Option(help: "The Python with torch (default: BOOK_PYTHON, .venv/bin/python, python3: the first that has it).")
  var python: String?

  @Option(help: ArgumentHelp("Folder for what the runs write.", valueName: "dir"))
  var scratch = "out/bisect"

  @OptionGroup var options: GoldenOptions

  /// What stands behind `--`: options for both runs.
  var chapterOptions: [String] = []

  private enum CodingKeys: CodingKey {
    case subjects, first, second, against, reference, layers, layerCount, tolerance, python, scratch, options
  }

  func validate() throws {
    guard (1...2).contains(subjects.count) else { throw ValidationError("expected two traces, or one chapter") }
    var settings: [String] = []
    if !first.isEmpty { settings.append("--first") }
    if !second.isEmpty { settings.append("--second") }
    if against != nil { settings.append("--against") }
    if subjects.count == 2, let option = settings.first ?? (reference ? "--reference" : nil) {
      throw ValidationError("\(option): it is for a chapter, not for traces that are there")
    }
    if reference, let option = settings.first {
      throw ValidationError("\(option) and --reference: expected one of them at most")
    }
    if layers != nil && !reference { throw ValidationError("--layers: expected --reference beside it") }
    if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
      throw ValidationError("--tolerance \(tolerance): expected 0 or more")
    }
    if !(1...100_000).contains(layerCount) {
      throw ValidationError("--layer-count \(layerCount): expected 1 to 100000")
    }
  }

  func run() throws {
    if subjects.count == 2 { return try compareTraces() }
    let chapter = try ChapterCatalog.allChapters(repository: options.repository()).select(subjects)[0]
    try ChapterProgram(chapter: chapter).requireCurrent(in: options.checkout())
    if reference { return try compareLayers(of: chapter) }
    let own = TracedRun.executable(of: chapter)
    let other = try against.map {
      try CommitBuild(commit: $0, chapter: chapter, repository: options.repository()).program()
    }
    let common = chapterOptions
    let runs = [
      try TracedRun(executable: other ?? own, settings: first, common: common, folder: scratch + "/first"),
      try TracedRun(executable: own, settings: second, common: common, folder: scratch + "/second"),
    ]
    for run in runs { try run.trace() }
    try report(TraceComparison(TraceFile(contentsOf: runs[0].path), TraceFile(contentsOf: runs[1].path)), runs)
  }

  private func compareTraces() throws {
    let traces = try subjects.map { try TraceFile(contentsOf: $0) }
    let comparison = try TraceComparison(traces[0], traces[1])
    var runs: [TracedRun] = []
    if comparison.difference != nil {
      do {
        runs = try zip(traces, ["first", "second"]).map {
          try TracedRun(remaking: $0, folder: scratch + "/\($1)", in: options.checkout())
        }
      } catch {
        Terminal.shared.printError("the values are not shown: \(error)")
      }
    }
    try report(comparison, runs)
  }

  /// Says what was found. Throws `ExitCode` where it is a difference.
  private func report(_ comparison: TraceComparison, _ runs: [TracedRun]) throws {
    Terminal.shared.printLine(comparison.text)
    guard let difference = comparison.difference else { return }
    switch difference.kind {
    case .output, .settings, .input, .stream:
      if runs.count == 2 { try showValues(of: difference, runs) }
    case .otherOperation, .end: break
    }
    throw ExitCode.doesNotHold
  }

  /// Runs both again up to the operation, and prints what differs in its values.
  private func showValues(of difference: TraceComparison.Difference, _ runs: [TracedRun]) throws {
    let dumps = try runs.map { try $0.dump(entry: difference.place.entry) }
    for (run, traced, dump) in [(0, difference.first, dumps[0]), (1, difference.second, dumps[1])] {
      guard let traced, !traced.isRemade(in: dump) else { continue }
      Terminal.shared.printLine(
        "  run \(run + 1) made other values when it was run again: it is not the same each time")
    }
    for line in try DumpComparison(dumps[0], dumps[1]).lines {
      let isInput = line.name.hasPrefix("input/")
      if line.isEqual && isInput { continue }
      let name = line.name.replacingOccurrences(of: "/", with: " ")
      let isChanged = isInput && !line.isEqual && difference.kind.hasEqualInputs
      Terminal.shared.printLine(
        "  \(name): \(line.text)" + (isChanged ? " (it was changed in memory after it had been made)" : ""))
    }
  }

  private func compareLayers(of chapter: String) throws {
    let run = try TracedRun(
      executable: TracedRun.executable(of: chapter), settings: "", common: chapterOptions, folder: scratch + "/layers")
    let found = try run.layers(count: layerCount)
    let path: String
    if let layers {
      path = layers
    } else {
      path = scratch + "/pytorch.safetensors"
      try FileSystem.createFolder(scratch)
      try LayerTracingProgram(repository: options.repository(), python: python)
        .run(chapter, options: chapterOptions, count: layerCount, to: path)
    }
    let reference = try TensorFile(contentsOf: path)
    let isDouble = found.entries.first?.elementType == .float64
    let comparison = try LayerComparison(found, reference: reference, tolerance: tolerance ?? (isDouble ? 1e-9 : 1e-4))
    guard let difference = comparison.difference else {
      Terminal.shared.printLine(
        "no difference in the outputs of \(comparison.count) layers; the largest is "
          + "\(NumberText.short(comparison.largest)) of an output's largest element")
      return
    }
    Terminal.shared.printLine("\(comparison.count) outputs of layers agree")
    Terminal.shared.printLine(
      "first difference: \(difference.layer), call \(difference.call): \(difference.text)".visible)
    throw ExitCode.doesNotHold
  }
}

extension TraceComparison.Difference.Kind {
  /// Whether the inputs were the same in both runs when they were made.
  fileprivate var hasEqualInputs: Bool {
    switch self {
    case .output, .settings, .stream: true
    case .input, .otherOperation, .end: false
    }
  }
}
