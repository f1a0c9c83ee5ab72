import Files
import Foundation
import Synchronization

/// Makes every system call of a writer fail, one at a time.
package enum FailingCalls {
  /// What became of a writer of which one call failed.
  package struct Failure {
    /// Counted from 0.
    package let step: Int
    /// "write", "rename", ….
    package let call: String
    /// What the writer threw; `nil` where it did without.
    package let error: (any Error)?
  }

  /// Calls `write` with its first system call failing, then with its second, and so on until none is left to fail.
  ///
  /// `prepare` comes before each, with calls that work; `check` behind it, too. Writes are passed on in pieces of 4 KiB
  /// at most, so that a file is made in many steps. Returns which calls have failed, in order.
  package static func each(
    errno code: Int32, prepare: () throws -> Void, _ write: () throws -> Void, check: (Failure) throws -> Void
  ) throws -> [String] {
    var failed: [String] = []
    while true {
      try prepare()
      let due = Due(failed.count)
      let result = Result { try FileSystemCalls.$current.withValue(calls(due, code)) { try write() } }
      guard let call = due.name else {
        try result.get()
        return failed
      }
      var error: (any Error)?
      if case .failure(let thrown) = result { error = thrown }
      try check(Failure(step: failed.count, call: call, error: error))
      failed.append(call)
      precondition(failed.count < 10_000, "a writer of ten thousand calls is no small test")
    }
  }

  /// Counts calls, and remembers the one whose turn it was.
  private final class Due: Sendable {
    private let state: Mutex<(left: Int, name: String?)>
    init(_ step: Int) { state = Mutex((step, nil)) }
    var name: String? { state.withLock { $0.name } }

    func isDue(_ name: String) -> Bool {
      state.withLock { state in
        state.left -= 1
        if state.left == -1 { state.name = name }
        return state.left == -1
      }
    }
  }

  private static func calls(_ due: Due, _ code: Int32) -> FileSystemCalls {
    let plain = FileSystemCalls()
    @Sendable func fails(_ name: String) -> Bool {
      guard due.isDue(name) else { return false }
      errno = code
      return true
    }
    var calls = FileSystemCalls()
    calls.create = { fails("create") ? -1 : plain.create($0) }
    calls.extend = { fails("extend") ? -1 : plain.extend($0) }
    calls.write = { fails("write") ? -1 : plain.write($0, $1, min($2, 4096)) }
    calls.synchronize = { fails("synchronize") ? -1 : plain.synchronize($0) }
    calls.close = { descriptor in
      let fails = fails("close")
      // It is closed all the same, as after the system's own error.
      let result = plain.close(descriptor)
      if fails { errno = code }
      return fails ? -1 : result
    }
    calls.rename = { fails("rename") ? -1 : plain.rename($0, $1) }
    calls.exchange = { fails("exchange") ? -1 : plain.exchange($0, $1) }
    calls.remove = { fails("remove") ? -1 : plain.remove($0) }
    calls.makeFolder = { fails("makeFolder") ? -1 : plain.makeFolder($0) }
    calls.openFolder = { fails("openFolder") ? -1 : plain.openFolder($0) }
    calls.truncate = { fails("truncate") ? -1 : plain.truncate($0, $1) }
    return calls
  }
}
