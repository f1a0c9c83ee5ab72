import Foundation
import Synchronization
import Tensors
import Testing

@Suite(.serialized) struct ThreadPoolTests {
  private func withThreads(_ count: Int, _ body: () throws -> Void) rethrows {
    let before = ThreadPool.shared.threads
    ThreadPool.shared.threads = count
    defer { ThreadPool.shared.threads = before }
    try body()
  }

  @Test(arguments: [1, 2, 3, 7, 16], [0, 1, 2, 5, 1000])
  func `every part runs exactly once`(_ threads: Int, _ parts: Int) {
    withThreads(threads) {
      let calls = (0..<max(parts, 1)).map { _ in Counter() }
      for _ in 0..<20 {
        ThreadPool.shared.run(parts: parts) { calls[$0].value.add(1, ordering: .relaxed) }
      }
      #expect(calls.prefix(parts).allSatisfy { $0.value.load(ordering: .relaxed) == 20 })
    }
  }

  @Test func `what the parts wrote is there when the work returns`() {
    withThreads(3) {
      for round in 0..<2000 {
        var results = [Int](repeating: -1, count: 7)
        results.withUnsafeMutableBufferPointer { results in
          let base = results.baseAddress
          ThreadPool.shared.run(parts: 7) { base?[$0] = $0 + round }
        }
        #expect(results == (0..<7).map { $0 + round })
      }
    }
  }

  @Test func `work started from inside a part, or by a second thread, is done on the spot`() {
    withThreads(4) {
      let total = Counter()
      ThreadPool.shared.run(parts: 8) { _ in
        ThreadPool.shared.run(parts: 8) { _ in total.value.add(1, ordering: .relaxed) }
      }
      #expect(total.value.load(ordering: .relaxed) == 64)

      DispatchQueue.concurrentPerform(iterations: 6) { _ in
        for _ in 0..<200 {
          ThreadPool.shared.run(parts: 5) { _ in total.value.add(1, ordering: .relaxed) }
        }
      }
      #expect(total.value.load(ordering: .relaxed) == 64 + 6 * 200 * 5)
    }
  }

  /// The number of threads may change between two pieces of work while workers of the larger number still look for some.
  @Test func `no two parts that run at the same time share a workspace, however the number of threads changes`() {
    let clashes = Counter()
    for round in 0..<400 {
      withThreads(1 + round % 7) {
        ThreadPool.shared.run(parts: 12, workspace: 256) { part, workspace in
          let numbers = workspace.assumingMemoryBound(to: Int.self)
          for index in 0..<32 { numbers[index] = part }
          for index in 0..<32 where numbers[index] != part { clashes.value.add(1, ordering: .relaxed) }
        }
      }
    }
    #expect(clashes.value.load(ordering: .relaxed) == 0)
  }

  @Test func `a workspace is aligned to cache lines`() {
    withThreads(5) {
      let crooked = Counter()
      ThreadPool.shared.run(parts: 20, workspace: 100) { _, workspace in
        if Int(bitPattern: workspace) % 64 != 0 { crooked.value.add(1, ordering: .relaxed) }
      }
      #expect(crooked.value.load(ordering: .relaxed) == 0)
    }
  }

  @Test(.timeLimit(.minutes(1))) func `workers that fell asleep wake up for the next work`() {
    withThreads(2) {
      for _ in 0..<5 {
        usleep(20_000)
        let seen = Counter()
        ThreadPool.shared.run(parts: 64) { _ in seen.value.add(1, ordering: .relaxed) }
        #expect(seen.value.load(ordering: .relaxed) == 64)
      }
    }
  }
}

private final class Counter: Sendable {
  let value = Atomic<Int>(0)
}
