/// An aligned block of memory from the pool, returned to it when the last tensor that shares it is gone.
///
/// A storage is written once, by the primitive that creates it, and only read afterwards; that is what makes sharing it
/// between tensors and threads safe.
package final class Storage: @unchecked Sendable {
  package let pointer: UnsafeMutableRawPointer
  package let byteCount: Int
  private let block: MemoryPool.Block

  /// Memory for `byteCount` bytes, 64-byte aligned, contents undefined.
  package init(byteCount: Int) {
    block = MemoryPool.shared.take(byteCount)
    pointer = block.pointer
    self.byteCount = byteCount
  }

  deinit { MemoryPool.shared.giveBack(block) }
}
