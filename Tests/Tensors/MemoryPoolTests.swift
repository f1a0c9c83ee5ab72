import Tensors
import Testing

@Suite struct MemoryPoolTests {
  @Test func `a block is at most a fifth larger than asked for, and buckets grow with the size`() {
    var last = 0
    for byteCount in Array(1...5000) + [1 << 20, 1 << 20 + 1, 3 << 20, 5_000_000, 1 << 33 + 12345] {
      let size = MemoryPool.SizeClass(for: byteCount).byteCount
      #expect(size >= byteCount)
      #expect(size >= last)
      #expect(size % 64 == 0)
      if byteCount > 256 { #expect(Double(size) <= Double(byteCount) * 1.25 + 64, "\(byteCount) bytes took \(size)") }
      last = size
    }
  }

  @Test func `every size has a place of its own, in their order`() {
    var sizes: [Int: Int] = [:]
    for power in 2...46 {
      for byteCount in [(1 << power) - 1, 1 << power, min((1 << power) + 1, 1 << 46), (1 << power) / 4 * 3] {
        let size = MemoryPool.SizeClass(for: byteCount)
        #expect(sizes[size.index, default: size.byteCount] == size.byteCount, "\(byteCount) bytes")
        #expect(MemoryPool.SizeClass(for: size.byteCount) == size, "\(byteCount) bytes")
        sizes[size.index] = size.byteCount
      }
    }
    #expect(sizes.sorted { $0.key < $1.key }.map(\.value) == sizes.values.sorted())
    #expect(Set(sizes.values).count == sizes.count)
  }

  @Test func `memory that was given back serves the next request of its size`() {
    let pool = MemoryPool()
    let first = pool.take(3_000_000)
    let pointer = first.pointer
    pool.giveBack(first)
    let second = pool.take(2_900_000)
    #expect(second.pointer == pointer)
    #expect(pool.statistics.systemAllocations == 1)
    pool.giveBack(second)
  }

  @Test func `the high-water mark is the most that was ever in use at once`() {
    let pool = MemoryPool()
    let (a, b) = (pool.take(64), pool.take(128))
    pool.giveBack(a)
    let c = pool.take(64)
    #expect(pool.statistics.bytesInUse == 192)
    #expect(pool.statistics.highWaterMark == 192)
    pool.giveBack(b)
    pool.giveBack(c)
    #expect(pool.statistics.bytesInUse == 0)
    #expect(pool.statistics.highWaterMark == 192)
    pool.trim()
    #expect(pool.statistics.systemBytes == 0)
  }

  @Test func `a pool takes no more than it may, and gives up unused blocks before it gives up`() async {
    let pool = MemoryPool(limit: 8 << 20)
    pool.giveBack(pool.take(6 << 20))
    // Only by returning those 6 MiB can 7 be had.
    pool.giveBack(pool.take(7 << 20))
    #expect(pool.statistics.systemBytes == 7 << 20)
    pool.trim()
    await #expect(processExitsWith: .exitCode(2)) {
      let pool = MemoryPool(limit: 8 << 20)
      _ = pool.take(5 << 20)
      _ = pool.take(4 << 20)
    }
  }

  @Test func `large blocks begin on a huge page and all blocks on a cache line`() {
    let pool = MemoryPool()
    for byteCount in [1, 100, 5000, 2 << 20, 5 << 20] {
      let block = pool.take(byteCount)
      #expect(Int(bitPattern: block.pointer) % (byteCount >= 2 << 20 ? 2 << 20 : 64) == 0)
      pool.giveBack(block)
    }
    pool.trim()
  }

  @Test func `blocks of several threads are never handed out twice`() {
    let pool = MemoryPool()
    ThreadPool.withThreads(4, .dealt) { threads in
      threads.run(parts: 32) { part in
        for round in 0..<200 {
          let block = pool.take(512 + 64 * (part % 3))
          let numbers = block.pointer.assumingMemoryBound(to: Int.self)
          for index in 0..<64 { numbers[index] = part * 1000 + round }
          for index in 0..<64 { precondition(numbers[index] == part * 1000 + round) }
          pool.giveBack(block)
        }
      }
      #expect(threads.threadsThatComputed == 4)
    }
    #expect(pool.statistics.bytesInUse == 0)
    pool.trim()
  }

  /// What a training step does over and over, in miniature.
  @Test func `convolutions ask the system for nothing once they have run`() {
    let item = ConvolutionCase([16, 32, 16, 16], [64, 32, 4, 4], stride: (2, 2), padding: (1, 1))
    let (x, weight, cotangent) = item.tensors(.float32)
    let products = ProductImplementation.own.backend
    func step() {
      _ = products.convolution(x, weight, item.geometry)
      _ = products.convolutionInputGradient(cotangent, weight, item.geometry)
      _ = products.convolutionWeightGradient(cotangent, x, item.geometry)
    }
    let pool = MemoryPool()
    MemoryPool.$scoped.withValue(pool) {
      step()
      let before = pool.statistics
      #expect(before.systemAllocations > 0)
      for _ in 0..<10 { step() }
      #expect(pool.statistics == before)
    }
  }
}
