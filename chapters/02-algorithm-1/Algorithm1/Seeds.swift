import Literate
import Synchronization
import Tensors

//: ## Ten seeds
//: One run is an anecdote. What is said of the ring below is said of **ten seeds**: every number is a mean over them
//: with its 95 % interval, $\bar x \pm t\, s / \sqrt{10}$ with Student's $t = 2.262$. Where two intervals overlap,
//: nothing is claimed. The ten runs know nothing of each other, so they share out the processors among them; their bits
//: are the same as alone.

/// The mean of a number over ten seeds and its 95 % interval.
package struct Interval: Sendable {
  package let mean: Double
  /// Half the interval's length: t·s/√10.
  package let half: Double

  /// How many seeds an experiment is repeated with.
  package static let seeds = 10
  /// Student's t for nine degrees of freedom, two-sided 95 %.
  private static let studentFactor = 2.262157

  /// `values` holds one number a seed.
  package init(_ values: [Double]) {
    precondition(values.count == Self.seeds, "an interval is made from \(Self.seeds) seeds, found \(values.count)")
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    self.mean = mean
    half = Self.studentFactor * (variance / count).squareRoot()
  }

  package var lower: Double { mean - half }
  package var upper: Double { mean + half }

  /// "0.781 ± 0.018".
  package func text(decimals: Int) -> String {
    "\(formatted(mean, decimals: decimals)) ± \(formatted(half, decimals: decimals))"
  }
}

/// Calls `body` for ten seeds from `first` on, several at once, and returns what it made of each, in their order.
///
/// `body` calls its second argument after each of `iterations` iterations: that moves the progress bar on, and throws
/// where the run was asked to stop.
package func onTenSeeds<Value>(
  _ name: String, from first: UInt64, iterations: Int,
  _ body: (_ seed: UInt64, _ didIterate: () throws -> Void) throws -> Value
) throws -> [Value] {
  let progress = ProgressBar(name, total: Interval.seeds * iterations)
  defer { progress.finish() }
  let done = Mutex(0)
  return try Parallel.map(Interval.seeds) { index in
    try body(first &+ UInt64(index)) {
      try stopIfAsked(at: "ten seeds of \(name)")
      done.withLock { count in
        count += 1
        progress.advance(to: count)
      }
    }
  }
}
