import KernelContract

/// Calls `body` with every channel and the place of its plane, image by image.
@inline(__always)
private func forEachPlane(_ planes: ChannelPlanes, _ body: (_ channel: Int, _ place: Int) -> Void) {
  for image in 0..<planes.images {
    for channel in 0..<planes.channels { body(channel, image &* planes.imageStride &+ channel &* planes.count) }
  }
}

/// See `NormalizationKernels.moments`.
@inline(never)
func moments<Scalar: KernelScalar>(
  _ planes: ChannelPlanes, _ x: UnsafePointer<Scalar>, _ means: UnsafeMutablePointer<Scalar>,
  _ variances: UnsafeMutablePointer<Scalar>
) {
  let count = Double(planes.images &* planes.count)
  var totals = ChannelPlanes.Sums(repeating: 0)
  forEachPlane(planes) { totals[$0] += sum(planes.count, x + $1) }
  for channel in 0..<planes.channels { means[channel] = Scalar(totals[channel] / count) }
  totals = ChannelPlanes.Sums(repeating: 0)
  forEachPlane(planes) { totals[$0] += squaredDeviation(planes.count, x + $1, means[$0]) }
  for channel in 0..<planes.channels { variances[channel] = Scalar(totals[channel] / count) }
}

/// See `NormalizationKernels.normalize`.
@inline(never)
func normalize<Scalar: KernelScalar>(
  _ planes: ChannelPlanes, _ x: UnsafePointer<Scalar>, _ scales: UnsafePointer<Scalar>,
  _ shifts: UnsafePointer<Scalar>, _ activation: ChannelActivation?, _ out: UnsafeMutablePointer<Scalar>
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

/// See `NormalizationKernels.gradientSums`.
@inline(never)
func gradientSums<Scalar: KernelScalar>(
  _ planes: ChannelPlanes, _ cotangent: UnsafePointer<Scalar>, _ output: UnsafePointer<Scalar>?, _ slope: Scalar,
  _ x: UnsafePointer<Scalar>, _ means: UnsafePointer<Scalar>, _ sums: UnsafeMutablePointer<Double>,
  _ products: UnsafeMutablePointer<Double>
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
          binary(.leakyReLUGradient(slope: Double(slope)), count, above, 1, output + (place &+ start), 1, masked)
          above = UnsafePointer(masked)
        }
        total += sum(count, above)
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

/// See `NormalizationKernels.inputGradient`.
@inline(never)
func inputGradient<Scalar: KernelScalar>(
  _ planes: ChannelPlanes, _ cotangent: UnsafePointer<Scalar>, _ output: UnsafePointer<Scalar>?, _ slope: Scalar,
  _ x: UnsafePointer<Scalar>, _ scales: UnsafePointer<Scalar>, _ slopes: UnsafePointer<Scalar>,
  _ shifts: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>
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
