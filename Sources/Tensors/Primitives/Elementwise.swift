import KernelContract

extension Primitive {
  /// f(a) for every element.
  package static func unary(_ operation: UnaryOperation, _ a: Tensor) -> Tensor {
    Trace.record(operation.traced, [a]) {
      switch a.dtype {
      case .float32: unary(operation, a, Float.self)
      case .float64: unary(operation, a, Double.self)
      }
    }
  }

  private static func unary<Scalar: TensorScalar>(
    _ operation: UnaryOperation, _ a: Tensor, _: Scalar.Type
  ) -> Tensor {
    make(a.shape, Scalar.self) { out in
      let source = a.pointer(to: Scalar.self)
      Parallel.forChunks(of: a.count) { range in
        Scalar.kernels.unary(operation, range.count, source + range.lowerBound, out + range.lowerBound)
      }
    }
  }

  /// f(a, b) for every pair of elements, broadcasting.
  package static func binary(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor) -> Tensor {
    precondition(a.dtype == b.dtype, "a \(a.dtype) tensor \(a.shape) meets a \(b.dtype) tensor \(b.shape)")
    return Trace.record(operation.traced, [a, b]) {
      switch a.dtype {
      case .float32: binary(operation, a, b, Float.self)
      case .float64: binary(operation, a, b, Double.self)
      }
    }
  }

  private static func binary<Scalar: TensorScalar>(
    _ operation: BinaryOperation, _ a: Tensor, _ b: Tensor, _: Scalar.Type
  ) -> Tensor {
    let plan = BroadcastPlan(a.shape, b.shape)
    return make(plan.shape, Scalar.self) { out in
      let left = a.pointer(to: Scalar.self)
      let right = b.pointer(to: Scalar.self)
      let inner = plan.axes[plan.axes.count - 1]
      if plan.axes.count == 1 {
        Parallel.forChunks(of: inner.extent) { range in
          let start = range.lowerBound
          Scalar.kernels.binary(
            operation, range.count, left + start * inner.aStride, inner.aStride, right + start * inner.bStride,
            inner.bStride, out + start)
        }
      } else {
        let outerCount = Tensor.elementCount(of: plan.shape) / inner.extent
        Parallel.forEach(outerCount, costPerIndex: inner.extent) { outer in
          let offset = plan.offsets(atOuter: outer)
          Scalar.kernels.binary(
            operation, inner.extent, left + offset.a, inner.aStride, right + offset.b, inner.bStride,
            out + outer * inner.extent)
        }
      }
    }
  }
}
