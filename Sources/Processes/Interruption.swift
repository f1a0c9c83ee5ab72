import Synchronization

/// Requests to end: Ctrl-C (SIGINT), SIGTERM and SIGHUP.
///
/// The first one asks: a training loop that polls `isRequested` saves its state and ends; a program with children hands
/// it on and waits for them; any other ends at once. A second one within a second changes nothing (`timeout` sends
/// two). A third, or a second one later than that, ends the program and its children at once. Signals less than a tenth
/// of a second apart count as one: what a terminal or `timeout` sends to the whole group reaches a child a second time
/// through its parent.
package enum Interruption {
  /// Whether the run has been asked to stop.
  ///
  /// Whoever reads it promises to save and end when it is: from then on, until `endPolling()`, a request waits for the
  /// next reading instead of ending the program at once.
  package static var isRequested: Bool {
    beginPolling()
    return isPending
  }

  /// Promises to read `isRequested` before long.
  package static func beginPolling() { State.isPolled.store(true, ordering: .sequentiallyConsistent) }

  /// Whether there has been a request, promising nothing.
  package static var isPending: Bool { State.count.load(ordering: .sequentiallyConsistent) > 0 }

  /// From here on a request ends the program at once again. Returns whether there was one meanwhile.
  package static func endPolling() -> Bool {
    State.isPolled.store(false, ordering: .sequentiallyConsistent)
    return isPending
  }

  /// Handles requests from now on, and ignores closed pipes: whoever reads our text may stop reading it.
  ///
  /// SIGHUP stays ignored where it is, under `nohup` for one.
  package static func install() {
    // Made here: a signal handler must not allocate, so it cannot be the first to touch them.
    _ = isPending
    _ = Children.isEmpty
    Platform.ignoreClosedPipes()
    Platform.handleRequests { Interruption.handle($0) }
  }

  /// Takes SIGUSR1 for a request, too: what `mpirun` hands on to its processes.
  package static func handleForwardedRequests() { Platform.handleRequest(Platform.forwarded) }

  // MARK: - The handler: nothing but atomics, kill, write and _exit

  private enum State {
    static let count = Atomic<Int>(0)
    /// Nanoseconds at which the first and the last request came.
    static let first = Atomic<Int>(0)
    static let last = Atomic<Int>(0)
    static let isPolled = Atomic<Bool>(false)
  }

  /// Nanoseconds in which all signals are one request, and in which a second request changes nothing.
  private static let burst = 100_000_000
  private static let patience = 1_000_000_000

  private static func handle(_ signal: Int32) {
    let now = Platform.nanoseconds()
    let last = State.last.load(ordering: .sequentiallyConsistent)
    if State.count.load(ordering: .sequentiallyConsistent) > 0 && now - last < burst { return }
    guard State.last.compareExchange(expected: last, desired: now, ordering: .sequentiallyConsistent).exchanged
    else { return }
    let number = State.count.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
    if number == 1 { State.first.store(now, ordering: .sequentiallyConsistent) }
    let isImpatient =
      number > 2 || number == 2 && now - State.first.load(ordering: .sequentiallyConsistent) > patience
    if isImpatient {
      Children.forEach { Platform.send(Platform.kill, to: $0) }
      Platform.end(Interrupted.exitCode)
    }
    if Children.isEmpty && !State.isPolled.load(ordering: .sequentiallyConsistent) {
      Platform.complain("\ninterrupted\n")
      Platform.end(Interrupted.exitCode)
    }
    Children.forEach { Platform.send(signal, to: $0) }
  }

  // MARK: - Children

  /// Announces that a child is about to be started; `false` where there has been a request, and none may be.
  static func beginStart() -> Bool {
    Children.starting.add(1, ordering: .sequentiallyConsistent)
    if !isPending { return true }
    Children.starting.subtract(1, ordering: .sequentiallyConsistent)
    return false
  }

  /// The child has been started, or could not be. Returns its place among the children.
  @discardableResult
  static func endStart(of child: Int32?) -> Int? {
    let slot = child.flatMap { Children.add($0) }
    Children.starting.subtract(1, ordering: .sequentiallyConsistent)
    // A request that came in between found no child to hand it on to.
    if isPending {
      if let child { Platform.send(Platform.terminate, to: child) }
    }
    return slot
  }

  static func forget(_ slot: Int?) {
    if let slot { Children.slots[slot].store(0, ordering: .sequentiallyConsistent) }
  }

  /// The children that are running, in memory that a signal handler can read.
  private enum Children {
    static let capacity = 1024
    static let starting = Atomic<Int>(0)
    nonisolated(unsafe) static let slots: UnsafeMutablePointer<Atomic<Int32>> = {
      let slots = UnsafeMutablePointer<Atomic<Int32>>.allocate(capacity: capacity)
      for index in 0..<capacity { (slots + index).initialize(to: Atomic(0)) }
      return slots
    }()

    static func add(_ child: Int32) -> Int? {
      (0..<capacity).first {
        slots[$0].compareExchange(expected: 0, desired: child, ordering: .sequentiallyConsistent).exchanged
      }
    }

    static func forEach(_ body: (Int32) -> Void) {
      for index in 0..<capacity {
        let child = slots[index].load(ordering: .sequentiallyConsistent)
        if child > 0 { body(child) }
      }
    }

    static var isEmpty: Bool {
      if starting.load(ordering: .sequentiallyConsistent) > 0 { return false }
      for index in 0..<capacity where slots[index].load(ordering: .sequentiallyConsistent) > 0 { return false }
      return true
    }
  }
}
