import Synchronization

/// What computes all that multiplies and adds at length: the matrix product, the convolution and its two gradients.
///
/// This is the seam between the engine and its arithmetic. Backends must give the same bits for any number of threads.
package protocol ProductBackend: Sendable {
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

extension ProductBackend {
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

  package var backend: any ProductBackend {
    switch self {
    case .own: OwnBackend()
    case .openblas: OpenBLASBackend()
    }
  }

  /// The implementation in use: that of the scope, else the process's.
  package static var current: ProductImplementation { scoped ?? standard }

  /// Another implementation for everything inside a `$scoped.withValue(…)`.
  @TaskLocal package static var scoped: ProductImplementation?

  /// The process's implementation; set once, before the first product.
  package static var standard: ProductImplementation {
    get { allCases[selection.load(ordering: .relaxed)] }
    set { selection.store(allCases.firstIndex(of: newValue) ?? 0, ordering: .relaxed) }
  }

  private static let selection = Atomic<Int>(0)
}

extension Primitive {
  package static var products: any ProductBackend { CountingBackend(base: ProductImplementation.current.backend) }
}

/// Counts the multiplications of what it passes on, so that a benchmark knows the work of a whole iteration, second
/// derivatives included, without a formula that could be wrong; and which convolutions they were, if somebody asks.
package struct CountingBackend: ProductBackend {
  let base: any ProductBackend
  private static let counter = Atomic<Int>(0)

  /// Multiplications of all products since the process began.
  package static var multiplications: Int { counter.load(ordering: .relaxed) }

  /// Where the convolutions inside a `$tally.withValue(…)` are noted.
  @TaskLocal package static var tally: ConvolutionTally?

  package func matrixProduct(_ a: Tensor, transposingA: Bool, _ b: Tensor, transposingB: Bool) -> Tensor {
    Self.counter.wrappingAdd(a.count * (b.rank == 2 ? b.shape[transposingB ? 0 : 1] : 1), ordering: .relaxed)
    return Trace.record(
      TracedOperation("matrixProduct", [transposingA ? 1 : 0, transposingB ? 1 : 0]), [a, b]
    ) { base.matrixProduct(a, transposingA: transposingA, b, transposingB: transposingB) }
  }

  package func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    count(.forward, geometry)
    return Trace.record(TracedOperation("convolution", geometry.settings), [x, weight]) {
      base.convolution(x, weight, geometry)
    }
  }

  package func convolutionInputGradient(_ cotangent: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry)
    -> Tensor
  {
    count(.inputGradient, geometry)
    return Trace.record(TracedOperation("convolutionInputGradient", geometry.settings), [cotangent, weight]) {
      base.convolutionInputGradient(cotangent, weight, geometry)
    }
  }

  package func convolutionWeightGradient(_ cotangent: Tensor, _ x: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    count(.weightGradient, geometry)
    return Trace.record(TracedOperation("convolutionWeightGradient", geometry.settings), [cotangent, x]) {
      base.convolutionWeightGradient(cotangent, x, geometry)
    }
  }

  package func convolution(
    _ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry, activation: ChannelActivation
  ) -> Tensor {
    count(.forward, geometry)
    return Trace.record(
      TracedOperation("convolution", geometry.settings + Optional(activation).settings), [x, weight]
    ) { base.convolution(x, weight, geometry, activation: activation) }
  }

  private func count(_ pass: ConvolutionPass, _ geometry: ConvolutionGeometry) {
    Self.counter.wrappingAdd(geometry.multiplications, ordering: .relaxed)
    Self.tally?.note(pass, geometry)
  }
}

/// Which convolutions were computed, and how often.
package final class ConvolutionTally: Sendable {
  /// Calls of the same pass over the same extents.
  package struct Calls: Sendable, Equatable {
    package let pass: ConvolutionPass
    package let geometry: ConvolutionGeometry
    package var count: Int

    package init(pass: ConvolutionPass, geometry: ConvolutionGeometry, count: Int) {
      self.pass = pass
      self.geometry = geometry
      self.count = count
    }
  }

  private let noted = Mutex<[Calls]>([])

  package init() {}

  /// In the order in which they were first computed.
  package var calls: [Calls] { noted.withLock { $0 } }

  func note(_ pass: ConvolutionPass, _ geometry: ConvolutionGeometry) {
    noted.withLock { calls in
      if let index = calls.firstIndex(where: { $0.pass == pass && $0.geometry == geometry }) {
        calls[index].count += 1
      } else {
        calls.append(Calls(pass: pass, geometry: geometry, count: 1))
      }
    }
  }
}
