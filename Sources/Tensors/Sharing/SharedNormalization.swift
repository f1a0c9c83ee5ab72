import KernelContract

/// Batch normalization of images that are shared out: the statistics are those of the whole batch.
extension Primitive {
  static func sharedChannelMoments(_ x: Tensor, _ sharing: BatchSharing) -> ChannelMoments {
    SharedMoments(x: sharing.own(x), sharing: sharing).run(on: x.dtype)
  }

  static func sharedNormalizeChannelsGradient(
    _ cotangent: Tensor, _ x: Tensor, _ moments: ChannelMoments, weight: Tensor, epsilon: Double,
    activation: (function: ChannelActivation, output: Tensor)?, _ sharing: BatchSharing
  ) -> (input: Tensor, weight: Tensor, bias: Tensor) {
    let gradient = SharedNormalizationGradient(
      cotangent: sharing.own(cotangent), x: sharing.own(x), moments: moments, weight: weight, epsilon: epsilon,
      activation: activation.map { ($0.function, sharing.own($0.output)) }, sharing: sharing
    ).run(on: x.dtype)
    return (sharing.shared(gradient.input), gradient.weight, gradient.bias)
  }
}

/// Two exchanges, one for each pass: of every channel's sum in every image.
private struct SharedMoments: KernelComputation {
  let x: Tensor
  let sharing: BatchSharing

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> ChannelMoments {
    typealias Scalar = Kernels.Scalar
    let (images, channels, plane) = Primitive.layout(x)
    let source = x.pointer(to: Scalar.self)
    let count = Double(sharing.batch * plane)
    func averages(_ sum: (_ plane: Int) -> Double) -> [Scalar] {
      let sums = Parallel.numbers(images * channels, costPerIndex: plane, sum)
      return sharing.added(sums, width: channels).map { Scalar($0 / count) }
    }
    return withExtendedLifetime(x) {
      let means = averages { Kernels.sum(count: plane, source + $0 * plane) }
      let variances = averages {
        Kernels.squaredDeviation(count: plane, source + $0 * plane, center: means[$0 % channels])
      }
      return ChannelMoments(
        mean: Tensor(means, shape: [channels]), variance: Tensor(variances, shape: [channels]))
    }
  }
}

/// One exchange between the two passes: of both sums of every channel in every image.
private struct SharedNormalizationGradient: KernelComputation {
  let cotangent: Tensor
  let x: Tensor
  let moments: ChannelMoments
  let weight: Tensor
  let epsilon: Double
  let activation: (function: ChannelActivation, output: Tensor)?
  let sharing: BatchSharing

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> (input: Tensor, weight: Tensor, bias: Tensor) {
    typealias Scalar = Kernels.Scalar
    let (images, channels, plane) = Primitive.layout(x)
    let source = x.pointer(to: Scalar.self)
    let above = cotangent.pointer(to: Scalar.self)
    let output = activation?.output.pointer(to: Scalar.self)
    let slope = Scalar(activation?.function.slope ?? 0)
    let means = moments.mean.pointer(to: Scalar.self)
    let sums = withExtendedLifetime((x, cotangent, activation?.output, moments.mean)) {
      var own = [Double](repeating: 0, count: images * 2 * channels)
      own.withUnsafeMutableBufferPointer { buffer in
        guard let own = buffer.baseAddress else { return }
        nonisolated(unsafe) let sums = own
        Primitive.forChannelGroups(images, channels, plane) { first, planes in
          for image in 0..<images {
            let place = (image * channels + first) * plane
            Kernels.channelGradientSums(
              ChannelPlanes(images: 1, imageStride: 0, channels: planes.channels, count: plane),
              cotangent: above + place, output: output.map { $0 + place }, slope: slope, source + place,
              means: means + first, sums: sums + image * 2 * channels + first,
              products: sums + (image * 2 + 1) * channels + first)
          }
        }
      }
      return sharing.added(own, width: 2 * channels)
    }
    let (mean, variance, gamma) = (moments.mean.values, moments.variance.values, weight.values)
    let gradients = (0..<channels).map { channel in
      ChannelGradient(
        sum: sums[channel], product: sums[channels + channel], mean: mean[channel], variance: variance[channel],
        weight: gamma[channel], epsilon: epsilon, count: Double(sharing.batch * plane))
    }
    let scales = gradients.map { Scalar($0.scale) }
    let slopes = gradients.map { Scalar($0.slope) }
    let shifts = gradients.map { Scalar($0.shift) }
    let input = withExtendedLifetime((x, cotangent, activation?.output)) {
      Primitive.make(x.shape, Scalar.self) { out in
        Parallel.forEach(images, costPerIndex: channels * plane) { image in
          let place = image * channels * plane
          Kernels.normalizeChannelsGradient(
            ChannelPlanes(images: 1, imageStride: 0, channels: channels, count: plane), cotangent: above + place,
            output: output.map { $0 + place }, slope: slope, source + place, scales: scales, slopes: slopes,
            shifts: shifts, to: out + place)
        }
      }
    }
    return (
      input, Tensor(gradients.map { Scalar($0.weight) }, shape: [channels]),
      Tensor(gradients.map { Scalar($0.bias) }, shape: [channels])
    )
  }
}
