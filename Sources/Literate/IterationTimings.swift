import TensorFiles
import Tensors

/// How long each iteration of a training loop took. Timings never enter a recording: they are for benchmarks alone.
package struct IterationTimings {
  private let clock = ContinuousClock()
  private var seconds: [Double] = []
  private var systemAllocations: [Int] = []
  private var multiplications: [Int] = []

  package init() {}

  /// Runs one iteration and remembers its time, its multiplications, and how many blocks of memory had been asked of the system by its end.
  package mutating func measure<Result>(_ iteration: () throws -> Result) rethrows -> Result {
    let multiplied = CountedProducts.multiplications
    let start = clock.now
    let result = try iteration()
    let time = (clock.now - start).components
    seconds.append(Double(time.seconds) + Double(time.attoseconds) * 1e-18)
    systemAllocations.append(MemoryPool.shared.statistics.systemAllocations)
    multiplications.append(CountedProducts.multiplications - multiplied)
    return result
  }

  /// Writes `{"seconds": […], "multiplications": […], "system_allocations": […], "high_water_mark_bytes": …, "peak_resident_bytes": …}`.
  package func write(to path: String) throws {
    let object: JSONObject = [
      "seconds": .array(seconds.map { .double($0) }),
      "multiplications": .array(multiplications.map { .int($0) }),
      "system_allocations": .array(systemAllocations.map { .int($0) }),
      "high_water_mark_bytes": .int(MemoryPool.shared.statistics.highWaterMark),
      "peak_resident_bytes": .int(Platform.peakResidentBytes),
    ]
    try AtomicFile.write(JSONValue.object(object).pretty, to: path)
  }
}
