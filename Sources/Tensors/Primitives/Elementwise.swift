import KernelContract

extension Primitive {
  /// f(a) for every element.
  package static func unary(_ operation: UnaryOperation, _ a: Tensor) -> Tensor {
    if let shared = a.ofOwnImages({ unary(operation, $0) }) { return shared }
    return Trace.record(operation.traced, [a]) { Unary(operation: operation, a: a).run(on: a.dtype) }
  }

  /// f(a, b) for every pair of elements, broadcasting.
  package static func binary(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor) -> Tensor {
    precondition(a.dtype == b.dtype, "a \(a.dtype) tensor \(a.shape) meets a \(b.dtype) tensor \(b.shape)")
    if let shared = sharedBinary(operation, a, b) { return shared }
    return Trace.record(operation.traced, [a, b]) { Binary(operation: operation, a: a, b: b).run(on: a.dtype) }
  }
}

private struct Unary: KernelComputation {
  let operation: UnaryOperation
  let a: Tensor

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Tensor {
    Primitive.make(a.shape, Kernels.Scalar.self) { out in
      let source = a.pointer(to: Kernels.Scalar.self)
      Parallel.forChunks(of: a.count) { range in
        Kernels.unary(operation, count: range.count, source + range.lowerBound, to: out + range.lowerBound)
      }
    }
  }
}

private struct Binary: KernelComputation {
  let operation: BinaryOperation
  let a: Tensor
  let b: Tensor

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Tensor {
    let plan = BroadcastPlan(a.shape, b.shape)
    return Primitive.make(plan.shape, Kernels.Scalar.self) { out in
      let left = a.pointer(to: Kernels.Scalar.self)
      let right = b.pointer(to: Kernels.Scalar.self)
      let inner = plan.axes[plan.axes.count - 1]
      if plan.axes.count == 1 {
        Parallel.forChunks(of: inner.extent) { range in
          let start = range.lowerBound
          Kernels.binary(
            operation, count: range.count, left + start * inner.aStride, stride: inner.aStride,
            right + start * inner.bStride, stride: inner.bStride, to: out + start)
        }
      } else {
        let outerCount = Tensor.elementCount(of: plan.shape) / inner.extent
        Parallel.forEach(outerCount, costPerIndex: inner.extent) { outer in
          let offset = plan.offsets(atOuter: outer)
          Kernels.binary(
            operation, count: inner.extent, left + offset.a, stride: inner.aStride, right + offset.b,
            stride: inner.bStride, to: out + outer * inner.extent)
        }
      }
    }
  }
}
