import Tensors

extension TorchGenerator {
  /// Normal draws: `torch.randn` and `normal_(mean, std)` of a contiguous tensor.
  ///
  /// Drawn in float32 and widened to `dtype`. Sixteen elements and more are filled in blocks (`BlockNormal.swift`),
  /// fewer one by one in double precision (`SerialNormal.swift`); the two give unrelated numbers, as they do in
  /// PyTorch.
  package func normal(_ shape: [Int], mean: Double = 0, std: Double = 1, dtype: DType = .float32) -> Tensor {
    precondition(std >= 0, "normal draws were asked for with std \(std)")
    return draw("normal", [mean, std]) {
      Tensor(shape: shape, of: Float.self) { out in
        if out.count >= Self.blockLength {
          fillNormalBlocks(out, mean: Float(mean), std: Float(std))
        } else {
          for index in out.indices { out[index] = Float(nextSerialNormal(mean: mean, std: std)) }
        }
      }
    }.converted(to: dtype)
  }

  /// Normal draws of PyTorch's own **float64** stream: `torch.randn(…, dtype=torch.float64)`.
  ///
  /// Other numbers than `normal(dtype: .float64)`, which widens float32 draws. Kept for comparison with PyTorch;
  /// chapters do not use it. The last bit is libm's (`PlatformMath.swift`).
  package func normalInNativeFloat64(_ shape: [Int], mean: Double = 0, std: Double = 1) -> Tensor {
    precondition(std >= 0, "normal draws were asked for with std \(std)")
    return draw("normal", [mean, std]) {
      Tensor(shape: shape, of: Double.self) { out in
        if out.count >= Self.blockLength {
          fillNormalBlocks(out, mean: mean, std: std)
        } else {
          for index in out.indices { out[index] = nextSerialNormal(mean: mean, std: std) }
        }
      }
    }
  }
}
