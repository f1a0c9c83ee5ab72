import Files
import Processes
import Synchronization

/// Recycles the memory of tensors: training asks for the same sizes at every iteration, and fresh pages cost about half
/// a millisecond a megabyte.
///
/// Sizes are rounded up to four steps per power of two, so at most a fifth of a block is unused. Blocks of 2 MiB and
/// more are aligned to huge pages and advised so.
package final class MemoryPool: Sendable {
  /// The pool that new storages take their memory from: that of the scope, else the process's.
  package static var current: MemoryPool { scoped ?? shared }

  package static let shared = MemoryPool()

  /// Another pool for everything inside a `$scoped.withValue(…)` on the calling thread.
  @TaskLocal package static var scoped: MemoryPool?

  package struct Block: @unchecked Sendable {
    package let pointer: UnsafeMutableRawPointer
    let size: SizeClass
  }

  /// A size that blocks have: 64 bytes at least, then quarter steps between powers of two.
  package struct SizeClass: Sendable, Equatable {
    /// Its place among all sizes: 64, 128, 192, 256, 320, …
    package let index: Int
    package let byteCount: Int

    /// The smallest that serves so many bytes.
    package init(for byteCount: Int) {
      precondition(byteCount >= 0 && byteCount <= Self.greatest, "a block of \(byteCount) bytes was asked for")
      let lines = max(1, (byteCount + 63) / 64)
      guard lines > 4 else {
        (index, self.byteCount) = (lines - 1, lines * 64)
        return
      }
      let power = Int.bitWidth - (byteCount - 1).leadingZeroBitCount - 1  // 2^power < byteCount <= 2^(power + 1)
      let quarters = ((byteCount - 1) >> (power - 2)) - 3  // 1...4 above 2^power
      index = 4 * (power - 7) + quarters - 1
      self.byteCount = (4 + quarters) << (power - 2)
    }

    private static let greatest = 1 << 46
    static let count = SizeClass(for: greatest).index + 1
  }

  /// What the pool has asked of the system so far.
  package struct Statistics: Sendable, Equatable {
    /// Blocks taken from the system since the start; constant once training has warmed up.
    package var systemAllocations = 0
    /// Bytes taken from the system.
    package var systemBytes = 0
    /// Bytes in use by live tensors now.
    package var bytesInUse = 0
    /// The most bytes ever in use at once.
    package var highWaterMark = 0
  }

  private struct State {
    /// By the index of the size.
    var free = [[Block]](repeating: [], count: SizeClass.count)
    var statistics = Statistics()
  }

  private let state = Mutex(State())

  package var statistics: Statistics { state.withLock { $0.statistics } }

  /// The most bytes that it takes from the system: more than the machine or the container has would be promised, and
  /// end the process without a word when they are used.
  private let limit: Int

  package init(limit: Int = MemoryLimit.current) { self.limit = limit }

  private static let hugePage = 2 << 20

  package func take(_ byteCount: Int) -> Block {
    let sizeClass = SizeClass(for: byteCount)
    let size = sizeClass.byteCount
    return state.withLock { state in
      state.statistics.bytesInUse += size
      state.statistics.highWaterMark = max(state.statistics.highWaterMark, state.statistics.bytesInUse)
      if let block = state.free[sizeClass.index].popLast() { return block }
      if state.statistics.systemBytes > limit - size {
        Self.release(&state)
        if state.statistics.systemBytes > limit - size { OutOfMemory(byteCount: size, limit: limit).end() }
      }
      state.statistics.systemAllocations += 1
      state.statistics.systemBytes += size
      return Self.allocate(sizeClass)
    }
  }

  package func giveBack(_ block: Block) {
    state.withLock { state in
      state.statistics.bytesInUse -= block.size.byteCount
      state.free[block.size.index].append(block)
    }
  }

  /// Returns every unused block to the system.
  package func trim() { state.withLock { Self.release(&$0) } }

  private static func release(_ state: inout State) {
    for block in state.free.joined() {
      Platform.release(block.pointer)
      state.statistics.systemBytes -= block.size.byteCount
    }
    for index in state.free.indices { state.free[index] = [] }
  }

  private static func allocate(_ sizeClass: SizeClass) -> Block {
    let size = sizeClass.byteCount
    let isLarge = size >= hugePage
    // The last addresses are not for tensors: without any, everything else would end in a trap.
    guard let pointer = Platform.allocate(size, alignment: isLarge ? hugePage : 64),
      !(isLarge && LimitedMemory.addressSpaceIsLimited) || Platform.hasAddressSpace(for: leftOver)
    else { OutOfMemory(byteCount: size).end() }
    if isLarge { Platform.adviseHugePages(pointer, size) }
    return Block(pointer: pointer, size: sizeClass)
  }

  private static let leftOver = 64 << 20
}

/// There is no memory for a tensor. Nothing a caller deep inside a training step could do about it, and no mistake of
/// the program's: it is said, and the process ends with 2, as for everything that could not be done.
package struct OutOfMemory: Error, Equatable, CustomStringConvertible {
  package let byteCount: Int
  /// What this process may have in all, where that was too little.
  package var limit: Int?

  package var description: String {
    "error: out of memory: \(byteCount) bytes for a tensor could not be allocated"
      + (limit.map { ", of the \($0) that this machine or container has" } ?? "")
      + "; use fewer --threads, smaller batches, or a machine with more memory"
  }

  func end() -> Never { Platform.end(description, code: 2) }
}
