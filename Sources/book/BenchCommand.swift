import ArgumentParser
import Benchmarks
import Files
import Foundation
import Goldens
import Literate
import Processes
import TensorFiles
import Tensors

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract:
      """
      Times whole training iterations, the convolutions they consist of and the networks that score, beside what \
      the machine can do.
      """,
    discussion: "Medians. Passes over memory are rows/…. For figures worth keeping, leave the machine alone meanwhile.")

  @Option(help: ArgumentHelp("Only entries whose name matches; * stands for any characters.", valueName: "glob"))
  var filter: String?

  @Option(help: "Threads to compute with (default: BOOK_THREADS, else all cores).")
  var threads: Int?

  @Option(help: "Matrix products and convolutions: own or openblas.")
  var kernels: ProductImplementation = .current

  @Option(help: "Calls of which the median is taken.")
  var rounds = 9

  @Option(help: ArgumentHelp("Write the figures as JSON.", valueName: "file"))
  var json: String?

  @Flag(help: ArgumentHelp("Print the rate of OpenBLAS's sgemm and nothing else.", visibility: .hidden))
  var sgemmOnly = false

  func validate() throws {
    if let threads, !(1...ThreadPool.maximum).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 to \(ThreadPool.maximum)")
    }
    if rounds < 1 { throw ValidationError("--rounds \(rounds): expected 1 or more") }
  }

  func run() throws {
    if let threads { ThreadPool.shared.threads = threads }
    try ThreadPool.shared.start()
    if sgemmOnly {
      print(PeakRate.matrixProduct(threads: ThreadPool.shared.threads))
      return
    }
    ProductImplementation.standard = kernels
    let glob = filter.map(Glob.init)
    func isWanted(_ name: String) -> Bool { glob?.matches(name) ?? true }

    var report = BenchmarkReport(
      machine: Self.machine, instructionSet: ProductBenchmarks.instructionSet, threads: ThreadPool.shared.threads,
      peakGflops: PeakRate.bestMatrixProduct(
        arguments: ["bench", "--sgemm-only", "--threads", String(ThreadPool.shared.threads)])
        ?? PeakRate.matrixProduct(threads: ThreadPool.shared.threads), fmaGflops: PeakRate.fusedMultiplyAdd(),
      entries: [], highWaterMark: 0)
    let iterations = WholeIteration.all.filter { isWanted($0.name) || mayMatch($0.family + "/") }
    let progress = ProgressBar("bench", total: 2 * iterations.count)
    for (index, iteration) in iterations.enumerated() {
      let isTimed = isWanted(iteration.name)
      let timed = try time(iteration, rounds: isTimed ? rounds : 1)
      if isTimed { report.entries.append(timed.entry) }
      report.highWaterMark = max(report.highWaterMark, timed.highWaterMark)
      progress.advance(to: 2 * index + 1)
      let convolutions = timed.convolutions.measure(rounds: rounds, matching: isWanted)
      if let total = timed.convolutions.total(convolutions), isWanted(total.name) { report.entries.append(total) }
      report.entries += convolutions
      progress.advance(to: 2 * index + 2)
    }
    progress.finish()
    report.entries += RowBenchmarks.measure(rounds: rounds, matching: isWanted)
    report.entries += ScoringBenchmarks.measure(rounds: rounds, matching: isWanted)
    guard !report.entries.isEmpty else { throw CatalogError("no benchmark is called \"\(filter ?? "")\"") }
    report.highWaterMark = max(report.highWaterMark, MemoryPool.shared.statistics.highWaterMark)
    Terminal.shared.printLine(report.table)
    if let json { try AtomicFile.write(report.json, to: json) }
  }

  /// Whether names that begin so can match the filter: what stands before its first star decides.
  private func mayMatch(_ beginning: String) -> Bool {
    let literal = (filter ?? "").prefix { $0 != "*" && $0 != "?" }
    return beginning.hasPrefix(literal) || literal.hasPrefix(beginning)
  }

  // MARK: - Children

  /// Times a whole training iteration in the chapter that holds the loop, which tells its convolutions too.
  private func time(_ iteration: WholeIteration, rounds: Int) throws
    -> (entry: BenchmarkEntry, highWaterMark: Int, convolutions: ProductBenchmarks)
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "book-bench-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let timings = folder + "/timings.json"
    try Self.run(
      GoldenOptions.executableFolder() + "/" + iteration.executable,
      iteration.arguments + [
        "--iterations", String(WholeIteration.warmUp + min(rounds, iteration.mostRounds)), "--kernels",
        kernels.rawValue, "--threads", String(ThreadPool.shared.threads), "--out", folder, "--timings", timings,
      ])
    let json = try JSONCursor(contentsOf: timings)
    let seconds = try json.member("seconds").items().map { try $0.double() }.dropFirst(WholeIteration.warmUp).sorted()
    let multiplications = try json.member("multiplications").items().map { try $0.int() }
    guard !seconds.isEmpty, let last = multiplications.last else {
      throw CatalogError("the chapter timed no iteration")
    }
    return (
      BenchmarkEntry(
        name: iteration.name, milliseconds: 1e3 * seconds[seconds.count / 2], gmac: Double(last) * 1e-9),
      try json.member("high_water_mark_bytes").int(), try ProductBenchmarks(family: iteration.family, json)
    )
  }

  /// Runs a chapter to its end, its text unseen.
  private static func run(_ executable: String, _ arguments: [String]) throws {
    var process = Subprocess(executable, arguments)
    (process.output, process.errors, process.isBound) = (.null, .null, true)
    let ending: Subprocess.Ending
    do { ending = try process.run() } catch let error as SubprocessError {
      throw CatalogError("\(error); build it with `swift build -c release`")
    }
    guard ending == .exited(0) else { throw CatalogError("\(executable) did not end well: \(ending)") }
  }

  /// The processor's name as the system gives it.
  private static var machine: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
  }
}

/// A training iteration of a chapter with the document's networks and batch sizes.
private struct WholeIteration {
  static let warmUp = 3

  let name: String
  /// Stands before the names of its convolutions.
  let family: String
  let executable: String
  let arguments: [String]
  /// Iterations of a second and more are timed a few times only.
  let mostRounds: Int

  static let all: [WholeIteration] =
    [
      WholeIteration(
        name: "dcgan/iteration", family: "dcgan", executable: "ch03-dcgan-cifar10", arguments: ["--act", "literal"],
        mostRounds: 99)
    ]
    + (0..<6).map { step in
      WholeIteration(
        name: "progan/iteration/\(4 << step)", family: "progan/\(4 << step)", executable: "ch06-progan-training",
        arguments: ["--profile", "full", "--from-step", String(step)], mostRounds: 5)
    }
}
