import KernelContract

/// Calls `body` with every channel and the place of its plane, image by image.
@inline(__always)
private func forEachPlane(_ planes: ChannelPlanes, _ body: (_ channel: Int, _ place: Int) -> Void) {
  for image in 0..<planes.images {
    for channel in 0..<planes.channels { body(channel, image &* planes.imageStride &+ channel &* planes.count) }
  }
}

extension CompiledKernels {
  @inline(never)
  package static func channelMoments(_ planes: ChannelPlanes, _ x: Source, means: Destination, variances: Destination) {
    let count = Double(planes.images &* planes.count)
    var totals = ChannelPlanes.Sums(repeating: 0)
    forEachPlane(planes) { totals[$0] += sum(count: planes.count, x + $1) }
    for channel in 0..<planes.channels { means[channel] = Scalar(totals[channel] / count) }
    totals = ChannelPlanes.Sums(repeating: 0)
    forEachPlane(planes) { totals[$0] += squaredDeviation(count: planes.count, x + $1, center: means[$0]) }
    for channel in 0..<planes.channels { variances[channel] = Scalar(totals[channel] / count) }
  }

  @inline(never)
  package static func normalizeChannels(
    _ planes: ChannelPlanes, _ x: Source, scales: Source, shifts: Source, activation: ChannelActivation?,
    to out: Destination
  ) {
    @inline(__always)
    func apply(_ function: (Scalar) -> Scalar) {
      forEachPlane(planes) { channel, place in
        let (scale, shift) = (scales[channel], shifts[channel])
        var index = place
        while index < place &+ planes.count {
          out[index] = function(shift.addingProduct(x[index], scale))
          index &+= 1
        }
      }
    }
    switch activation {
    case nil: apply { $0 }
    case .relu: apply { relu($0) }
    case .leakyReLU(let slope):
      let slope = Scalar(slope)
      apply { leakyReLU($0, slope) }
    }
  }

  @inline(never)
  package static func channelGradientSums(
    _ planes: ChannelPlanes, cotangent: Source, output: Source?, slope: Scalar, _ x: Source, means: Source,
    sums: UnsafeMutablePointer<Double>, products: UnsafeMutablePointer<Double>
  ) {
    var totals = ChannelPlanes.Sums(repeating: 0)
    var centered = ChannelPlanes.Sums(repeating: 0)
    // Pieces as long as the reductions' own, so that a plane's sum is the same whether it is cut or not.
    let piece = 4096
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: output == nil ? 0 : min(piece, planes.count)) { scratch in
      forEachPlane(planes) { channel, place in
        var (total, product) = (0.0, 0.0)
        var start = 0
        while start < planes.count {
          let count = min(piece, planes.count &- start)
          var above = cotangent + (place &+ start)
          if let output, let masked = scratch.baseAddress {
            binary(
              .leakyReLUGradient(slope: Double(slope)), count: count, above, stride: 1, output + (place &+ start),
              stride: 1, to: masked)
            above = UnsafePointer(masked)
          }
          total += sum(count: count, above)
          product += centeredProduct(count, above, x + (place &+ start), means[channel])
          start &+= count
        }
        totals[channel] += total
        centered[channel] += product
      }
    }
    for channel in 0..<planes.channels {
      sums[channel] = totals[channel]
      products[channel] = centered[channel]
    }
  }

  @inline(never)
  package static func normalizeChannelsGradient(
    _ planes: ChannelPlanes, cotangent: Source, output: Source?, slope: Scalar, _ x: Source, scales: Source,
    slopes: Source, shifts: Source, to out: Destination
  ) {
    @inline(__always)
    func apply(_ above: (Int) -> Scalar) {
      forEachPlane(planes) { channel, place in
        let (a, b, c) = (scales[channel], slopes[channel], shifts[channel])
        var index = place
        while index < place &+ planes.count {
          out[index] = c.addingProduct(x[index], b).addingProduct(above(index), a)
          index &+= 1
        }
      }
    }
    if let output {
      apply { gated(cotangent[$0], by: output[$0], slope) }
    } else {
      apply { cotangent[$0] }
    }
  }
}
