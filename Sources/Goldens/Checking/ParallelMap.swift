import Foundation
import Synchronization

/// `transform` of every item, at most `jobs` at a time, results in the order of the items.
package func parallelMap<Item: Sendable, Result: Sendable>(
  _ items: [Item], jobs: Int, _ transform: @escaping @Sendable (Item) -> Result
) -> [Result] {
  let results = Mutex([Result?](repeating: nil, count: items.count))
  let next = Mutex(0)
  DispatchQueue.concurrentPerform(iterations: min(max(jobs, 1), max(items.count, 1))) { _ in
    while true {
      let position = next.withLock { next in
        defer { next += 1 }
        return next
      }
      guard position < items.count else { return }
      let result = transform(items[position])
      results.withLock { $0[position] = result }
    }
  }
  return results.withLock { $0.compactMap { $0 } }
}
