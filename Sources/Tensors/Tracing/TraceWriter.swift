#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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
  private var hasEnded = false
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  /// Whether there is a thread; where none can be had, `finish` and full batches do its work.
  private var hasThread = false
  // The writing thread's own.
  private var encoder = TraceEncoder()

  package init(sink: @escaping Sink) {
    self.sink = sink
    mutex = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
    var thread = pthread_t()
    let start = Unmanaged.passRetained(self)
    if pthread_create(&thread, nil, writerMain, start.toOpaque()) == 0 {
      pthread_detach(thread)
      hasThread = true
    } else {
      start.release()
    }
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  func add(_ entry: TraceEntry) {
    batch.append(entry)
    bytesInBatch += entry.byteCount
    if batch.count >= Self.batchEntries || bytesInBatch >= Self.batchBytes { handOver() }
  }

  private func handOver() {
    guard hasThread else {
      encode(batch)
      batch.removeAll(keepingCapacity: true)
      return
    }
    pthread_mutex_lock(mutex)
    while bytesWaiting > Self.heldBytes { pthread_cond_wait(changed, mutex) }
    if queue.isEmpty { swap(&queue, &batch) } else { queue.append(contentsOf: batch) }
    bytesWaiting += bytesInBatch
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
    batch.removeAll(keepingCapacity: true)
    bytesInBatch = 0
  }

  /// Returns when everything has been handed on.
  func finish() {
    handOver()
    guard hasThread else {
      flush()
      return
    }
    pthread_mutex_lock(mutex)
    isEnding = true
    pthread_cond_broadcast(changed)
    while !hasEnded { pthread_cond_wait(changed, mutex) }
    pthread_mutex_unlock(mutex)
  }

  fileprivate func run() {
    var taken: [TraceEntry] = []
    while true {
      pthread_mutex_lock(mutex)
      while queue.isEmpty && !isEnding { pthread_cond_wait(changed, mutex) }
      swap(&taken, &queue)
      pthread_mutex_unlock(mutex)
      guard !taken.isEmpty else { break }
      let bytes = taken.reduce(0) { $0 + $1.byteCount }
      encode(taken)
      taken.removeAll(keepingCapacity: true)
      pthread_mutex_lock(mutex)
      bytesWaiting -= bytes
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    flush()
    pthread_mutex_lock(mutex)
    hasEnded = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
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

  fileprivate static func entry(_ raw: UnsafeMutableRawPointer) {
    Unmanaged<TraceWriter>.fromOpaque(raw).takeRetainedValue().run()
  }
}

#if canImport(Glibc)
  private func writerMain(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let raw { TraceWriter.entry(raw) }
    return nil
  }
#else
  private func writerMain(_ raw: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    TraceWriter.entry(raw)
    return nil
  }
#endif
