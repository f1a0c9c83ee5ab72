import KernelContract

extension Primitive {
  /// One Adam step as new tensors: parameter, first and second moment.
  package static func adamStep(
    _ parameter: Tensor, _ gradient: Tensor, first: Tensor, second: Tensor, learningRate: Double, firstDecay: Double,
    secondDecay: Double, epsilon: Double, step: Int
  ) -> (parameter: Tensor, first: Tensor, second: Tensor) {
    func run<Scalar: TensorScalar>(_: Scalar.Type) -> (parameter: Tensor, first: Tensor, second: Tensor) {
      let constants = AdamConstants<Scalar>(
        learningRate: learningRate, firstDecay: firstDecay, secondDecay: secondDecay, epsilon: epsilon, step: step)
      let results = [parameter, first, second].map { copy($0) }
      let pointers = results.map { $0.storage.pointer.assumingMemoryBound(to: Scalar.self) }
      let gradients = gradient.pointer(to: Scalar.self)
      withExtendedLifetime(results) {
        Parallel.forChunks(of: parameter.count) { range in
          let start = range.lowerBound
          Scalar.kernels.adam(
            constants, range.count, gradients + start, pointers[0] + start, pointers[1] + start, pointers[2] + start)
        }
      }
      return (results[0], results[1], results[2])
    }
    return switch parameter.dtype {
    case .float32: run(Float.self)
    case .float64: run(Double.self)
    }
  }

  private static func copy(_ a: Tensor) -> Tensor {
    let storage = Storage(byteCount: a.count * a.dtype.byteCount)
    storage.pointer.copyMemory(from: a.storage.pointer, byteCount: a.count * a.dtype.byteCount)
    return Tensor(shape: a.shape, dtype: a.dtype, storage: storage)
  }
}
