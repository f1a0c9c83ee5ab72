import Tensors
import Testing

/// Calls `body` on one thread and on two, three and seven, each time in a pool of its own in which every thread gets
/// parts of whatever is shared out, and checks that every thread computed.
///
/// `isShared`: whether the work is large enough to have parts at all; then more than one thread must have computed.
func onAnyNumberOfThreads(isShared: Bool, _ body: (_ threads: Int) throws -> Void) rethrows {
  for threads in [1, 2, 3, 7] {
    try ThreadPool.withThreads(threads, .dealt) { pool in
      try body(threads)
      #expect(pool.threadsThatComputed == (threads == 1 ? 0 : min(threads, pool.mostParts > 1 ? pool.mostParts : 0)))
      if isShared, threads > 1 { #expect(pool.threadsThatComputed > 1, "\(threads) threads, but one computed") }
    }
  }
}
