import Foundation
import Pictures

/// Decodes and resizes the pictures of an epoch on a thread of its own, a few batches ahead of training.
///
/// The order decides what comes out, not the timing, so training sees the same pictures as without. Errors come out
/// where the damaged picture would have.
package final class DecodingAhead: @unchecked Sendable {
  // Everything below `condition` is guarded by it.
  private let condition = NSCondition()
  private var decoded: [Picture] = []
  private var failure: (any Error)?
  private var isCancelled = false
  /// Whether the thread runs: where there is no memory for one more, nobody says so.
  private var hasBegun = false

  private let dataset: any ImageDataset
  private let indices: [Int]
  private let size: Int
  /// At most so many pictures wait.
  private let limit: Int

  /// Starts decoding `indices` in their order, each to `size`×`size`.
  package init(_ dataset: any ImageDataset, _ indices: some Collection<Int>, size: Int, limit: Int) {
    precondition(limit > 0 && size > 0, "cannot decode \(limit) pictures of \(size) pixels ahead")
    self.dataset = dataset
    self.indices = Array(indices)
    self.size = size
    self.limit = limit
    // The thread keeps this object alive until every picture is taken or `cancel()` is called.
    let worker = Thread { [self] in decodeAll() }
    worker.name = "decoding"
    worker.start()
  }

  /// Stops the thread after the picture it is at.
  package func cancel() {
    condition.withLock {
      isCancelled = true
      condition.broadcast()
    }
  }

  /// The next `count` pictures; waits for them. Throws what decoding one of them threw, again and again from then on,
  /// and `DecodingThreadError` where the system has no thread for it.
  package func next(_ count: Int) throws -> [Picture] {
    precondition(count <= limit, "\(count) pictures were asked for where \(limit) wait at most")
    return try condition.withLock {
      while decoded.count < count && failure == nil && !isCancelled {
        if hasBegun {
          condition.wait()
        } else if !condition.wait(until: Date(timeIntervalSinceNow: Self.patience)) && !hasBegun {
          throw DecodingThreadError()
        }
      }
      guard decoded.count >= count else {
        if let failure { throw failure }
        preconditionFailure("pictures were asked for after cancel()")
      }
      defer {
        decoded.removeFirst(count)
        condition.broadcast()
      }
      return Array(decoded.prefix(count))
    }
  }

  /// Seconds that a thread may take to begin, on a machine that is busy with everything else.
  private static let patience = 20.0

  private func decodeAll() {
    condition.withLock {
      hasBegun = true
      condition.broadcast()
    }
    for index in indices {
      let picture = Result { try dataset.colorPicture(index, size: size) }
      let goesOn = condition.withLock {
        while decoded.count >= limit && !isCancelled { condition.wait() }
        if isCancelled { return false }
        defer { condition.broadcast() }
        switch picture {
        case .success(let picture): decoded.append(picture)
        case .failure(let error): failure = error
        }
        return failure == nil
      }
      if !goesOn { return }
    }
  }
}

/// There is no thread to decode pictures on.
package struct DecodingThreadError: Error, CustomStringConvertible {
  package var description: String {
    """
    expected one more thread to decode pictures on, found none: too little memory, or too many threads; try fewer \
    --threads
    """
  }
}
