import KernelContract

extension Primitive {
  /// One Adam step as new tensors: parameter, first and second moment.
  package static func adamStep(
    _ parameter: Tensor, _ gradient: Tensor, first: Tensor, second: Tensor, learningRate: Double, firstDecay: Double,
    secondDecay: Double, epsilon: Double, step: Int
  ) -> (parameter: Tensor, first: Tensor, second: Tensor) {
    func update(_ epsilon: Double) -> (parameter: Tensor, first: Tensor, second: Tensor) {
      AdamStep(
        parameter: parameter, gradient: gradient, first: first, second: second, learningRate: learningRate,
        firstDecay: firstDecay, secondDecay: secondDecay, epsilon: epsilon, step: step
      ).run(on: parameter.dtype)
    }
    return Trace.record(
      TracedOperation("adamStep", [learningRate, firstDecay, secondDecay, epsilon, Double(step)]),
      [parameter, gradient, first, second]
    ) {
      let right = Fault.epsilon.planted(over: update(epsilon), comparing: \.parameter) { update(2 * epsilon) }
      return Fault.flippedBit.planted(over: right, comparing: \.parameter) {
        (right.parameter.withFlippedBit, right.first, right.second)
      }
    } outputs: {
      [$0.parameter, $0.first, $0.second]
    }
  }
}

private struct AdamStep: KernelComputation {
  let parameter: Tensor
  let gradient: Tensor
  let first: Tensor
  let second: Tensor
  let learningRate: Double
  let firstDecay: Double
  let secondDecay: Double
  let epsilon: Double
  let step: Int

  func run<Kernels: TensorKernels>(
    with _: Kernels.Type
  ) -> (parameter: Tensor, first: Tensor, second: Tensor) {
    let constants = AdamConstants<Kernels.Scalar>(
      learningRate: learningRate, firstDecay: firstDecay, secondDecay: secondDecay, epsilon: epsilon, step: step)
    let sources = [parameter, first, second]
    let results = sources.map { Storage(byteCount: $0.count * $0.dtype.byteCount) }
    let gradients = gradient.pointer(to: Kernels.Scalar.self)
    withExtendedLifetime((sources, gradient)) {
      Parallel.forChunks(of: parameter.count) { range in
        let start = range.lowerBound
        // The kernel works in place: on a copy, made while it is about to be used.
        let copies = zip(sources, results).map { source, result in
          let copy = result.pointer.assumingMemoryBound(to: Kernels.Scalar.self) + start
          copy.update(from: source.pointer(to: Kernels.Scalar.self) + start, count: range.count)
          return copy
        }
        Kernels.adam(
          constants, count: range.count, gradient: gradients + start, parameter: copies[0], firstMoment: copies[1],
          secondMoment: copies[2])
      }
    }
    let tensors = zip(sources, results).map { Tensor(shape: $0.shape, dtype: $0.dtype, storage: $1) }
    return (tensors[0], tensors[1], tensors[2])
  }
}
