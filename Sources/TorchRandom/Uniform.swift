import Tensors

extension TorchGenerator {
  /// Uniform draws on [low, high): `torch.rand` and `uniform_(low, high)`.
  ///
  /// x = (low 24 bits of a draw)·2⁻²⁴, and the element is x·(high − low) + low in one fused step, in float32, then
  /// widened to `dtype`. One 32-bit draw an element, row-major.
  ///
  /// Rounding can land on `high` itself; PyTorch 2.15 turns that into `low` (1.13 returned `high`).
  package func uniform(
    _ shape: [Int], from low: Double = 0, to high: Double = 1, dtype: DType = .float32
  ) -> Tensor {
    draw("uniform", [low, high]) {
      Tensor(shape: shape, of: Float.self) { fillUniform($0, from: Float(low), to: Float(high)) }
    }.converted(to: dtype)
  }

  /// Uniform draws of PyTorch's own **float64** stream: `torch.rand(…, dtype=torch.float64)`.
  ///
  /// The low 53 bits of two draws an element: other numbers than `uniform(dtype: .float64)`, which widens float32
  /// draws. Kept for comparison with PyTorch; chapters do not use it.
  package func uniformInNativeFloat64(_ shape: [Int], from low: Double = 0, to high: Double = 1) -> Tensor {
    draw("uniform", [low, high]) { Tensor(shape: shape, of: Double.self) { fillUniform($0, from: low, to: high) } }
  }

  func fillUniform(_ out: UnsafeMutableBufferPointer<Float>, from low: Float, to high: Float) {
    precondition(low <= high, "uniform draws were asked for on [\(low), \(high))")
    let width = high - low
    if low == 0 && width == 1 {
      // The fused step would be exact; leaving it out keeps `torch.rand` and the normals fast.
      engine.draw(out.count) { out[$0] = Float($1 & 0xff_ffff) * 0x1p-24 }
    } else {
      engine.draw(out.count) { index, word in
        let value = low.addingProduct(Float(word & 0xff_ffff) * 0x1p-24, width)
        out[index] = value == high ? low : value
      }
    }
  }

  func fillUniform(_ out: UnsafeMutableBufferPointer<Double>, from low: Double, to high: Double) {
    precondition(low <= high, "uniform draws were asked for on [\(low), \(high))")
    let width = high - low
    for index in out.indices {
      let value = low.addingProduct(nextUnitDouble(), width)
      out[index] = value == high ? low : value
    }
  }

  /// (low 53 bits of two draws)·2⁻⁵³, in [0, 1).
  func nextUnitDouble() -> Double {
    Double(engine.nextUInt64() & ((1 << 53) - 1)) * 0x1p-53
  }
}
