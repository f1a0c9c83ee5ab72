import Tensors

/// How far a computed tensor may lie from PyTorch's.
struct Tolerance: Sendable {
  /// Times the largest magnitude of the expected tensor: for sums, whose terms may cancel.
  let ofLargest: Double
  /// Times the magnitude of the element itself.
  let ofEach: Double
  /// Below this, numbers of the precision are no longer normal and have no relative accuracy.
  let floor: Double

  init(ofLargest: Double = 0, ofEach: Double = 0, floor: Double = 0) {
    precondition(ofLargest >= 0 && ofEach >= 0 && floor >= 0, "a negative tolerance holds nothing")
    self.ofLargest = ofLargest
    self.ofEach = ofEach
    self.floor = floor
  }

  /// Relative to the tensor's largest magnitude. Measured here: below 2e-14 in float64 and 4e-6 in float32, where
  /// PyTorch lies up to 2.2e-6 from its own float64 (`float32_scatter` in the file).
  static func general(_ dtype: DType) -> Tolerance { Tolerance(ofLargest: dtype == .float64 ? 1e-12 : 1e-5) }

  /// For functions of one element and for arithmetic without sums: every element counts by itself, so that sigmoid(−40)
  /// is held as tightly as sigmoid(1). In float32 that is 8 units in the last place.
  static func elementwise(_ dtype: DType) -> Tolerance {
    dtype == .float64
      ? Tolerance(ofEach: 1e-14, floor: Double.leastNormalMagnitude)
      : Tolerance(ofEach: 0x1p-20, floor: Double(Float.leastNormalMagnitude))
  }
}

/// What is wrong with `actual`, or `nil` where it holds: same shape and precision, no NaN, every element within the
/// tolerance.
func mismatch(_ actual: Tensor, _ expected: Tensor, dtype: DType, _ tolerance: Tolerance) -> String? {
  if actual.dtype != dtype { return "is \(actual.dtype), expected \(dtype)" }
  if actual.shape != expected.shape { return "has shape \(actual.shape), expected \(expected.shape)" }
  let (found, wanted) = (actual.values, expected.values)
  let base = tolerance.ofLargest * wanted.reduce(0) { max($0, abs($1)) } + tolerance.floor
  var outside = 0
  var worst = (index: 0, excess: -Double.infinity)
  for index in wanted.indices {
    let difference = abs(found[index] - wanted[index])
    let allowed = base + tolerance.ofEach * abs(wanted[index])
    if difference <= allowed { continue }  // false for NaN, which therefore counts
    outside += 1
    let excess = difference.isNaN ? .infinity : difference - allowed
    if excess > worst.excess { worst = (index, excess) }
  }
  guard outside > 0 else { return nil }
  let index = worst.index
  let difference = abs(found[index] - wanted[index])
  let allowed = base + tolerance.ofEach * abs(wanted[index])
  return """
    \(outside) of \(wanted.count) elements are off; worst at \(position(index, in: expected.shape)): found \
    \(found[index]), PyTorch \(wanted[index]), difference \(difference), allowed \(allowed)
    """
}

private func position(_ index: Int, in shape: [Int]) -> [Int] {
  var rest = index
  return Array(
    shape.reversed().map { extent in
      defer { rest /= extent }
      return rest % extent
    }.reversed())
}
