/// For each output position of one axis, which input positions it is made of and how much of each.
///
/// Pillow's bilinear filter: a triangle of half-width 1 around the output's center, widened by the factor when
/// shrinking (so that it averages what it skips). The weights are normalized in double precision and rounded to 22
/// fraction bits, half away from zero. Source: Pillow `src/libImaging/Resample.c`, `precompute_coeffs` and
/// `normalize_coeffs_8bpc`.
struct ResampleWeights: Sendable {
  static let fractionBits: Int32 = 22

  /// Weights kept for every output; those beyond its `count` are zero.
  let stride: Int
  let first: [Int]
  let count: [Int]
  let weights: [Int32]

  init(from inputs: Int, to outputs: Int) {
    let scale = Double(inputs) / Double(outputs)
    let width = max(scale, 1)
    stride = Int(width.rounded(.up)) * 2 + 1
    var first = [Int](repeating: 0, count: outputs)
    var count = first
    var weights = [Int32](repeating: 0, count: outputs * stride)

    for output in 0..<outputs {
      let center = (Double(output) + 0.5) * scale
      let start = max(Int(center - width + 0.5), 0)
      let end = min(Int(center + width + 0.5), inputs)
      let raw = (start..<end).map { input in
        // The reciprocal is Pillow's: dividing by the width would round differently.
        max(1 - abs((Double(input) - center + 0.5) * (1 / width)), 0)
      }
      let sum = raw.reduce(0, +)
      first[output] = start
      count[output] = end - start
      for (index, weight) in raw.enumerated() {
        let share = sum == 0 ? weight : weight / sum
        weights[output * stride + index] = Int32(0.5 + share * Double(1 << Self.fractionBits))
      }
    }
    self.first = first
    self.count = count
    self.weights = weights
  }
}
