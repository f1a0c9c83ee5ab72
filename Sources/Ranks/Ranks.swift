import Synchronization

/// The ranks of this process's run.
package enum Ranks {
  /// Those of the scope, else the process's; `nil` where the process makes its run alone.
  package static var current: (any Communicator)? { scoped ?? world.withLock { $0 } }

  /// Other ranks for everything inside a `$scoped.withValue(…)`: threads that stand for them, in tests.
  @TaskLocal package static var scoped: (any Communicator)?

  private static let world = Mutex<(any Communicator)?>(nil)

  /// Whether this process is the one that prints and writes.
  package static var isFirst: Bool { current?.isFirst ?? true }

  /// Joins the other ranks where a launcher has started this process as one of several. Once, from the main thread,
  /// which then makes all exchanges.
  ///
  /// - Throws: `RankError` where there are others but this program was built without MPI, or where MPI cannot begin.
  package static func begin() throws {
    guard let launch = Launch.current, launch.count > 1 else { return }
    #if MPI
      let communicator = try MPICommunicator(launch)
      world.withLock { $0 = communicator }
    #else
      throw RankError.withoutMPI(ranks: launch.count)
    #endif
  }

  /// Takes leave of the other ranks, once all are here.
  package static func end() {
    #if MPI
      let ended = world.withLock { world in
        defer { world = nil }
        return world as? MPICommunicator
      }
      ended?.end()
    #endif
  }

  /// Whether any rank says so; of one process its own word.
  package static func any(_ flag: Bool) -> Bool { current?.any(flag) ?? flag }

  /// See `Communicator.agreeing(on:)`.
  package static func agreeing<Value>(on body: () throws -> Value) throws -> Value {
    guard let current else { return try body() }
    return try current.agreeing(on: body)
  }
}

/// Why a run on many ranks cannot go on.
package enum RankError: Error, Equatable, CustomStringConvertible {
  /// Started as one of many by a program that has no MPI in it.
  case withoutMPI(ranks: Int)
  /// MPI's own words.
  case failed(call: String, code: Int32, message: String)
  /// The ranks were started with what makes different runs.
  case different(what: String, rank: Int, own: String, first: String)

  package var description: String {
    switch self {
    case .withoutMPI(let ranks):
      "started as one of \(ranks) ranks, but built without MPI; build it with `make mpi`, or start it without mpirun"
    case .failed(let call, let code, let message): "\(call): \(message) (MPI's code \(code))"
    case .different(let what, let rank, let own, let first):
      "rank \(rank) has \(what) \(own), rank 0 has \(first); all ranks must be started alike"
    }
  }
}

/// How a launcher has started this process.
package struct Launch: Equatable, Sendable {
  package let rank: Int
  package let count: Int
  /// Ranks on this machine.
  package let local: Int

  /// As Open MPI's `mpirun` tells its processes; `nil` where it has not started this one.
  package static var current: Launch? {
    Launch { Platform.environment($0) }
  }

  package init?(environment: (String) -> String?) {
    func number(_ name: String) -> Int? { environment("OMPI_COMM_WORLD_" + name).flatMap { Int($0) } }
    guard let rank = number("RANK"), let count = number("SIZE"), count > 0, (0..<count).contains(rank) else {
      return nil
    }
    (self.rank, self.count) = (rank, count)
    local = max(1, number("LOCAL_SIZE") ?? count)
  }
}
