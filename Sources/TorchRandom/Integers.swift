import Tensors

extension TorchGenerator {
  /// A 64-bit integer in 0 ..< 2⁶³: `torch.empty((), dtype=torch.int64).random_()`, which PyTorch seeds its loaders
  /// with.
  package func nextInt64() -> Int64 {
    Int64(engine.nextUInt64() & (1 << 63 - 1))
  }

  /// `count` integers in `range`: `torch.randint(low, high, (count,))`.
  ///
  /// low + u mod (high − low), with u of 32 bits, or of 64 where the range holds 2²⁸ values and more (PyTorch 1.13:
  /// from 2³² on). The modulus favors small results by at most range/2³², and so does PyTorch's.
  package func integers(_ count: Int, in range: Range<Int64>) -> [Int64] {
    precondition(!range.isEmpty, "integers were asked for in the empty range \(range)")
    let extent = UInt64(bitPattern: range.upperBound &- range.lowerBound)
    return (0..<count).map { _ in
      let word = extent >= 1 << 28 ? engine.nextUInt64() : UInt64(engine.nextUInt32())
      return range.lowerBound &+ Int64(bitPattern: word % extent)
    }
  }

  /// The numbers 0 ..< count in random order: `torch.randperm(count)`.
  ///
  /// Fisher–Yates from the front, count − 1 draws of 32 bits; a count of 0 or 1 draws nothing. From 214,748,364
  /// elements on PyTorch 2.15 (not 1.13) changes to the inside-out form with 64-bit draws, so that the modulus stays
  /// nearly fair.
  package func permutation(_ count: Int) -> [Int] {
    precondition(count >= 0, "a permutation of \(count) elements was asked for")
    return Trace.draw(TracedOperation("permutation", stream: stateDigest)) { shuffled(count) }
  }

  private func shuffled(_ count: Int) -> [Int] {
    if count >= Self.insideOutThreshold { return insideOutPermutation(count) }
    var order = Array(0..<count)
    guard count > 1 else { return order }
    order.withUnsafeMutableBufferPointer { order in
      // 32-bit arithmetic: the count is below the threshold, and a 64-bit division costs several times as much.
      engine.draw(count - 1) { index, word in
        let other = index + Int(word % UInt32(truncatingIfNeeded: order.count - index))
        order.swapAt(index, other)
      }
    }
    return order
  }

  /// ⌊(2³² − 1)/20⌋, as PyTorch has it.
  static let insideOutThreshold = 214_748_364

  /// The large-count form, apart so that a test can hold its rule on a small count.
  package func insideOutPermutation(_ count: Int) -> [Int] {
    var order = [Int](repeating: 0, count: count)
    for index in 0..<count {
      let other = Int(engine.nextUInt64() % UInt64(index + 1))
      order[index] = index
      order.swapAt(index, other)
    }
    return order
  }
}
