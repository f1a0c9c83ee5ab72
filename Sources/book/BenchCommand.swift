import ArgumentParser
import Benchmarks
import Files
import Foundation
import Literate
import Tensors

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Takes the time of every layer of both documents.",
    discussion:
      "Peak is OpenBLAS's own matrix product with the fastest kernels this processor has, measured in the same run.")

  @Option(help: ArgumentHelp("Only benchmarks whose name fits: 'dcgan/*', '*/weight-gradient'.", valueName: "glob"))
  var filter: String = "*"

  @Option(help: "Threads to compute with (default: BOOK_THREADS, else all cores).")
  var threads: Int?

  @Option(help: "Matrix products and convolutions: own or openblas.")
  var kernels: ProductImplementation = .current

  @Flag(help: "Take turns with im2col and OpenBLAS, and print the ratio.")
  var textbook = false

  @Option(help: ArgumentHelp("Write the figures as JSON.", valueName: "file"))
  var json: String?

  @Flag(help: .hidden)
  var peakOnly = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 to 1024")
    }
  }

  func run() throws {
    if let threads { ThreadPool.shared.threads = threads }
    let threads = ThreadPool.shared.threads
    if peakOnly {
      print(PeakRate.matrixProduct(threads: threads))
      return
    }
    ProductImplementation.current = kernels
    let chosen = Benchmark.layers.filter { fnmatch(filter, $0.name, 0) == 0 }
    guard !chosen.isEmpty else { throw ValidationError("--filter \(filter): no benchmark has such a name") }
    let peak = PeakRate.bestMatrixProduct(arguments: ["bench", "--peak-only", "--threads", "\(threads)"])
    var report = BenchmarkReport(
      peakGflops: peak ?? PeakRate.matrixProduct(threads: threads), fmaGflops: PeakRate.fusedMultiplyAdd())
    Terminal.shared.printLine(report.heading)
    Terminal.shared.printLine(BenchmarkReport.columnTitles)
    for benchmark in chosen {
      measure(benchmark, into: &report)
      if let entry = report.entries.last { Terminal.shared.printLine(BenchmarkReport.line(entry)) }
    }
    if let json {
      let file = try AtomicFile(json)
      try report.json().withUnsafeBytes { try file.append($0) }
      try file.commit()
    }
  }

  private func measure(_ benchmark: Benchmark, into report: inout BenchmarkReport) {
    let body = benchmark.prepare()
    var bodies = [body]
    if textbook {
      bodies.append {
        ProductImplementation.current = .openblas
        body()
        ProductImplementation.current = kernels
      }
    }
    let seconds = Stopwatch().medians(of: bodies)
    report.add(
      benchmark.name, seconds: seconds[0], gmac: benchmark.gmac, textbookSeconds: textbook ? seconds[1] : nil)
  }
}
