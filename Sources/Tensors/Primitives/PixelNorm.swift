extension Primitive {
  /// x/√(mean of x² over the channels + ε) at every pixel of [N, C, …], and the roots, [N, 1, …].
  ///
  /// One pass over memory: a stripe of pixels is read for the sums and is still in the cache for the division.
  package static func pixelNorm(_ x: Tensor, epsilon: Double) -> (output: Tensor, root: Tensor) {
    if let sharing = x.sharing {
      let (output, root) = pixelNorm(sharing.own(x), epsilon: epsilon)
      return (sharing.shared(output), sharing.shared(root))
    }
    func run(_ epsilon: Double) -> (output: Tensor, root: Tensor) {
      PixelNorm(x: x, epsilon: epsilon).run(on: x.dtype)
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
    if let sharing = x.sharing ?? cotangent.sharing ?? root.sharing {
      return sharing.shared(pixelNormGradient(sharing.own(cotangent), sharing.own(x), root: sharing.own(root)))
    }
    return Trace.record(TracedOperation("pixelNormGradient"), [cotangent, x, root]) {
      PixelNormGradient(cotangent: cotangent, x: x, root: root).run(on: x.dtype)
    }
  }

  /// Pixels of one image that are worked on together.
  private static let stripe = 512

  /// Calls `body` with every stripe of every image, on several threads at once.
  fileprivate static func forStripes(_ batch: Int, _ channels: Int, _ plane: Int, _ body: (Int, Range<Int>) -> Void) {
    let stripes = (plane + stripe - 1) / stripe
    Parallel.forEach(batch * stripes, costPerIndex: channels * min(plane, stripe)) { part in
      let start = part % stripes * stripe
      body(part / stripes, start..<min(start + stripe, plane))
    }
  }
}

private struct PixelNorm: KernelComputation {
  let x: Tensor
  let epsilon: Double

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> (output: Tensor, root: Tensor) {
    typealias Scalar = Kernels.Scalar
    let (batch, channels, plane) = Primitive.layout(x)
    let root = Tensor.zeros([batch, 1] + x.shape[2...], dtype: x.dtype)
    let roots = root.storage.pointer.assumingMemoryBound(to: Scalar.self)
    let output = Primitive.make(x.shape, Scalar.self) { out in
      let source = x.pointer(to: Scalar.self)
      Primitive.forStripes(batch, channels, plane) { image, pixels in
        let start = image * channels * plane + pixels.lowerBound
        Kernels.pixelNorm(
          channels: channels, channelStride: plane, pixels: pixels.count, source + start, epsilon: Scalar(epsilon),
          root: roots + image * plane + pixels.lowerBound, to: out + start)
      }
    }
    return (output, root)
  }
}

private struct PixelNormGradient: KernelComputation {
  let cotangent: Tensor
  let x: Tensor
  let root: Tensor

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Tensor {
    typealias Scalar = Kernels.Scalar
    let (batch, channels, plane) = Primitive.layout(x)
    return Primitive.make(x.shape, Scalar.self) { out in
      let above = cotangent.pointer(to: Scalar.self)
      let source = x.pointer(to: Scalar.self)
      let roots = root.pointer(to: Scalar.self)
      Primitive.forStripes(batch, channels, plane) { image, pixels in
        let start = image * channels * plane + pixels.lowerBound
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: pixels.count) { slope in
          guard let slope = slope.baseAddress else { return }
          Kernels.pixelNormGradient(
            channels: channels, channelStride: plane, pixels: pixels.count, cotangent: above + start, source + start,
            root: roots + image * plane + pixels.lowerBound, slope: slope, to: out + start)
        }
      }
    }
  }
}
