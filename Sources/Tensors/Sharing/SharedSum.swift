/// Sums of tensors that are shared out.
extension Primitive {
  /// Σ over `reduced`, with the bits of the whole tensor's sum.
  static func sharedSum(_ a: Tensor, _ sharing: BatchSharing, over reduced: Set<Int>) -> Tensor {
    let own = sharing.own(a)
    guard reduced.contains(0) else { return sharing.shared(sum(own, of: a.shape, over: reduced)) }
    let groups = groups(own.shape, of: a.shape, over: reduced)
    guard groups.count == 3, groups[2].isReduced, groups[0].extent == sharing.own.count else {
      // Rows of few elements, or sums that do not end with an image.
      return sum(a.whole, axes: reduced.sorted())
    }
    // [N, C, …] to [C]: one process adds a Double for every channel of an image, in the order of the images.
    let sums = ImageSums(a: own, channels: groups[1].extent, plane: groups[2].extent).run(on: a.dtype)
    let result = a.shape.indices.map { reduced.contains($0) ? 1 : a.shape[$0] }
    let totals = sharing.added(sums, width: groups[1].extent)
    return (a.dtype == .float32 ? Tensor(totals.map { Float($0) }, shape: result) : Tensor(totals, shape: result))
  }
}

/// The sum of every plane of [N, C, …], image by image.
private struct ImageSums: KernelComputation {
  let a: Tensor
  let channels: Int
  let plane: Int

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> [Double] {
    let planes = a.shape[0] * channels
    let source = a.pointer(to: Kernels.Scalar.self)
    return withExtendedLifetime(a) {
      Parallel.numbers(planes, costPerIndex: plane) { Kernels.sum(count: plane, source + $0 * plane) }
    }
  }
}

extension Parallel {
  /// `body` of 0, 1, …, count − 1, on several threads.
  static func numbers(_ count: Int, costPerIndex: Int, _ body: (Int) -> Double) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      let place = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
      forEach(count, costPerIndex: costPerIndex) { place.initializeElement(at: $0, to: body($0)) }
      initialized = count
    }
  }
}

extension BatchSharing {
  /// Σ over the images of all ranks of `width` numbers that each has, in the order of the images, on every rank.
  func added(_ own: [Double], width: Int) -> [Double] {
    let all = [Double](unsafeUninitializedCapacity: batch * width) { buffer, initialized in
      let place = UnsafeMutableBufferPointer(rebasing: buffer[..<(batch * width)])
      own.withUnsafeBufferPointer { gather($0, width: width, to: place) }
      initialized = batch * width
    }
    var totals = [Double](repeating: 0, count: width)
    for image in 0..<batch {
      for index in 0..<width { totals[index] += all[image * width + index] }
    }
    return totals
  }
}
