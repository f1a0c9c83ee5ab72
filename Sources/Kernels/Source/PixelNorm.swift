import KernelContract

/// total[i] = Σ_c term(c·channelStride + i, i): channels in ascending order in blocks of 256, the blocks in order.
///
/// The compiler vectorizes over pixels. `scratch` holds a block's sum; it is not touched where there is one block only.
@inline(__always)
private func sumOverChannels<Scalar: KernelScalar>(
  _ channels: Int, _ channelStride: Int, _ pixels: Int, _ total: UnsafeMutablePointer<Scalar>,
  _ scratch: UnsafeMutablePointer<Scalar>, _ term: (_ element: Int, _ pixel: Int) -> Scalar
) {
  @inline(__always)
  func addBlock(from first: Int, to sum: UnsafeMutablePointer<Scalar>) {
    var pixel = 0
    while pixel < pixels {
      sum[pixel] = 0
      pixel &+= 1
    }
    var channel = first
    let end = min(first &+ 256, channels)
    while channel < end {
      pixel = 0
      while pixel < pixels {
        sum[pixel] += term(channel &* channelStride &+ pixel, pixel)
        pixel &+= 1
      }
      channel &+= 1
    }
  }
  addBlock(from: 0, to: total)
  var first = 256
  while first < channels {
    addBlock(from: first, to: scratch)
    var pixel = 0
    while pixel < pixels {
      total[pixel] += scratch[pixel]
      pixel &+= 1
    }
    first &+= 256
  }
}

extension CompiledKernels {
  @inline(never)
  package static func pixelNorm(
    channels: Int, channelStride: Int, pixels: Int, _ x: Source, epsilon: Scalar, root: Destination, to out: Destination
  ) {
    // The result's first row is free until the sums are done.
    sumOverChannels(channels, channelStride, pixels, root, out) { element, _ in x[element] * x[element] }
    let count = Scalar(channels)
    var pixel = 0
    while pixel < pixels {
      root[pixel] = (root[pixel] / count + epsilon).squareRoot()
      pixel &+= 1
    }
    var channel = 0
    while channel < channels {
      let row = channel &* channelStride
      pixel = 0
      while pixel < pixels {
        out[row &+ pixel] = x[row &+ pixel] / root[pixel]
        pixel &+= 1
      }
      channel &+= 1
    }
  }

  /// x/root is divided again rather than read: the division is cheaper than one more tensor's way through memory.
  @inline(never)
  package static func pixelNormGradient(
    channels: Int, channelStride: Int, pixels: Int, cotangent: Source, _ x: Source, root: Source, slope: Destination,
    to out: Destination
  ) {
    sumOverChannels(channels, channelStride, pixels, slope, out) { element, pixel in
      -(cotangent[element] * (x[element] / root[pixel])) / root[pixel]
    }
    let count = Scalar(channels)
    var pixel = 0
    while pixel < pixels {
      slope[pixel] = slope[pixel] * 0.5 / root[pixel] / count
      pixel &+= 1
    }
    var channel = 0
    while channel < channels {
      let row = channel &* channelStride
      pixel = 0
      while pixel < pixels {
        out[row &+ pixel] = cotangent[row &+ pixel] / root[pixel] + slope[pixel] * (x[row &+ pixel] * 2)
        pixel &+= 1
      }
      channel &+= 1
    }
  }
}
