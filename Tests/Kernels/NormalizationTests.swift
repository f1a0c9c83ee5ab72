import KernelContract
import Testing

/// The passes of a batch normalization over neighboring channels.
@Suite struct NormalizationTests {
  private static func numbers(_ count: Int, _ step: Int) -> [Float] {
    (0..<count).map { Float($0 &* step % 1009) / 504 - 1 }
  }

  /// Everything the four passes write, with an activation behind the normalization and without.
  private func results(_ set: CompiledSet, _ planes: ChannelPlanes) -> [Float] {
    let kernels = set.float32
    let count = planes.images * planes.imageStride
    let x = Self.numbers(count, 7919)
    let cotangent = Self.numbers(count, 104_729)
    var means = [Float](repeating: 0, count: planes.channels)
    var variances = means
    kernels.channelMoments(planes, x, means: &means, variances: &variances)
    var all = means + variances
    let scales = variances.map { 1 / ($0 + 0.5) }
    for activation in [nil, ChannelActivation.relu, .leakyReLU(slope: 0.2)] {
      var output = [Float](repeating: 0, count: count)
      kernels.normalizeChannels(planes, x, scales: scales, shifts: means, activation: activation, to: &output)
      var sums = [Double](repeating: 0, count: planes.channels)
      var products = sums
      var input = [Float](repeating: 0, count: count)
      let slope = Float(activation?.slope ?? 0)
      if activation == nil {
        kernels.channelGradientSums(
          planes, cotangent: cotangent, output: nil, slope: slope, x, means: means, sums: &sums, products: &products)
        kernels.normalizeChannelsGradient(
          planes, cotangent: cotangent, output: nil, slope: slope, x, scales: scales, slopes: variances, shifts: means,
          to: &input)
      } else {
        kernels.channelGradientSums(
          planes, cotangent: cotangent, output: output, slope: slope, x, means: means, sums: &sums, products: &products)
        kernels.normalizeChannelsGradient(
          planes, cotangent: cotangent, output: output, slope: slope, x, scales: scales, slopes: variances,
          shifts: means,
          to: &input)
      }
      all += output + input + (sums + products).map { Float($0) }
    }
    return all
  }

  @Test(arguments: [(1, 1), (3, 5), (2, ChannelPlanes.most)], [0, 1, 15, 16, 17, 67, 4096, 4097])
  func `every pass has the same bits on every instruction set`(_ extents: (images: Int, channels: Int), _ count: Int) {
    let planes = ChannelPlanes(
      images: extents.images, imageStride: extents.channels * count + 3, channels: extents.channels, count: count)
    var expected: [UInt32]?
    for set in CompiledSet.all {
      let found = results(set, planes).map(\.bitPattern)
      let isSame = expected == nil || expected == found
      #expect(isSame, "\(set)")
      expected = expected ?? found
    }
  }

  @Test(arguments: CompiledSet.all)
  func `sums are those of the definition`(_ set: CompiledSet) {
    let planes = ChannelPlanes(images: 3, imageStride: 4 * 70, channels: 4, count: 67)
    let x = Self.numbers(3 * 4 * 70, 7919)
    let cotangent = Self.numbers(3 * 4 * 70, 104_729)
    let output = Self.numbers(3 * 4 * 70, 31)
    let kernels = set.float32
    var means = [Float](repeating: 0, count: 4)
    var variances = means
    var sums = [Double](repeating: 0, count: 4)
    var products = sums
    kernels.channelMoments(planes, x, means: &means, variances: &variances)
    kernels.channelGradientSums(
      planes, cotangent: cotangent, output: output, slope: 0.5, x, means: means, sums: &sums, products: &products)
    for channel in 0..<4 {
      let places = (0..<3).flatMap { image in (0..<67).map { image * 4 * 70 + channel * 67 + $0 } }
      let mean = places.reduce(0) { $0 + Double(x[$1]) } / Double(places.count)
      let variance = places.reduce(0) { $0 + (Double(x[$1]) - mean) * (Double(x[$1]) - mean) } / Double(places.count)
      func above(_ place: Int) -> Double { Double(cotangent[place]) * (output[place] > 0 ? 1 : 0.5) }
      #expect(abs(Double(means[channel]) - mean) < 1e-6)
      #expect(abs(Double(variances[channel]) - variance) < 1e-6)
      #expect(abs(sums[channel] - places.reduce(0) { $0 + above($1) }) < 1e-4)
      #expect(abs(products[channel] - places.reduce(0) { $0 + above($1) * (Double(x[$1]) - mean) }) < 1e-4)
    }
  }
}
