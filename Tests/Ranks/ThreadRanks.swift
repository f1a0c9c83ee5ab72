import Foundation
import Ranks

/// Ranks that are threads of one process.
final class ThreadRanks: Communicator, @unchecked Sendable {
  let rank: Int
  let count: Int
  private let post: Post

  private init(rank: Int, count: Int, _ post: Post) { (self.rank, self.count, self.post) = (rank, count, post) }

  /// What has been sent and not yet received, by sender and receiver.
  private final class Post: @unchecked Sendable {
    private let condition = NSCondition()
    private var letters: [[Int]: [[UInt8]]] = [:]

    func put(_ letter: [UInt8], _ address: [Int]) {
      condition.withLock {
        letters[address, default: []].append(letter)
        condition.broadcast()
      }
    }

    func take(_ address: [Int]) -> [UInt8] {
      condition.withLock {
        while letters[address]?.isEmpty ?? true { condition.wait() }
        return letters[address, default: []].removeFirst()
      }
    }
  }

  /// `body` on so many ranks, and what each of them made.
  static func run<Value: Sendable>(_ count: Int, _ body: @escaping @Sendable (ThreadRanks) -> Value) -> [Value] {
    let post = Post()
    let results = Results<Value>(count)
    let group = DispatchGroup()
    for rank in 0..<count {
      group.enter()
      let thread = Thread {
        let communicator = ThreadRanks(rank: rank, count: count, post)
        results.set(Ranks.$scoped.withValue(communicator) { body(communicator) }, at: rank)
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    return results.values.compactMap(\.self)
  }

  private final class Results<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var values: [Value?]
    init(_ count: Int) { values = Array(repeating: nil, count: count) }
    func set(_ value: Value, at index: Int) { lock.withLock { values[index] = value } }
  }

  // MARK: - Exchanges

  func gather(_ own: UnsafeRawBufferPointer, counts: [Int], to all: UnsafeMutableRawBufferPointer) {
    precondition(counts.count == count && counts[rank] == own.count && all.count == counts.reduce(0, +))
    for other in 0..<count { send(own, to: other) }
    var start = 0
    for (other, length) in counts.enumerated() {
      receive(UnsafeMutableRawBufferPointer(rebasing: all[start..<start + length]), from: other)
      start += length
    }
  }

  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) {
    if rank == root {
      for other in 0..<count where other != root { send(UnsafeRawBufferPointer(bytes), to: other) }
    } else {
      receive(bytes, from: root)
    }
  }

  func send(_ bytes: UnsafeRawBufferPointer, to other: Int) { post.put(Array(bytes), [rank, other]) }

  func receive(_ bytes: UnsafeMutableRawBufferPointer, from other: Int) {
    let letter = post.take([other, rank])
    precondition(letter.count == bytes.count, "\(letter.count) bytes came where \(bytes.count) were expected")
    bytes.copyBytes(from: letter)
  }

  func maximum(_ number: Int) -> Int {
    var all = [Int](repeating: 0, count: count)
    withUnsafeBytes(of: number) { own in
      all.withUnsafeMutableBytes { gather(own, counts: Array(repeating: own.count, count: count), to: $0) }
    }
    return all.max() ?? number
  }

  func abort(_ code: Int32) -> Never { preconditionFailure("a rank of a test gave up with \(code)") }
}
