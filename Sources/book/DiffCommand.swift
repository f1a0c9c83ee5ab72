import ArgumentParser
import Goldens
import Literate
import TensorFiles

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Compares two tensor files: safetensors, npy, npz, pth, also zstd-compressed.",
    discussion: """
      Without a tolerance every bit counts. With --atol or --rtol an element holds where |b − a| ≤ atol + rtol·|a|; \
      with --ulp where at most so many representable numbers lie between. What is no tensor (texts, foreign objects, \
      arrays of strings) is named and left out. Exit codes: 0 equal, 1 different, 2 could not read.
      """)

  @Argument(help: "The file that is expected.")
  var expected: String

  @Argument(help: "The file that is held against it.")
  var found: String

  @Option(help: "Absolute tolerance (0 where only --rtol is given).")
  var atol: Double?

  @Option(help: "Relative tolerance (0 where only --atol is given).")
  var rtol: Double?

  @Option(help: "Tolerance in units in the last place.")
  var ulp: UInt64?

  @Option(help: ArgumentHelp("Only tensors whose name matches; * stands for any characters.", valueName: "glob"))
  var entry: String?

  @Option(
    help: ArgumentHelp(
      """
      Take this off the names that begin with it, in both files: module. or _orig_mod., say. May be given several \
      times.
      """,
      valueName: "prefix"))
  var stripPrefix: [String] = []

  @Option(
    help: ArgumentHelp(
      "What the elements of NumPy arrays are that NumPy has no name for: bfloat16, float8_e4m3fn, float8_e5m2, ...",
      valueName: "type"))
  var view: ElementType?

  @Option(
    help: ArgumentHelp(
      "Most bytes that a compressed file may unpack to (default: 4 times its size + 64 MiB).", valueName: "bytes"))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      """
      Tolerances by name: lines of a glob and \"ATOL RTOL\", \"ulp N\" or \"exact\", of which the first that \
      matches decides; the other options are for names that none matches.
      """,
      valueName: "file"))
  var tolerances: String?

  @OptionGroup(title: "In CI") var reports: ReportFiles

  private var tolerance: Tolerance {
    if let ulp { return .ulps(ulp) }
    if atol == nil && rtol == nil { return .exact }
    return .within(atol: atol ?? 0, rtol: rtol ?? 0)
  }

  func validate() throws {
    if stripPrefix.contains("") { throw ValidationError("--strip-prefix: expected a prefix, found nothing") }
    if ulp != nil && (atol != nil || rtol != nil) { throw ValidationError("give either --ulp or --atol and --rtol") }
    if !tolerance.isValid { throw ValidationError("tolerances must be finite and not negative") }
    if let limit, limit < 1 { throw ValidationError("--limit \(limit): expected 1 or more") }
  }

  func run() throws {
    // Before minutes of reading.
    try reports.requireFolders()
    let table = try tolerances.map { try ToleranceTable(contentsOf: $0) }
    let clock = ContinuousClock()
    let left = try TensorFile(contentsOf: expected, limit: limit, view: view, leavingDamaged: true)
    let right = try TensorFile(contentsOf: found, limit: limit, view: view, leavingDamaged: true)
    let start = clock.now
    var diff = FileDiff(tolerance: tolerance, pattern: entry.map(Glob.init), prefixes: stripPrefix)
    diff.tolerances = table
    var result = try diff.compare(expected: left, found: right)
    result.compareSeconds = (clock.now - start).inSeconds
    let report = TextReport([result], exact: false, style: GoldenOptions.style())
    Terminal.shared.printLine(report.text.trimmingLineEnd)
    let nowhere = SourcePaths(paths: [])
    try reports.write([result], exact: false, sources: nowhere)
    try GitHub.report([result], exact: false, sources: nowhere)
    if result.fails(exact: false) { throw ExitCode.doesNotHold }
  }
}

extension ElementType: ExpressibleByArgument {
  public init?(argument: String) { self.init(named: argument) }
  public static var allValueStrings: [String] { allCases.map(\.name) }
}
