extension Primitive {
  /// x/√(mean of x² over the channels + ε) at every pixel of [N, C, …], and the roots, [N, 1, …].
  ///
  /// One pass over memory: a stripe of pixels is read for the sums and is still in the cache for the division.
  package static func pixelNorm(_ x: Tensor, epsilon: Double) -> (output: Tensor, root: Tensor) {
    func run(_ epsilon: Double) -> (output: Tensor, root: Tensor) {
      switch x.dtype {
      case .float32: pixelNorm(x, epsilon, Float.self)
      case .float64: pixelNorm(x, epsilon, Double.self)
      }
    }
    return Trace.record(TracedOperation("pixelNorm", [epsilon]), [x]) {
      Fault.epsilon.planted(over: run(epsilon), comparing: \.output) { run(2 * epsilon) }
    } outputs: {
      [$0.output, $0.root]
    }
  }

  /// The gradient of `pixelNorm` in one pass over x and the cotangent y̅, with the roots r that it gave:
  ///
  ///     x̅ = y̅/r − x·Σ(y̅·x)/(C·r³)     (Σ over the channels)
  package static func pixelNormGradient(_ cotangent: Tensor, _ x: Tensor, root: Tensor) -> Tensor {
    precondition(
      cotangent.shape == x.shape && root.count * x.shape[1] == x.count,
      "a cotangent \(cotangent.shape) and roots \(root.shape) for the pixel norm of \(x.shape)")
    return Trace.record(TracedOperation("pixelNormGradient"), [cotangent, x, root]) {
      switch x.dtype {
      case .float32: pixelNormGradient(cotangent, x, root, Float.self)
      case .float64: pixelNormGradient(cotangent, x, root, Double.self)
      }
    }
  }

  /// Pixels of one image that are worked on together.
  private static let stripe = 512

  private static func pixelNorm<Scalar: TensorScalar>(
    _ x: Tensor, _ epsilon: Double, _: Scalar.Type
  ) -> (output: Tensor, root: Tensor) {
    let (batch, channels, plane) = layout(x)
    let root = Tensor.zeros([batch, 1] + x.shape[2...], dtype: x.dtype)
    let roots = root.storage.pointer.assumingMemoryBound(to: Scalar.self)
    let output = make(x.shape, Scalar.self) { out in
      let source = x.pointer(to: Scalar.self)
      forStripes(batch, channels, plane) { image, pixels in
        let start = image * channels * plane + pixels.lowerBound
        Scalar.kernels.pictures.pixelNorm(
          channels, plane, pixels.count, source + start, Scalar(epsilon), roots + image * plane + pixels.lowerBound,
          out + start)
      }
    }
    return (output, root)
  }

  private static func pixelNormGradient<Scalar: TensorScalar>(
    _ cotangent: Tensor, _ x: Tensor, _ root: Tensor, _: Scalar.Type
  ) -> Tensor {
    let (batch, channels, plane) = layout(x)
    return make(x.shape, Scalar.self) { out in
      let above = cotangent.pointer(to: Scalar.self)
      let source = x.pointer(to: Scalar.self)
      let roots = root.pointer(to: Scalar.self)
      forStripes(batch, channels, plane) { image, pixels in
        let start = image * channels * plane + pixels.lowerBound
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: pixels.count) { slope in
          guard let slope = slope.baseAddress else { return }
          Scalar.kernels.pictures.pixelNormGradient(
            channels, plane, pixels.count, above + start, source + start, roots + image * plane + pixels.lowerBound,
            slope, out + start)
        }
      }
    }
  }

  /// Calls `body` with every stripe of every image, on several threads at once.
  private static func forStripes(_ batch: Int, _ channels: Int, _ plane: Int, _ body: (Int, Range<Int>) -> Void) {
    let stripes = (plane + stripe - 1) / stripe
    Parallel.forEach(batch * stripes, costPerIndex: channels * min(plane, stripe)) { part in
      let start = part % stripes * stripe
      body(part / stripes, start..<min(start + stripe, plane))
    }
  }
}
