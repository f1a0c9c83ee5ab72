import Tensors

/// The definitions, summed in Double one product at a time: what every implementation is held against.
enum NaiveProducts {
  static func matrixProduct(
    _ a: [Double], _ b: [Double], rows: Int, columns: Int, depth: Int, transposingA: Bool, transposingB: Bool
  ) -> [Double] {
    var result = [Double](repeating: 0, count: rows * columns)
    for i in 0..<rows {
      for j in 0..<columns {
        var sum = 0.0
        for k in 0..<depth {
          sum += a[transposingA ? k * rows + i : i * depth + k] * b[transposingB ? j * depth + k : k * columns + j]
        }
        result[i * columns + j] = sum
      }
    }
    return result
  }

  /// Calls `body` with the flat indices of every product of the convolution: y[y] takes x[x]·w[w].
  private static func forEachProduct(of g: ConvolutionGeometry, _ body: (_ y: Int, _ x: Int, _ w: Int) -> Void) {
    for image in 0..<g.batch {
      for output in 0..<g.outputChannels {
        for row in 0..<g.output.height {
          for column in 0..<g.output.width {
            let y = ((image * g.outputChannels + output) * g.output.height + row) * g.output.width + column
            for channel in 0..<g.inputChannels {
              for ky in 0..<g.kernel.height {
                let inputRow = row * g.stride.height - g.padding.height + ky
                guard (0..<g.input.height).contains(inputRow) else { continue }
                for kx in 0..<g.kernel.width {
                  let inputColumn = column * g.stride.width - g.padding.width + kx
                  guard (0..<g.input.width).contains(inputColumn) else { continue }
                  body(
                    y, ((image * g.inputChannels + channel) * g.input.height + inputRow) * g.input.width + inputColumn,
                    ((output * g.inputChannels + channel) * g.kernel.height + ky) * g.kernel.width + kx)
                }
              }
            }
          }
        }
      }
    }
  }

  static func convolution(_ x: [Double], _ w: [Double], _ g: ConvolutionGeometry) -> [Double] {
    var result = [Double](repeating: 0, count: g.outputShape.reduce(1, *))
    forEachProduct(of: g) { result[$0] += x[$1] * w[$2] }
    return result
  }

  static func inputGradient(_ cotangent: [Double], _ w: [Double], _ g: ConvolutionGeometry) -> [Double] {
    var result = [Double](repeating: 0, count: g.inputShape.reduce(1, *))
    forEachProduct(of: g) { result[$1] += cotangent[$0] * w[$2] }
    return result
  }

  static func weightGradient(_ cotangent: [Double], _ x: [Double], _ g: ConvolutionGeometry) -> [Double] {
    var result = [Double](repeating: 0, count: g.weightShape.reduce(1, *))
    forEachProduct(of: g) { result[$2] += cotangent[$0] * x[$1] }
    return result
  }
}

/// Numbers in [−1, 1) that are the same in every run.
struct RandomNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func tensor(_ shape: [Int], _ dtype: DType) -> Tensor {
    let count = shape.reduce(1, *)
    switch dtype {
    case .float32: return Tensor((0..<count).map { _ in Float(next() >> 40) / 8_388_608 - 1 }, shape: shape)
    case .float64:
      return Tensor((0..<count).map { _ in Double(next() >> 11) / 4_503_599_627_370_496 - 1 }, shape: shape)
    }
  }
}

extension Tensor {
  /// The largest |self − expected|.
  func largestError(from expected: [Double]) -> Double {
    precondition(expected.count == count)
    return zip(values, expected).map { abs($0 - $1) }.max() ?? 0
  }

  /// √(Σ(self − expected)² / n).
  func rootMeanSquareError(from expected: [Double]) -> Double {
    precondition(expected.count == count)
    let sum = zip(values, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (sum / Double(max(count, 1))).squareRoot()
  }
}
