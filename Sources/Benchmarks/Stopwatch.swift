#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Takes times on a machine that others use too: many short rounds, of which the median counts.
package struct Stopwatch: Sendable {
  /// Seconds that one benchmark may take, and the fewest rounds it gets.
  package var budget: Double
  package var fewestRounds: Int

  package init(budget: Double = 0.25, fewestRounds: Int = 5) {
    self.budget = budget
    self.fewestRounds = fewestRounds
  }

  package static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  package static func seconds(of body: () -> Void) -> Double {
    let start = now()
    body()
    return now() - start
  }

  /// The median seconds of each body. They take turns, so that what slows the machine for a while slows all of them.
  package func medians(of bodies: [() -> Void]) -> [Double] {
    for body in bodies { body() }
    var times = bodies.map { _ in [Double]() }
    let start = Self.now()
    while times[0].count < fewestRounds || Self.now() - start < budget * Double(bodies.count) {
      for (index, body) in bodies.enumerated() { times[index].append(Self.seconds(of: body)) }
    }
    return times.map { $0.sorted()[$0.count / 2] }
  }
}
