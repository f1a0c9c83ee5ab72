import Synchronization

/// Counts the multiplications of what it passes on, so that a benchmark knows the work of a whole iteration, second derivatives
/// included, without a formula that could be wrong.
package struct CountedProducts: Products {
  let base: any Products
  private static let counter = Atomic<Int>(0)

  /// Multiplications of all products since the process began.
  package static var multiplications: Int { counter.load(ordering: .relaxed) }

  package func matrixProduct(_ a: Tensor, transposingA: Bool, _ b: Tensor, transposingB: Bool) -> Tensor {
    Self.counter.wrappingAdd(a.count * (b.rank == 2 ? b.shape[transposingB ? 0 : 1] : 1), ordering: .relaxed)
    return Trace.record(
      TracedOperation("matrixProduct", [transposingA ? 1 : 0, transposingB ? 1 : 0]), [a, b]
    ) { base.matrixProduct(a, transposingA: transposingA, b, transposingB: transposingB) }
  }

  package func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    Self.counter.wrappingAdd(geometry.multiplications, ordering: .relaxed)
    return Trace.record(TracedOperation("convolution", geometry.settings), [x, weight]) {
      base.convolution(x, weight, geometry)
    }
  }

  package func convolutionInputGradient(_ cotangent: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry)
    -> Tensor
  {
    Self.counter.wrappingAdd(geometry.multiplications, ordering: .relaxed)
    return Trace.record(TracedOperation("convolutionInputGradient", geometry.settings), [cotangent, weight]) {
      base.convolutionInputGradient(cotangent, weight, geometry)
    }
  }

  package func convolutionWeightGradient(_ cotangent: Tensor, _ x: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    Self.counter.wrappingAdd(geometry.multiplications, ordering: .relaxed)
    return Trace.record(TracedOperation("convolutionWeightGradient", geometry.settings), [cotangent, x]) {
      base.convolutionWeightGradient(cotangent, x, geometry)
    }
  }

  package func convolution(
    _ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry, activation: ChannelActivation
  ) -> Tensor {
    Self.counter.wrappingAdd(geometry.multiplications, ordering: .relaxed)
    return Trace.record(
      TracedOperation("convolution", geometry.settings + Optional(activation).settings), [x, weight]
    ) { base.convolution(x, weight, geometry, activation: activation) }
  }
}
