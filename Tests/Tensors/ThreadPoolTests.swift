import Foundation
import Synchronization
import Tensors
import Testing

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 7, 16], [0, 1, 2, 5, 1000])
  func `every part runs exactly once`(_ threads: Int, _ parts: Int) {
    ThreadPool.withThreads(threads) { pool in
      let calls = (0..<max(parts, 1)).map { _ in Counter() }
      for _ in 0..<20 {
        pool.run(parts: parts) { calls[$0].value.add(1, ordering: .relaxed) }
      }
      #expect(calls.prefix(parts).allSatisfy { $0.value.load(ordering: .relaxed) == 20 })
    }
  }

  @Test func `what the parts wrote is there when the work returns`() {
    ThreadPool.withThreads(3) { pool in
      for round in 0..<2000 {
        var results = [Int](repeating: -1, count: 7)
        results.withUnsafeMutableBufferPointer { results in
          let base = results.baseAddress
          pool.run(parts: 7) { base?[$0] = $0 + round }
        }
        #expect(results == (0..<7).map { $0 + round })
      }
    }
  }

  @Test func `work started from inside a part, or by a second thread, is done on the spot`() {
    ThreadPool.withThreads(4) { pool in
      let total = Counter()
      pool.run(parts: 8) { _ in
        pool.run(parts: 8) { _ in total.value.add(1, ordering: .relaxed) }
      }
      #expect(total.value.load(ordering: .relaxed) == 64)

      DispatchQueue.concurrentPerform(iterations: 6) { _ in
        for _ in 0..<200 {
          pool.run(parts: 5) { _ in total.value.add(1, ordering: .relaxed) }
        }
      }
      #expect(total.value.load(ordering: .relaxed) == 64 + 6 * 200 * 5)
    }
  }

  /// The number of threads may change between two pieces of work while workers of the larger number still look for
  /// some.
  @Test func `no two parts that run at the same time share a workspace, however the number of threads changes`() {
    let clashes = Counter()
    ThreadPool.withThreads(7) { pool in
      for round in 0..<400 {
        pool.threads = 1 + round % 7
        pool.run(parts: 12, workspace: 256) { part, workspace in
          let numbers = workspace.assumingMemoryBound(to: Int.self)
          for index in 0..<32 { numbers[index] = part }
          for index in 0..<32 where numbers[index] != part { clashes.value.add(1, ordering: .relaxed) }
        }
      }
    }
    #expect(clashes.value.load(ordering: .relaxed) == 0)
  }

  @Test(arguments: [1, 2, 3, 7], [2, 5, 1000])
  func `dealt parts run exactly once each, some of them on every thread`(_ threads: Int, _ parts: Int) {
    ThreadPool.withThreads(threads, .dealt) { pool in
      let calls = (0..<parts).map { _ in Counter() }
      for _ in 0..<20 { pool.run(parts: parts) { calls[$0].value.add(1, ordering: .relaxed) } }
      #expect(calls.allSatisfy { $0.value.load(ordering: .relaxed) == 20 })
      #expect(pool.threadsThatComputed == (threads == 1 ? 0 : min(threads, parts)))
    }
  }

  @Test func `inside a scope all work goes to its pool, from its threads too, and outside to the process's`() {
    let outside = ThreadPool.current
    ThreadPool.withThreads(3, .dealt) { pool in
      #expect(ThreadPool.current === pool && pool !== outside)
      let strangers = Counter()
      pool.run(parts: 6) { _ in
        if ThreadPool.current !== pool { strangers.value.add(1, ordering: .relaxed) }
        ThreadPool.current.run(parts: 4) { _ in }
      }
      #expect(strangers.value.load(ordering: .relaxed) == 0)
      #expect(pool.mostParts == 6)
      ThreadPool.withThreads(2) { #expect(ThreadPool.current === $0) }
      #expect(ThreadPool.current === pool)
    }
    #expect(ThreadPool.current === outside)
  }

  @Test func `a thread of the pool uses the products of whoever started the work`() throws {
    try ThreadPool.withThreads(3, .dealt) { pool in
      for products in ProductImplementation.allCases {
        let seen = try ProductImplementation.$scoped.withValue(products) {
          try Parallel.map(7) { _ in ProductImplementation.current }
        }
        #expect(seen == [ProductImplementation](repeating: products, count: 7))
      }
      #expect(pool.threadsThatComputed == 3)
    }
  }

  @Test func `a workspace is aligned to cache lines`() {
    ThreadPool.withThreads(5) { pool in
      let crooked = Counter()
      pool.run(parts: 20, workspace: 100) { _, workspace in
        if Int(bitPattern: workspace) % 64 != 0 { crooked.value.add(1, ordering: .relaxed) }
      }
      #expect(crooked.value.load(ordering: .relaxed) == 0)
    }
  }

  @Test(.timeLimit(.minutes(1))) func `workers that fell asleep wake up for the next work`() {
    ThreadPool.withThreads(2) { pool in
      for _ in 0..<5 {
        usleep(20_000)
        let seen = Counter()
        pool.run(parts: 64) { _ in seen.value.add(1, ordering: .relaxed) }
        #expect(seen.value.load(ordering: .relaxed) == 64)
      }
    }
  }
}

private final class Counter: Sendable {
  let value = Atomic<Int>(0)
}
