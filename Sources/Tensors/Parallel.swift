/// Splitting work over threads without the split showing in the result.
package enum Parallel {
  /// Elements of an element-wise operation that one part handles; smaller tensors stay on the calling thread.
  package static let chunk = 32_768

  /// Calls `body` with consecutive ranges that cover 0..<count, each `chunk` long but the last.
  ///
  /// `body` runs on several threads at once; ranges depend on `count` and `chunk` alone, never on the number of threads.
  @inline(__always)
  package static func forChunks(of count: Int, chunk: Int = chunk, _ body: (Range<Int>) -> Void) {
    let parts = (count + chunk - 1) / chunk
    if parts <= 1 {
      if count > 0 { body(0..<count) }
      return
    }
    ThreadPool.shared.run(parts: parts) { part in
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
}
