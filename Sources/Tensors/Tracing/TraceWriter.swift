/// Takes the digests of a trace on a thread of its own, in the order in which entries are added, and hands the encoded
/// records on.
///
/// An entry holds the memory of its values until they are digested. How much may be held is limited: where the thread
/// lags behind, whoever adds waits for it.
package final class TraceWriter: @unchecked Sendable {
  /// Gets records, encoded, one block at a time, on the writer's thread.
  package typealias Sink = @Sendable ([UInt8]) -> Void

  /// Entries and bytes after which the thread is woken: to wake it for every small tensor would cost more than its
  /// digest.
  private static let batchEntries = 256
  private static let batchBytes = 2 << 20
  /// Bytes that wait at most.
  private static let heldBytes = 128 << 20
  /// Bytes of a block.
  private static let blockBytes = 1 << 18

  private let sink: Sink
  // The adding thread's own.
  private var batch: [TraceEntry] = []
  private var bytesInBatch = 0
  // Shared, under the mutex.
  private var queue: [TraceEntry] = []
  private var bytesWaiting = 0
  private var isEnding = false
  private let bell = Platform.Bell()
  /// `nil` where none can be had: `finish` and full batches do its work.
  private var thread: Platform.Thread?
  // The writing thread's own.
  private var encoder = TraceEncoder()

  package init(sink: @escaping Sink) {
    self.sink = sink
    thread = Platform.startThread { [self] in run() }.thread
  }

  func add(_ entry: TraceEntry) {
    batch.append(entry)
    bytesInBatch += entry.byteCount
    if batch.count >= Self.batchEntries || bytesInBatch >= Self.batchBytes { handOver() }
  }

  private func handOver() {
    guard thread != nil else {
      encode(batch)
      batch.removeAll(keepingCapacity: true)
      return
    }
    bell.withLock { sleep in
      while bytesWaiting > Self.heldBytes { sleep() }
      if queue.isEmpty { swap(&queue, &batch) } else { queue.append(contentsOf: batch) }
      bytesWaiting += bytesInBatch
    }
    bell.ring()
    batch.removeAll(keepingCapacity: true)
    bytesInBatch = 0
  }

  /// Returns when everything has been handed on.
  func finish() {
    handOver()
    guard let thread else {
      flush()
      return
    }
    bell.withLock { _ in isEnding = true }
    bell.ring()
    thread.join()
  }

  private func run() {
    var taken: [TraceEntry] = []
    while true {
      bell.withLock { sleep in
        while queue.isEmpty && !isEnding { sleep() }
        swap(&taken, &queue)
      }
      guard !taken.isEmpty else { break }
      let bytes = taken.reduce(0) { $0 + $1.byteCount }
      encode(taken)
      taken.removeAll(keepingCapacity: true)
      bell.withLock { _ in bytesWaiting -= bytes }
      bell.ring()
    }
    flush()
  }

  private func encode(_ entries: [TraceEntry]) {
    for entry in entries {
      encoder.add(entry)
      if encoder.bytes.count >= Self.blockBytes { flush() }
    }
  }

  private func flush() {
    guard !encoder.bytes.isEmpty else { return }
    sink(encoder.bytes)
    encoder.removeAll()
  }
}
