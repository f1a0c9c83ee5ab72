import TensorFiles

/// One timed thing: its median time and, where it multiplies, its work and rate.
package struct BenchmarkEntry: Sendable {
  package let name: String
  package let milliseconds: Double
  /// Multiply-adds in thousand millions; `nil` where they are not counted.
  package let gmac: Double?

  package init(name: String, milliseconds: Double, gmac: Double?) {
    self.name = name
    self.milliseconds = milliseconds
    self.gmac = gmac
  }

  /// Two operations per multiply-add, thousand millions a second.
  package var gflops: Double? { gmac.map { 2e3 * $0 / milliseconds } }
}

/// What one benchmark run measured.
package struct BenchmarkReport: Sendable {
  package let machine: String
  package let instructionSet: String
  package let threads: Int
  /// The best rate any of OpenBLAS's kernels for this processor reaches on a large sgemm, in this run.
  package let peakGflops: Double
  /// The rate of this package's micro-kernel on operands in the first cache: what the multipliers can do.
  package let fmaGflops: Double
  package var entries: [BenchmarkEntry]
  /// The most bytes the memory pool had in use at once.
  package var highWaterMark: Int

  package init(
    machine: String, instructionSet: String, threads: Int, peakGflops: Double, fmaGflops: Double,
    entries: [BenchmarkEntry], highWaterMark: Int
  ) {
    self.machine = machine
    self.instructionSet = instructionSet
    self.threads = threads
    self.peakGflops = peakGflops
    self.fmaGflops = fmaGflops
    self.entries = entries
    self.highWaterMark = highWaterMark
  }

  package func percentOfPeak(_ entry: BenchmarkEntry) -> Double? { entry.gflops.map { 100 * $0 / peakGflops } }

  package var json: String {
    let object: JSONObject = [
      "machine": .string(machine), "instruction_set": .string(instructionSet), "threads": .int(threads),
      "peak_gflops": .double(peakGflops), "fma_gflops": .double(fmaGflops),
      "high_water_mark_bytes": .int(highWaterMark),
      "entries": .array(
        entries.map { entry in
          var object: JSONObject = ["name": .string(entry.name), "ms": .double(entry.milliseconds)]
          if let gmac = entry.gmac, let gflops = entry.gflops, let percent = percentOfPeak(entry) {
            object["gmac"] = .double(gmac)
            object["gflops"] = .double(gflops)
            object["percent_of_peak"] = .double(percent)
          }
          return .object(object)
        }),
    ]
    return JSONValue.object(object).pretty
  }

  /// A table for a terminal; also valid Markdown.
  package var table: String {
    let width = max(4, entries.map(\.name.count).max() ?? 0)
    func row(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { index, cell in
        let length = index == 0 ? width : 9
        let blanks = String(repeating: " ", count: max(0, length - cell.count))
        return index == 0 ? cell + blanks : blanks + cell
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    func number(_ value: Double?, _ digits: Int) -> String {
      guard let value else { return "" }
      let scale = digits == 2 ? 100.0 : digits == 1 ? 10.0 : 1.0
      let rounded = (value * scale).rounded() / scale
      return digits == 0 ? String(Int(rounded)) : String(rounded)
    }
    let header = [
      "\(machine), \(instructionSet), \(threads) threads",
      "OpenBLAS sgemm peak \(number(peakGflops, 0)) GFLOP/s, multipliers \(number(fmaGflops, 0)) GFLOP/s, "
        + "memory high-water mark \(highWaterMark >> 20) MiB", "",
      row(["name", "ms", "GMAC", "GFLOP/s", "% of peak"]),
      row([String(repeating: "-", count: width), "--:", "--:", "--:", "--:"]),
    ]
    let rows = entries.map { entry in
      row([
        entry.name, number(entry.milliseconds, 2), number(entry.gmac, 2), number(entry.gflops, 0),
        number(percentOfPeak(entry), 0),
      ])
    }
    return (header + rows).joined(separator: "\n")
  }
}
