import KernelContract

/// What the sums over a channel make of its gradients: those of γ and β, and x̅ = scale·y̅ + slope·x + shift, with the
/// centering folded into the shift.
struct ChannelGradient {
  let weight: Double
  let bias: Double
  let scale: Double
  let slope: Double
  let shift: Double

  /// From Σ y̅ and Σ y̅·(x − mean) over `count` elements.
  @inline(__always)
  init(sum: Double, product: Double, mean: Double, variance: Double, weight: Double, epsilon: Double, count: Double) {
    let inverseDeviation = 1 / (variance + epsilon).squareRoot()
    self.weight = product * inverseDeviation
    bias = sum
    scale = weight * inverseDeviation
    slope = -scale * product * inverseDeviation * inverseDeviation / count
    shift = -scale * sum / count - slope * mean
  }
}

struct NormalizationGradient: KernelComputation {
  let cotangent: Tensor
  let x: Tensor
  let moments: ChannelMoments
  let weight: Tensor
  let epsilon: Double
  let activation: (function: ChannelActivation, output: Tensor)?

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> (input: Tensor, weight: Tensor, bias: Tensor) {
    typealias Scalar = Kernels.Scalar
    let (batch, channels, plane) = Primitive.layout(x)
    let count = Double(batch * plane)
    let weightGradient = Tensor.zeros([channels], dtype: x.dtype)
    let biasGradient = Tensor.zeros([channels], dtype: x.dtype)
    let slope = Scalar(activation?.function.slope ?? 0)
    let input = Primitive.make(x.shape, Scalar.self) { out in
      let source = x.pointer(to: Scalar.self)
      let above = cotangent.pointer(to: Scalar.self)
      let output = activation?.output.pointer(to: Scalar.self)
      let mean = moments.mean.pointer(to: Scalar.self)
      let variance = moments.variance.pointer(to: Scalar.self)
      let gamma = weight.pointer(to: Scalar.self)
      let weights = weightGradient.storage.pointer.assumingMemoryBound(to: Scalar.self)
      let biases = biasGradient.storage.pointer.assumingMemoryBound(to: Scalar.self)
      Primitive.forChannelGroups(batch, channels, plane) { first, planes in
        let place = first * plane
        var sums = [Double](repeating: 0, count: planes.channels)
        var products = sums
        Kernels.channelGradientSums(
          planes, cotangent: above + place, output: output.map { $0 + place }, slope: slope, source + place,
          means: mean + first, sums: &sums, products: &products)
        var scales = [Scalar](repeating: 0, count: planes.channels)
        var slopes = scales
        var shifts = scales
        for index in 0..<planes.channels {
          let channel = first + index
          let gradient = ChannelGradient(
            sum: sums[index], product: products[index], mean: Double(mean[channel]),
            variance: Double(variance[channel]), weight: Double(gamma[channel]), epsilon: epsilon, count: count)
          weights[channel] = Scalar(gradient.weight)
          biases[channel] = Scalar(gradient.bias)
          scales[index] = Scalar(gradient.scale)
          slopes[index] = Scalar(gradient.slope)
          shifts[index] = Scalar(gradient.shift)
        }
        Kernels.normalizeChannelsGradient(
          planes, cotangent: above + place, output: output.map { $0 + place }, slope: slope, source + place,
          scales: scales, slopes: slopes, shifts: shifts, to: out + place)
      }
    }
    return (input, weightGradient, biasGradient)
  }
}
