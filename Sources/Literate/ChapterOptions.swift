import ArgumentParser
import Tensors

extension DType: ExpressibleByArgument {}
extension ProductImplementation: ExpressibleByArgument {}

/// How much a chapter does.
package enum Profile: String, Sendable, CaseIterable, ExpressibleByArgument {
  /// Minutes on two cores, on data inside the repository; what the goldens hold.
  case quick
  /// The document's own hyper-parameters.
  case full
}

/// The options that every chapter takes.
///
/// A chapter with options of its own declares a type with `@OptionGroup var chapter: ChapterOptions`; see
/// `ChapterArguments`.
package struct ChapterOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "Seed of every random draw; the same seed gives PyTorch's numbers.",
    transform: seedArgument)
  package var seed: UInt64 = 0

  @Option(help: "Threads to compute with (default: BOOK_THREADS, else all cores). The numbers do not depend on it.")
  package var threads: Int?

  @Option(help: "Matrix products and convolutions: own (this package's kernels) or openblas (im2col and OpenBLAS).")
  package var kernels: ProductImplementation = .current

  @Option(help: "Precision of the arithmetic: float32 or float64.")
  package var dtype: DType = .float32

  @Option(help: "Stop after so many iterations.")
  package var iterations: Int?

  @Option(
    help: "Decimals of the numbers in log lines (default: as the goldens hold them; full: as the document prints them)."
  )
  package var decimals: Int?

  @Option(help: "quick: minutes, on the embedded data. full: the document's hyper-parameters.")
  package var profile: Profile = .quick

  @Option(
    help: ArgumentHelp("Folder of the full data set (default: what is embedded in the repository).", valueName: "dir"))
  package var data: String?

  @Flag(help: "Go on where a loss has become NaN or infinite, instead of ending the run with an error.")
  package var allowNonFinite = false

  @Option(
    help: ArgumentHelp(
      "Folder for everything the run writes (default: out/<chapter>, out/<chapter>-full in the full profile).",
      valueName: "dir"))
  package var out: String?

  @Flag(help: "Go on from the checkpoint in the output folder.")
  package var resume = false

  @Flag(help: "Start anew even where the output folder holds the checkpoint of an earlier run, which is then replaced.")
  package var overwrite = false

  @Flag(help: ArgumentHelp("Like --overwrite, if this run makes the checkpoint's bits again.", visibility: .hidden))
  package var remake = false

  @Option(
    help: ArgumentHelp(
      "Compute only what entries with such names need, as far as the chapter can.", valueName: "glob",
      visibility: .hidden))
  package var entry: String?

  @Option(
    help: ArgumentHelp(
      "Write the seconds of every iteration and the memory used as JSON.", valueName: "file", visibility: .hidden))
  package var timings: String?

  @OptionGroup(title: "Tracing") package var tracing: TraceOptions

  package init() {}

  package func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 to 1024")
    }
    if let iterations, iterations < 1 { throw ValidationError("--iterations \(iterations): expected 1 or more") }
    if let decimals, !(0...17).contains(decimals) { throw ValidationError("--decimals \(decimals): expected 0 to 17") }
    if resume && overwrite { throw ValidationError("--resume and --overwrite: expected one of them at most") }
    if out?.isEmpty == true { throw ValidationError("--out: expected a folder, found an empty text") }
    if data?.isEmpty == true { throw ValidationError("--data: expected a folder, found an empty text") }
  }
}

extension ChapterOptions {
  /// Sets what holds for the whole process: the number of threads and the implementation of products.
  ///
  /// Throws `ThreadsUnavailable` where so many threads cannot be had.
  func apply() throws {
    if let threads { ThreadPool.shared.threads = threads }
    try ThreadPool.shared.start()
    ProductImplementation.standard = kernels
  }

  /// In chapters that take less than a minute and save nothing: says to whoever asks to resume that the run starts
  /// anew.
  package func sayThatNothingIsResumed() {
    guard resume else { return }
    Terminal.shared.printError(
      "--resume: this chapter takes less than a minute and saves nothing, so there is nothing to resume; it starts anew"
    )
  }
}

/// The options of a chapter: `ChapterOptions` itself, or a type that includes them and adds its own.
package protocol ChapterArguments: ParsableArguments {
  var chapter: ChapterOptions { get }
  /// Decimals of the log lines of a run that is given no number: in the quick profile those that the goldens hold.
  static func decimals(in profile: Profile) -> Int
}

extension ChapterArguments {
  /// 4, as the documents print.
  package static func decimals(in profile: Profile) -> Int { 4 }
}

extension ChapterOptions: ChapterArguments {
  package var chapter: ChapterOptions { self }
}
