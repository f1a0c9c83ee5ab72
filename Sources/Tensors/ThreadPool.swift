import Processes
import Synchronization

/// Threads that share out the numbered parts of one piece of work.
///
/// Parts are fixed by the caller and claimed through an atomic counter, so a busy machine delays the work but never
/// changes it: which thread computes a part has no influence on its bits. Idle workers spin for a moment (a training
/// step has a parallel region every few hundred microseconds, and to wake a processor of a virtual machine takes about
/// as long) and then sleep. The caller never waits for a worker that has not begun.
package final class ThreadPool: @unchecked Sendable {
  /// The pool that work goes to: that of the scope (`withThreads`), else the process's.
  package static var current: ThreadPool { scoped ?? shared }

  package static let shared = ThreadPool(threads: ThreadPool.defaultThreads, .claimed)

  @TaskLocal private static var scoped: ThreadPool?

  /// How parts come to threads.
  package enum Distribution: Sendable {
    /// Whoever is free takes the next one.
    case claimed
    /// Thread t of n computes parts t, t + n, … and the caller waits for all of them. Slower, but certain to compute on
    /// every thread: for tests of what must not depend on them.
    case dealt
  }

  /// Calls `body` with a pool of its own, to which all work inside goes; its threads end with it.
  package static func withThreads<Result>(
    _ threads: Int, _ distribution: Distribution = .claimed, _ body: (ThreadPool) throws -> Result
  ) rethrows -> Result {
    let pool = ThreadPool(threads: threads, distribution)
    defer { pool.end() }
    return try $scoped.withValue(pool) { try body(pool) }
  }

  /// `BOOK_THREADS` if it is a positive number, else the number of processors.
  package static var defaultThreads: Int {
    if let text = Platform.environment("BOOK_THREADS"), let wish = Int(text), wish >= 1 { return min(wish, maximum) }
    return Platform.processors
  }

  /// More threads than this are refused.
  package static let maximum = 1024

  /// How many threads, the caller included, take part from the next piece of work on.
  package var threads: Int {
    get { activeThreads.load(ordering: .relaxed) }
    set {
      precondition((1...Self.maximum).contains(newValue), "\(newValue) threads; 1 to \(Self.maximum) can be had")
      activeThreads.store(newValue, ordering: .relaxed)
    }
  }

  private typealias Body = (_ part: Int, _ worker: Int) -> Void

  private let activeThreads: Atomic<Int>
  private let distribution: Distribution
  /// epoch << 32 | closed << 31 | workers inside. A worker may enter an open epoch it has not seen yet.
  private let gate = Atomic<UInt64>(closedBit)
  private let nextPart = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private var body: Body = { _, _ in }
  private var parts = 0
  /// Threads that may take part in the current work: each has its own piece of the workspace.
  private var participants = 1
  private var workers: [Platform.Thread] = []
  private let isEnding = Atomic<Bool>(false)
  /// Threads that have dealt with their share of the current work.
  private let sharesDone = Atomic<Int>(0)
  /// A bit for every thread, the caller included, that has computed a part.
  private let computed = Atomic<UInt64>(0)
  /// The most parts of a piece of work that was shared out.
  package private(set) var mostParts = 1
  private let isBusy = Atomic<Bool>(false)
  private let bell = Platform.Bell()

  private static let closedBit: UInt64 = 1 << 31
  private static let insideMask: UInt64 = closedBit - 1
  /// About a millisecond: to wake a thread costs as much as a small layer (`db5f4b7`).
  private static let spins = 200_000
  /// Where threads share processors, spinning takes them from those that work.
  private static let spinsOfMany = 20_000
  private var spins: Int { threads <= Platform.processors ? Self.spins : Self.spinsOfMany }

  private init(threads: Int, _ distribution: Distribution) {
    activeThreads = Atomic(threads)
    self.distribution = distribution
  }

  /// How many threads, the caller included, have computed a part so far; of 64 at most.
  package var threadsThatComputed: Int { computed.load(ordering: .relaxed).nonzeroBitCount }

  /// Calls `body(part)` once for every part in 0..<parts, on several threads at once, and returns when all are done.
  ///
  /// `body` must be safe to call concurrently for different parts. Work started from inside a part, or from a second
  /// thread while the pool is busy, runs on the calling thread alone.
  package func run(parts: Int, _ body: (Int) -> Void) {
    distribute(parts: parts, over: threads) { part, _ in body(part) }
  }

  /// The same with working memory: `byteCount` bytes, 64-byte aligned, that no other thread touches while a part runs.
  ///
  /// Taken from the memory pool once for all threads, not once per part: how many blocks the pool must hold would
  /// otherwise depend on which parts happen to meet.
  package func run(parts: Int, workspace byteCount: Int, _ body: (Int, UnsafeMutableRawPointer) -> Void) {
    guard parts > 0 else { return }
    let threads = self.threads
    // An odd number of cache lines apart, so that the threads' blocks do not compete for the same cache sets.
    let pitch = (byteCount + 127) / 128 * 128 + 64
    let memory = Storage(byteCount: threads * pitch)
    withExtendedLifetime(memory) {
      distribute(parts: parts, over: threads) { part, worker in body(part, memory.pointer + worker * pitch) }
    }
  }

  private func distribute(parts: Int, over threads: Int, _ body: Body) {
    guard threads > 1, parts > 1,
      isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else {
      for part in 0..<parts { body(part, 0) }
      return
    }
    // Fewer threads than asked for compute the same bits, only later.
    _ = startWorkers(upTo: threads)
    mostParts = max(mostParts, parts)
    withoutActuallyEscaping(body) { escaping in
      self.body = escaping
      self.parts = parts
      participants = min(threads, started)
      nextPart.store(0, ordering: .relaxed)
      sharesDone.store(0, ordering: .relaxed)
      let epoch = (gate.load(ordering: .relaxed) >> 32) &+ 1
      gate.store(epoch << 32, ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 { bell.ring() }
      compute(as: 0)
      if distribution == .dealt {
        while sharesDone.load(ordering: .acquiring) < participants { Platform.yield() }
      }
      gate.bitwiseOr(Self.closedBit, ordering: .acquiringAndReleasing)
      while gate.load(ordering: .acquiring) & Self.insideMask != 0 { pause() }
      self.body = { _, _ in }
    }
    isBusy.store(false, ordering: .releasing)
  }

  private func compute(as worker: Int) {
    switch distribution {
    case .claimed:
      var part = nextPart.wrappingAdd(1, ordering: .relaxed).oldValue
      if part < parts { noteThatComputes(worker) }
      while part < parts {
        body(part, worker)
        part = nextPart.wrappingAdd(1, ordering: .relaxed).oldValue
      }
    case .dealt:
      if worker < parts { noteThatComputes(worker) }
      for part in stride(from: worker, to: parts, by: participants) { body(part, worker) }
      sharesDone.add(1, ordering: .releasing)
    }
  }

  private func noteThatComputes(_ worker: Int) {
    let bit = UInt64(1) << UInt64(worker & 63)
    if computed.load(ordering: .relaxed) & bit == 0 { computed.bitwiseOr(bit, ordering: .relaxed) }
  }

  // MARK: - Workers

  /// Starts the threads that are asked for and not there yet, instead of the first piece of work: for a program that
  /// can still say why it cannot go on.
  ///
  /// Each has a stack of megabytes, of addresses at least, and where those are limited (`ulimit -v`) the last of them
  /// must not go to a stack: everything else would end in a trap.
  ///
  /// - Throws: `ThreadsUnavailable` where they cannot all be had, or would leave less than 256 MiB of addresses. None
  ///   is started for lack of addresses.
  package func start() throws {
    guard isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else { return }
    defer { isBusy.store(false, ordering: .releasing) }
    let missing = max(0, threads - started)
    guard missing > 0 else { return }
    if LimitedMemory.addressSpaceIsLimited {
      let (stacks, overflow) = missing.multipliedReportingOverflow(by: Platform.stackSize)
      guard !overflow, Platform.hasAddressSpace(for: stacks + Self.leftOver) else {
        throw ThreadsUnavailable(
          threads: threads, reason: "their stacks need \(stacks >> 20) MiB of addresses, more than the limit leaves")
      }
    }
    if let reason = startWorkers(upTo: threads) {
      throw ThreadsUnavailable(threads: threads, reason: "\(reason) after \(started)")
    }
  }

  private static let leftOver = 256 << 20

  /// Threads that there are, the caller included.
  private var started: Int { workers.count + 1 }

  /// Gives the system's reason where not all can be had.
  private func startWorkers(upTo threads: Int) -> String? {
    while started < threads {
      let number = started
      let (thread, reason) = Platform.startThread {
        // What a part starts anew comes to the same pool, which is busy, and is done on the spot.
        Self.$scoped.withValue(self) { self.work(as: number) }
      }
      guard let thread else { return reason }
      workers.append(thread)
    }
    return nil
  }

  /// Ends the threads; no work may run or come.
  private func end() {
    isEnding.store(true, ordering: .sequentiallyConsistent)
    let epoch = (gate.load(ordering: .relaxed) >> 32) &+ 1
    gate.store(epoch << 32 | Self.closedBit, ordering: .sequentiallyConsistent)
    bell.ring()
    for worker in workers { worker.join() }
    workers = []
  }

  private func work(as number: Int) {
    var seen: UInt64 = 0
    while true {
      seen = awaitEpoch(after: seen)
      if isEnding.load(ordering: .sequentiallyConsistent) { return }
      guard enter(epoch: seen) else { continue }
      if number < participants { compute(as: number) }
      gate.subtract(1, ordering: .acquiringAndReleasing)
    }
  }

  private func awaitEpoch(after seen: UInt64) -> UInt64 {
    for _ in 0..<spins {
      let epoch = gate.load(ordering: .acquiring) >> 32
      if epoch != seen { return epoch }
      pause()
    }
    return bell.withLock { sleep in
      sleepers.add(1, ordering: .sequentiallyConsistent)
      defer { sleepers.subtract(1, ordering: .sequentiallyConsistent) }
      while true {
        let epoch = gate.load(ordering: .sequentiallyConsistent) >> 32
        if epoch != seen { return epoch }
        sleep()
      }
    }
  }

  private func enter(epoch: UInt64) -> Bool {
    var current = gate.load(ordering: .acquiring)
    while current >> 32 == epoch, current & Self.closedBit == 0 {
      let (exchanged, original) = gate.compareExchange(
        expected: current, desired: current + 1, ordering: .acquiringAndReleasing)
      if exchanged { return true }
      current = original
    }
    return false
  }

  @inline(__always)
  private func pause() {
    // A few dependent loads stand in for the pause instruction, which Swift does not offer.
    for _ in 0..<8 { _ = activeThreads.load(ordering: .relaxed) }
  }
}

/// Not as many threads can be had as were asked for.
package struct ThreadsUnavailable: Error, Equatable, CustomStringConvertible {
  package let threads: Int
  package let reason: String

  package var description: String { "\(threads) threads cannot be had: \(reason); use fewer --threads" }
}
