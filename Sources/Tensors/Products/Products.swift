import Synchronization

/// Everything that multiplies and adds at length: the matrix product, the convolution and its two gradients.
///
/// This is the seam between the engine and its arithmetic. Implementations must give the same bits for any number of threads.
package protocol Products: Sendable {
  /// op(A)·op(B) of two matrices, op transposing where asked.
  func matrixProduct(_ a: Tensor, transposingA: Bool, _ b: Tensor, transposingB: Bool) -> Tensor
  /// y = x ⋆ w.
  func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor
  /// ∂⟨y, cotangent⟩/∂x: also the transposed convolution of the cotangent.
  func convolutionInputGradient(_ cotangent: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor
  /// ∂⟨y, cotangent⟩/∂w.
  func convolutionWeightGradient(_ cotangent: Tensor, _ x: Tensor, _ geometry: ConvolutionGeometry) -> Tensor

  /// The activation of x ⋆ w, with the bits of one after the other.
  func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry, activation: ChannelActivation)
    -> Tensor
}

extension Products {
  package func convolution(
    _ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry, activation: ChannelActivation
  ) -> Tensor {
    Primitive.unary(activation.operation, convolution(x, weight, geometry))
  }
}

/// Which implementation of the products is in use.
package enum ProductImplementation: String, Sendable, CaseIterable {
  /// Our own kernels: fast, and the same bits on every processor.
  case own
  /// The textbook path: im2col and OpenBLAS.
  case openblas

  package var products: any Products {
    switch self {
    case .own: KernelProducts()
    case .openblas: OpenBLASProducts()
    }
  }

  /// The implementation every tensor uses from now on; set once, before the first product.
  package static var current: ProductImplementation {
    get { allCases[selection.load(ordering: .relaxed)] }
    set { selection.store(allCases.firstIndex(of: newValue) ?? 0, ordering: .relaxed) }
  }

  private static let selection = Atomic<Int>(0)
}

extension Primitive {
  package static var products: any Products { CountedProducts(base: ProductImplementation.current.products) }
}
