import Autograd
import Tensors

/// Times the passes over rows of pixels that stand between the convolutions of ProGAN, each forward and back again.
package enum RowBenchmarks {
  private struct Operation: Sendable {
    let name: String
    let input: [Int]
    let function: @Sendable (Tensor) -> Tensor
  }

  private static let all = [
    Operation(name: "rows/average-pool", input: [16, 128, 64, 64]) { $0.averagePooled(PoolingWindow(size: 2)) },
    Operation(name: "rows/upsample-nearest", input: [16, 128, 32, 32]) { $0.upsampledNearest(factor: 2) },
    Operation(name: "rows/pixel-norm", input: [16, 128, 64, 64]) { pixelNorm($0, epsilon: 1e-8) },
    Operation(name: "rows/pixel-norm-8px", input: [128, 128, 8, 8]) { pixelNorm($0, epsilon: 1e-8) },
  ]

  package static func measure(rounds: Int, matching isWanted: (String) -> Bool) -> [BenchmarkEntry] {
    all.filter { isWanted($0.name) }.map { operation in
      let x = Measurement.pattern(operation.input)
      let cotangent = Measurement.pattern(operation.function(x).shape)
      let milliseconds = Measurement.median(rounds: rounds) {
        _ = gradients(of: operation.function(x), at: x, cotangent: cotangent)
      }
      return BenchmarkEntry(name: operation.name, milliseconds: milliseconds, gmac: nil)
    }
  }
}
