/// The piecewise linear function that follows a normalization or a bias, applied while its input is still in a
/// register.
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
package protocol NormalizationKernels<Scalar>: ScalarKernels {
  /// means[c] = Σ x/n, variances[c] = Σ (x − means[c])²/n.
  static func channelMoments(_ planes: ChannelPlanes, _ x: Source, means: Destination, variances: Destination)
  /// Σ (a − center)², added like `sum`: what `channelMoments` adds of one plane.
  static func squaredDeviation(count: Int, _ a: Source, center: Scalar) -> Double
  /// out = f(x·scales[c] + shifts[c]), the multiplication and the addition fused.
  static func normalizeChannels(
    _ planes: ChannelPlanes, _ x: Source, scales: Source, shifts: Source, activation: ChannelActivation?,
    to out: Destination)
  /// sums[c] = Σ y̅ and products[c] = Σ y̅·(x − means[c]).
  ///
  /// Where `output` is given, y̅ is `cotangent` there where `output` is positive and `slope` times it elsewhere.
  static func channelGradientSums(
    _ planes: ChannelPlanes, cotangent: Source, output: Source?, slope: Scalar, _ x: Source, means: Source,
    sums: UnsafeMutablePointer<Double>, products: UnsafeMutablePointer<Double>)
  /// out = y̅·scales[c] + (x·slopes[c] + shifts[c]), fused, y̅ as in `channelGradientSums`.
  static func normalizeChannelsGradient(
    _ planes: ChannelPlanes, cotangent: Source, output: Source?, slope: Scalar, _ x: Source, scales: Source,
    slopes: Source, shifts: Source, to out: Destination)
}
