import Synchronization

/// An aligned block of memory from the pool, returned to it when the last tensor that shares it is gone.
///
/// A storage is written once, by the primitive that creates it, and only read afterwards; that is what makes sharing it
/// between tensors and threads safe.
package final class Storage: @unchecked Sendable {
  package let pointer: UnsafeMutableRawPointer
  package let byteCount: Int
  /// The number of the entry of a trace that made it; 0 for none. Only the thread that traces touches it.
  var traceNumber = 0
  private let pool: MemoryPool
  private let block: MemoryPool.Block
  private let derived = Mutex<[any Sendable]>([])

  /// Memory for `byteCount` bytes, 64-byte aligned, contents undefined.
  package init(byteCount: Int) {
    pool = .current
    block = pool.take(byteCount)
    pointer = block.pointer
    self.byteCount = byteCount
  }

  /// What `make` makes of the contents, kept as long as they are: a convolution prepares its weights once for all
  /// products that meet them. Made anew where nothing that is kept `suffices`.
  package func derive<Value: Sendable>(where suffices: (Value) -> Bool, make: () -> Value) -> Value {
    let kept = derived.withLock { $0 }
    if let value = kept.lazy.compactMap({ $0 as? Value }).first(where: suffices) { return value }
    let value = make()
    derived.withLock { $0.append(value) }
    return value
  }

  deinit { pool.giveBack(block) }
}
