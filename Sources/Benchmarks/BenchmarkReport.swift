import Foundation
import Kernels
import Tensors

/// What `book bench` found, as a table and as JSON.
package struct BenchmarkReport: Codable, Sendable {
  package struct Entry: Codable, Sendable {
    package var name: String
    package var ms: Double
    package var gmac: Double
    package var gflops: Double
    /// Share of `peakGflops`.
    package var percentOfPeak: Double
    /// The same on im2col and OpenBLAS, taken in turns with `ms`, and ms/textbookMs.
    package var textbookMs: Double?
    package var ratioToTextbook: Double?

    enum CodingKeys: String, CodingKey {
      case name, ms, gmac, gflops
      case percentOfPeak = "percent_of_peak"
      case textbookMs = "textbook_ms"
      case ratioToTextbook = "ratio_to_textbook"
    }
  }

  package var machine: String
  package var instructionSet: String
  package var threads: Int
  /// OpenBLAS's matrix product at its best, and the multipliers' limit.
  package var peakGflops: Double
  package var fmaGflops: Double
  package var entries: [Entry] = []
  /// The most memory that tensors held at once, in MiB.
  package var highWaterMarkMiB: Double = 0

  enum CodingKeys: String, CodingKey {
    case machine, threads, entries
    case instructionSet = "instruction_set"
    case peakGflops = "peak_gflops"
    case fmaGflops = "fma_gflops"
    case highWaterMarkMiB = "high_water_mark_mib"
  }

  /// An empty report about this machine.
  package init(peakGflops: Double, fmaGflops: Double) {
    machine = Self.processorName
    instructionSet = Kernels.instructionSet
    threads = ThreadPool.shared.threads
    self.peakGflops = peakGflops
    self.fmaGflops = fmaGflops
  }

  package mutating func add(_ name: String, seconds: Double, gmac: Double, textbookSeconds: Double? = nil) {
    let gflops = 2 * gmac / seconds
    entries.append(
      Entry(
        name: name, ms: seconds * 1e3, gmac: gmac, gflops: gflops, percentOfPeak: 100 * gflops / peakGflops,
        textbookMs: textbookSeconds.map { $0 * 1e3 }, ratioToTextbook: textbookSeconds.map { seconds / $0 }))
    highWaterMarkMiB = Double(MemoryPool.shared.statistics.highWaterMark) / 1_048_576
  }

  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  // MARK: - The table

  package var heading: String {
    "\(machine), \(instructionSet), \(threads) threads: matrix product \(Self.column(peakGflops, 0)) GFLOP/s, "
      + "multiply-add \(Self.column(fmaGflops, 0)) GFLOP/s"
  }

  package static let columnTitles =
    "layer".padding(toLength: 48, withPad: " ", startingAt: 0) + "      ms    GMAC  GFLOP/s   peak  im2col ms  ratio"

  package static func line(_ entry: Entry) -> String {
    var line = entry.name.padding(toLength: max(48, entry.name.count), withPad: " ", startingAt: 0)
    line += column(entry.ms, 2, 8) + column(entry.gmac, 3, 8) + column(entry.gflops, 0, 9)
    line += column(entry.percentOfPeak, 0, 6) + " %"
    if let textbook = entry.textbookMs, let ratio = entry.ratioToTextbook {
      line += column(textbook, 2, 10) + column(ratio, 2, 7)
    }
    return line
  }

  private static func column(_ value: Double, _ decimals: Int, _ width: Int = 0) -> String {
    let text = String(format: "%.\(decimals)f", value)
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private static var processorName: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
    return model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
  }
}
