/// Splitting work over threads without the split showing in the result.
package enum Parallel {
  /// Elements of an element-wise operation that one part handles; smaller tensors stay on the calling thread.
  package static let chunk = 32_768

  /// Calls `body` with consecutive ranges that cover 0..<count, each `chunk` long but the last.
  ///
  /// `body` runs on several threads at once; ranges depend on `count` and `chunk` alone, never on the number of
  /// threads.
  @inline(__always)
  package static func forChunks(of count: Int, chunk: Int = chunk, _ body: (Range<Int>) -> Void) {
    let parts = (count + chunk - 1) / chunk
    if parts <= 1 {
      if count > 0 { body(0..<count) }
      return
    }
    ThreadPool.current.run(parts: parts) { part in
      body(part * chunk..<min((part + 1) * chunk, count))
    }
  }

  /// Calls `body` for every index, in groups so large that a group holds about `chunk` elements of work.
  @inline(__always)
  package static func forEach(_ count: Int, costPerIndex: Int, _ body: (Int) -> Void) {
    let group = max(1, chunk / max(1, costPerIndex))
    forChunks(of: count, chunk: group) { range in
      for index in range { body(index) }
    }
  }

  /// `body` of 0, 1, …, count − 1, in this order: independent pieces of work such as runs of several seeds, side by
  /// side, each on one thread.
  ///
  /// A piece computes the same bits as alone: what it hands to the pool from inside runs on its own thread. `body` must
  /// be safe to call concurrently. Throws the error of the first index that threw, once all have ended.
  package static func map<Value>(_ count: Int, _ body: (Int) throws -> Value) throws -> [Value] {
    var results = [Result<Value, any Error>?](repeating: nil, count: count)
    let products = ProductImplementation.scoped
    results.withUnsafeMutableBufferPointer { buffer in
      let places = UnsafeMutableBufferPointer(rebasing: buffer[...])
      // Which of the pieces this thread computes is chance.
      Trace.suspended {
        ThreadPool.current.run(parts: count) { index in
          // A thread of the pool is in no scope of the caller's.
          ProductImplementation.$scoped.withValue(products) { places[index] = Result { try body(index) } }
        }
      }
    }
    return try results.map { result in
      guard let result else { preconditionFailure("the pool left a part out") }
      return try result.get()
    }
  }
}
