import Tensors

/// Wall-clock timing of something that can be repeated.
package enum Measurement {
  /// The median milliseconds of `rounds` calls, after one that warms caches and the memory pool.
  package static func median(rounds: Int, _ body: () -> Void) -> Double {
    body()
    let times = (0..<max(1, rounds)).map { _ in milliseconds(of: body) }
    return median(of: times)
  }

  /// The milliseconds of one call.
  static func milliseconds(of body: () -> Void) -> Double {
    let time = ContinuousClock().measure(body).components
    return Double(time.seconds) * 1e3 + Double(time.attoseconds) * 1e-15
  }

  /// The middle value, or the mean of the two middle ones.
  static func median(of values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.last else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1
      ? sorted[middle] : (sorted[middle - 1] + (middle < sorted.count ? sorted[middle] : last)) / 2
  }

  /// Numbers between −1 and 1, the same in every run.
  package static func pattern(_ shape: [Int]) -> Tensor {
    var state: UInt32 = 1
    return Tensor(
      (0..<Tensor.elementCount(of: shape)).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(state >> 8) / 8_388_608 - 1
      }, shape: shape)
  }
}
