extension TorchGenerator {
  /// One normal in double precision, the way PyTorch fills fewer than 16 elements of any dtype.
  ///
  /// u₁ and u₂ from 53 bits each, r = √(−2·log1p(−u₂)), t = 2π·u₁: **here the second uniform makes the radius**, unlike
  /// in the blocks. The result is r·cos t; r·sin t waits, unscaled, for the next call. It outlives every other kind of
  /// draw and even a change of dtype; only a new seed or `restore` drops it.
  ///
  /// (PyTorch 1.13 computed log(1 − u₂): the float32 results are the same, a few float64 ones differ in the last bit.)
  func nextSerialNormal(mean: Double, std: Double) -> Double {
    let standard: Double
    if let cached = cachedNormal {
      standard = cached
      cachedNormal = nil
    } else {
      let first = nextUnitDouble()
      let second = nextUnitDouble()
      let radius = (-2 * naturalLog(onePlus: -second)).squareRoot()
      let angle = 2 * Double.pi * first
      standard = radius * cosine(angle)
      cachedNormal = radius * sine(angle)
    }
    return mean.addingProduct(standard, std)
  }
}
