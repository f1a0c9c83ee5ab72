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
    return base.matrixProduct(a, transposingA: transposingA, b, transposingB: transposingB)
  }

  package func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    Self.counter.wrappingAdd(geometry.multiplications, ordering: .relaxed)
    return base.convolution(x, weight, geometry)
  }

  package func convolutionInputGradient(_ cotangent: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry)
    -> Tensor
  {
    Self.counter.wrappingAdd(geometry.multiplications, ordering: .relaxed)
    return base.convolutionInputGradient(cotangent, weight, geometry)
  }

  package func convolutionWeightGradient(_ cotangent: Tensor, _ x: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    Self.counter.wrappingAdd(geometry.multiplications, ordering: .relaxed)
    return base.convolutionWeightGradient(cotangent, x, geometry)
  }

  package func convolution(
    _ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry, activation: ChannelActivation
  ) -> Tensor {
    Self.counter.wrappingAdd(geometry.multiplications, ordering: .relaxed)
    return base.convolution(x, weight, geometry, activation: activation)
  }
}
