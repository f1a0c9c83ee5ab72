/// The processes that make one run together, each with a number, its rank; and what they tell each other.
///
/// Every exchange is collective: all ranks call it, in the same order, with the same extents. Nothing is added here but
/// by whoever exchanges, so the order of sums is that of the caller.
package protocol Communicator: AnyObject, Sendable {
  var rank: Int { get }
  /// How many ranks there are.
  var count: Int { get }

  /// Everybody's bytes, rank after rank, on every rank; rank r brings `counts[r]` bytes.
  func gather(_ own: UnsafeRawBufferPointer, counts: [Int], to all: UnsafeMutableRawBufferPointer)
  /// The bytes of `root` on every rank.
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int)
  func send(_ bytes: UnsafeRawBufferPointer, to rank: Int)
  func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int)
  /// The largest of everybody's numbers.
  func maximum(_ number: Int) -> Int
  /// Ends every rank of the run, this one included.
  func abort(_ code: Int32) -> Never
}

extension Communicator {
  package var isFirst: Bool { rank == 0 }

  /// Whether anybody says so.
  package func any(_ flag: Bool) -> Bool { maximum(flag ? 1 : 0) > 0 }

  /// Everybody's bytes, of any number.
  package func gather(_ own: [UInt8]) -> [[UInt8]] {
    var lengths = [Int](repeating: 0, count: count)
    withUnsafeBytes(of: own.count) { length in
      lengths.withUnsafeMutableBytes {
        gather(length, counts: Array(repeating: MemoryLayout<Int>.size, count: count), to: $0)
      }
    }
    var all = [UInt8](repeating: 0, count: lengths.reduce(0, +))
    own.withUnsafeBytes { own in all.withUnsafeMutableBytes { gather(own, counts: lengths, to: $0) } }
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return Array(all[start..<start + length])
    }
  }

  /// The bytes of `root`, of any number.
  package func broadcast(_ bytes: [UInt8], from root: Int = 0) -> [UInt8] {
    let length = maximum(rank == root ? bytes.count : 0)
    var bytes = rank == root ? bytes : [UInt8](repeating: 0, count: length)
    bytes.withUnsafeMutableBytes { broadcast($0, from: root) }
    return bytes
  }

  /// A sum over what all ranks have, in the order of the ranks: the order in which one process adds it.
  ///
  /// A running sum goes down the ranks slice by slice. Into a slice of `sums` comes the sum of all ranks before; `add`
  /// adds this rank's own to it, or writes it where there is nobody before. The last rank tells all.
  package func runningSum<Scalar>(
    _ sums: UnsafeMutableBufferPointer<Scalar>, _ add: (_ slice: Range<Int>) -> Void
  ) {
    let slice = max(1, Self.sliceBytes / MemoryLayout<Scalar>.stride)
    for start in stride(from: 0, to: sums.count, by: slice) {
      let range = start..<min(start + slice, sums.count)
      let place = UnsafeMutableBufferPointer(rebasing: sums[range])
      if rank > 0 { receive(UnsafeMutableRawBufferPointer(place), from: rank - 1) }
      add(range)
      if rank < count - 1 { send(UnsafeRawBufferPointer(place), to: rank + 1) }
    }
    broadcast(UnsafeMutableRawBufferPointer(sums), from: count - 1)
  }

  /// Bytes of a slice: so few that the next rank begins soon, so many that a message is worth its latency.
  private static var sliceBytes: Int { 1 << 18 }
}

// MARK: - What all agree on

extension Communicator {
  /// `body`'s value, where no rank's threw; else every rank throws: its own error, or `RankFailed` for the first other
  /// rank's. Nobody is left waiting for a rank that has gone another way.
  package func agreeing<Value>(on body: () throws -> Value) throws -> Value {
    let own = Result { try body() }
    var text: [UInt8] = []
    if case .failure(let error) = own { text = Array("\(error)".utf8) }
    guard any(!text.isEmpty) else { return try own.get() }
    let texts = gather(text)
    if case .failure(let error) = own { throw error }
    let failed = texts.firstIndex { !$0.isEmpty } ?? 0
    throw RankFailed(rank: failed, message: String(decoding: texts[failed], as: UTF8.self))
  }
}

/// Another rank could not go on.
package struct RankFailed: Error, Equatable, CustomStringConvertible {
  package let rank: Int
  package let message: String

  package var description: String { "rank \(rank): \(message)" }
}
