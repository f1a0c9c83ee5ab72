/// The piecewise linear function that follows a normalization or a bias, applied while its input is still in a register.
package enum ChannelActivation: Sendable {
  case relu
  case leakyReLU(slope: Double)

  /// The slope for negative arguments; not negative, so that the activation keeps the sign.
  package var slope: Double {
    switch self {
    case .relu: 0
    case .leakyReLU(let slope): slope
    }
  }
}

/// Neighboring channels of [N, C, …]: element i of channel c of an image lies at image·imageStride + c·count + i.
package struct ChannelPlanes: Sendable {
  package let images: Int
  package let imageStride: Int
  package let channels: Int
  /// Elements of a plane.
  package let count: Int

  /// One sum per channel, kept side by side and added in Double.
  package typealias Sums = InlineArray<8, Double>
  /// As many channels as the calls that add may be given.
  package static var most: Int { Sums.count }

  package init(images: Int, imageStride: Int, channels: Int, count: Int) {
    self.images = images
    self.imageStride = imageStride
    self.channels = channels
    self.count = count
  }
}

/// The passes of a training-mode batch normalization over a few neighboring channels of all images.
///
/// The sums of a channel are those of its planes (see the reductions), added in Double in the order of the images.
package struct NormalizationKernels<Scalar: KernelScalar>: Sendable {
  package typealias Source = UnsafePointer<Scalar>
  package typealias Destination = UnsafeMutablePointer<Scalar>

  /// means[c] = Σ x/n, variances[c] = Σ (x − means[c])²/n.
  package let moments: @Sendable (ChannelPlanes, _ x: Source, _ means: Destination, _ variances: Destination) -> Void
  /// out = f(x·scales[c] + shifts[c]), the multiplication and the addition fused.
  package let normalize:
    @Sendable (
      ChannelPlanes, _ x: Source, _ scales: Source, _ shifts: Source, ChannelActivation?, _ out: Destination
    ) -> Void
  /// sums[c] = Σ y̅ and products[c] = Σ y̅·(x − means[c]).
  ///
  /// Where `output` is given, y̅ is `cotangent` there where `output` is positive and `slope` times it elsewhere.
  package let gradientSums:
    @Sendable (
      ChannelPlanes, _ cotangent: Source, _ output: Source?, _ slope: Scalar, _ x: Source, _ means: Source,
      _ sums: UnsafeMutablePointer<Double>, _ products: UnsafeMutablePointer<Double>
    ) -> Void
  /// out = y̅·scales[c] + (x·slopes[c] + shifts[c]), fused, y̅ as in `gradientSums`.
  package let inputGradient:
    @Sendable (
      ChannelPlanes, _ cotangent: Source, _ output: Source?, _ slope: Scalar, _ x: Source, _ scales: Source,
      _ slopes: Source, _ shifts: Source, _ out: Destination
    ) -> Void

  package init(
    moments: @escaping @Sendable (ChannelPlanes, Source, Destination, Destination) -> Void,
    normalize: @escaping @Sendable (ChannelPlanes, Source, Source, Source, ChannelActivation?, Destination) -> Void,
    gradientSums:
      @escaping @Sendable (
        ChannelPlanes, Source, Source?, Scalar, Source, Source, UnsafeMutablePointer<Double>,
        UnsafeMutablePointer<Double>
      ) -> Void,
    inputGradient:
      @escaping @Sendable (
        ChannelPlanes, Source, Source?, Scalar, Source, Source, Source, Source, Destination
      ) -> Void
  ) {
    self.moments = moments
    self.normalize = normalize
    self.gradientSums = gradientSums
    self.inputGradient = inputGradient
  }
}
