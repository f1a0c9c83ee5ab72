import Files
import TensorFiles
import Tensors

/// How long each iteration of a training loop took. Timings never enter a recording: they are for benchmarks alone.
package struct IterationTimings {
  private let clock = ContinuousClock()
  private var seconds: [Double] = []
  private var systemAllocations: [Int] = []
  private var multiplications: [Int] = []
  private var convolutions: [ConvolutionTally.Calls] = []

  package init() {}

  /// Runs one iteration and remembers its time, its multiplications and convolutions, and how many blocks of memory had
  /// been asked of the system by its end.
  package mutating func measure<Result>(_ iteration: () throws -> Result) rethrows -> Result {
    let multiplied = CountingBackend.multiplications
    let start = clock.now
    let tally = ConvolutionTally()
    let result = try CountingBackend.$tally.withValue(tally) { try iteration() }
    let time = (clock.now - start).components
    seconds.append(Double(time.seconds) + Double(time.attoseconds) * 1e-18)
    systemAllocations.append(MemoryPool.shared.statistics.systemAllocations)
    multiplications.append(CountingBackend.multiplications - multiplied)
    convolutions = tally.calls
    return result
  }

  /// Writes `{"seconds": […], "multiplications": […], "convolutions": […], "system_allocations": […],
  /// "high_water_mark_bytes": …, "peak_resident_bytes": …}`; the convolutions are those of the last iteration, each
  /// with its extents and how often it was computed.
  package func write(to path: String) throws {
    let object: JSONObject = [
      "seconds": .array(seconds.map { .double($0) }),
      "multiplications": .array(multiplications.map { .int($0) }),
      "convolutions": .array(
        convolutions.map { calls in
          let g = calls.geometry
          func numbers(_ numbers: [Int]) -> JSONValue { .array(numbers.map { .int($0) }) }
          return .object([
            "pass": .string(calls.pass.rawValue), "input": numbers(g.inputShape), "weight": numbers(g.weightShape),
            "stride": numbers([g.stride.height, g.stride.width]),
            "padding": numbers([g.padding.height, g.padding.width]), "count": .int(calls.count),
          ])
        }),
      "system_allocations": .array(systemAllocations.map { .int($0) }),
      "high_water_mark_bytes": .int(MemoryPool.shared.statistics.highWaterMark),
      "peak_resident_bytes": .int(Platform.peakResidentBytes),
    ]
    try AtomicFile.write(JSONValue.object(object).pretty, to: path)
  }
}
