import KernelContract

/// Kernels for elements that are no tensor, such as a row on its way through a score.
extension UnsafeMutableBufferPointer where Element: TensorScalar {
  /// f of every element, in place.
  package func apply(_ operation: UnaryOperation) {
    guard let baseAddress else { return }
    InPlace(operation: operation, count: count, elements: baseAddress).run(on: Element.dtype)
  }
}

extension UnsafeBufferPointer where Element: TensorScalar {
  /// Σ a[i], in the order of the numeric contract.
  package var sum: Double {
    guard let baseAddress else { return 0 }
    return BufferSum(count: count, a: baseAddress).run(on: Element.dtype)
  }

  /// Σ a[i]·b[i], in the order of the numeric contract.
  package func dotProduct(_ other: UnsafeBufferPointer) -> Double {
    precondition(count == other.count, "a product of \(count) and \(other.count) elements")
    guard let baseAddress, let otherAddress = other.baseAddress else { return 0 }
    return BufferProduct(count: count, a: baseAddress, b: otherAddress).run(on: Element.dtype)
  }
}

// The dtype chooses kernels of the element type that the pointers have.

private struct InPlace: KernelComputation {
  let operation: UnaryOperation
  let count: Int
  let elements: UnsafeMutableRawPointer

  func run<Kernels: TensorKernels>(with _: Kernels.Type) {
    let elements = elements.assumingMemoryBound(to: Kernels.Scalar.self)
    Kernels.unary(operation, count: count, elements, to: elements)
  }
}

private struct BufferSum: KernelComputation {
  let count: Int
  let a: UnsafeRawPointer

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Double {
    Kernels.sum(count: count, a.assumingMemoryBound(to: Kernels.Scalar.self))
  }
}

private struct BufferProduct: KernelComputation {
  let count: Int
  let a: UnsafeRawPointer
  let b: UnsafeRawPointer

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Double {
    Kernels.dotProduct(
      count: count, a.assumingMemoryBound(to: Kernels.Scalar.self), b.assumingMemoryBound(to: Kernels.Scalar.self))
  }
}
