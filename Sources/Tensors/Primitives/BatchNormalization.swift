import KernelContract

/// Mean and biased variance of every channel of [N, C, …].
package struct ChannelMoments {
  package let mean: Tensor
  package let variance: Tensor
}

package typealias ChannelActivation = KernelContract.ChannelActivation

extension ChannelActivation {
  var operation: UnaryOperation {
    switch self {
    case .relu: .relu
    case .leakyReLU(let slope): .leakyReLU(slope: slope)
    }
  }
}

extension Primitive {
  /// Mean and biased variance per channel, over every other axis, in two passes.
  package static func channelMoments(_ x: Tensor) -> ChannelMoments {
    Trace.record(TracedOperation("channelMoments"), [x]) {
      switch x.dtype {
      case .float32: channelMoments(x, Float.self)
      case .float64: channelMoments(x, Double.self)
      }
    } outputs: {
      [$0.mean, $0.variance]
    }
  }

  /// γ·(x − mean)/√(variance + ε) + β per channel, as one fused multiply-add per element, then the activation if there is one.
  package static func normalizeChannels(
    _ x: Tensor, _ moments: ChannelMoments, weight: Tensor, bias: Tensor, epsilon: Double,
    activation: ChannelActivation? = nil
  ) -> Tensor {
    func run(_ epsilon: Double) -> Tensor {
      switch x.dtype {
      case .float32: normalizeChannels(x, moments, weight, bias, epsilon, activation, Float.self)
      case .float64: normalizeChannels(x, moments, weight, bias, epsilon, activation, Double.self)
      }
    }
    return Trace.record(
      TracedOperation("normalizeChannels", [epsilon] + activation.settings),
      [x, moments.mean, moments.variance, weight, bias]
    ) { Fault.epsilon.planted(over: run(epsilon)) { run(2 * epsilon) } }
  }

  /// x + bias per channel, then the activation if there is one, in a single pass over memory.
  ///
  /// `reusingMemory` puts the result where x was: for an x that was made for this sum, and whose values nobody needs behind it.
  package static func addChannelBias(
    _ x: Tensor, _ bias: Tensor, activation: ChannelActivation? = nil, reusingMemory: Bool = false
  ) -> Tensor {
    precondition(
      x.rank >= 2 && bias.shape == [x.shape[1]], "a bias \(bias.shape) for the channels (axis 1) of \(x.shape)")
    // A trace may still have to digest what x holds.
    let reusingMemory = reusingMemory && Trace.current == nil
    return Trace.record(TracedOperation("addChannelBias", activation.settings), [x, bias]) {
      switch x.dtype {
      case .float32: addChannelBias(x, bias, activation, reusingMemory, Float.self)
      case .float64: addChannelBias(x, bias, activation, reusingMemory, Double.self)
      }
    }
  }

  /// The gradients of a training-mode batch normalization in two passes over x and the cotangent y̅:
  ///
  ///     γ̅ = Σ y̅·x̂,  β̅ = Σ y̅,  x̅ = γ/√(var + ε) · (y̅ − β̅/n − x̂·γ̅/n),  x̂ = (x − mean)/√(var + ε)
  ///
  /// Where an activation followed, `activation` names it and its output, and the cotangent is that of the activation.
  package static func normalizeChannelsGradient(
    _ cotangent: Tensor, _ x: Tensor, _ moments: ChannelMoments, weight: Tensor, epsilon: Double,
    activation: (function: ChannelActivation, output: Tensor)? = nil
  ) -> (input: Tensor, weight: Tensor, bias: Tensor) {
    Trace.record(
      TracedOperation("normalizeChannelsGradient", [epsilon] + (activation?.function).settings),
      [cotangent, x, moments.mean, moments.variance, weight] + (activation.map { [$0.output] } ?? [])
    ) {
      switch x.dtype {
      case .float32: normalizeChannelsGradient(cotangent, x, moments, weight, epsilon, activation, Float.self)
      case .float64: normalizeChannelsGradient(cotangent, x, moments, weight, epsilon, activation, Double.self)
      }
    } outputs: {
      [$0.input, $0.weight, $0.bias]
    }
  }

  static func layout(_ x: Tensor) -> (batch: Int, channels: Int, plane: Int) {
    precondition(x.rank >= 2, "channels are axis 1, which shape \(x.shape) lacks")
    return (x.shape[0], x.shape[1], x.shape[2...].reduce(1, *))
  }

  /// Calls `body` with groups of neighboring channels, so many that their planes are a few cache lines of every image.
  private static func forChannelGroups(
    _ batch: Int, _ channels: Int, _ plane: Int, _ body: (_ first: Int, ChannelPlanes) -> Void
  ) {
    let group = max(1, min(ChannelPlanes.most, 512 / max(1, plane)))
    Parallel.forEach((channels + group - 1) / group, costPerIndex: 3 * batch * plane * group) { index in
      let first = index * group
      body(
        first,
        ChannelPlanes(
          images: batch, imageStride: channels * plane, channels: min(group, channels - first), count: plane))
    }
  }

  private static func channelMoments<Scalar: TensorScalar>(_ x: Tensor, _: Scalar.Type) -> ChannelMoments {
    let (batch, channels, plane) = layout(x)
    let variance = Tensor.zeros([channels], dtype: x.dtype)
    let variances = variance.storage.pointer.assumingMemoryBound(to: Scalar.self)
    let mean = make([channels], Scalar.self) { means in
      let source = x.pointer(to: Scalar.self)
      forChannelGroups(batch, channels, plane) { first, planes in
        Scalar.kernels.normalization.moments(planes, source + first * plane, means + first, variances + first)
      }
    }
    return ChannelMoments(mean: mean, variance: variance)
  }

  private static func normalizeChannels<Scalar: TensorScalar>(
    _ x: Tensor, _ moments: ChannelMoments, _ weight: Tensor, _ bias: Tensor, _ epsilon: Double,
    _ activation: ChannelActivation?, _: Scalar.Type
  ) -> Tensor {
    let (batch, channels, plane) = layout(x)
    let mean = moments.mean.pointer(to: Scalar.self)
    let variance = moments.variance.pointer(to: Scalar.self)
    let gamma = weight.pointer(to: Scalar.self)
    let beta = bias.pointer(to: Scalar.self)
    let scales = (0..<channels).map { gamma[$0] / (variance[$0] + Scalar(epsilon)).squareRoot() }
    let shifts = (0..<channels).map { beta[$0] - mean[$0] * scales[$0] }
    return make(x.shape, Scalar.self) { out in
      let source = x.pointer(to: Scalar.self)
      Parallel.forEach(batch, costPerIndex: channels * plane) { image in
        let place = image * channels * plane
        Scalar.kernels.normalization.normalize(
          ChannelPlanes(images: 1, imageStride: 0, channels: channels, count: plane), source + place, scales, shifts,
          activation, out + place)
      }
    }
  }

  private static func addChannelBias<Scalar: TensorScalar>(
    _ x: Tensor, _ bias: Tensor, _ activation: ChannelActivation?, _ reusingMemory: Bool, _: Scalar.Type
  ) -> Tensor {
    let (batch, channels, plane) = layout(x)
    func fill(_ out: UnsafeMutablePointer<Scalar>) {
      let source = x.pointer(to: Scalar.self)
      let biases = bias.pointer(to: Scalar.self)
      Parallel.forEach(batch * channels, costPerIndex: plane) { index in
        let to = out + index * plane
        Scalar.kernels.binary(.add, plane, source + index * plane, 1, biases + index % channels, 0, to)
        if let activation { Scalar.kernels.unary(activation.operation, plane, to, to) }
      }
    }
    guard reusingMemory else { return make(x.shape, Scalar.self, fill) }
    if x.count > 0 { fill(x.storage.pointer.assumingMemoryBound(to: Scalar.self)) }
    return Tensor(shape: x.shape, dtype: x.dtype, storage: x.storage)
  }

  private static func normalizeChannelsGradient<Scalar: TensorScalar>(
    _ cotangent: Tensor, _ x: Tensor, _ moments: ChannelMoments, _ weight: Tensor, _ epsilon: Double,
    _ activation: (function: ChannelActivation, output: Tensor)?, _: Scalar.Type
  ) -> (input: Tensor, weight: Tensor, bias: Tensor) {
    let (batch, channels, plane) = layout(x)
    let count = Double(batch * plane)
    let weightGradient = Tensor.zeros([channels], dtype: x.dtype)
    let biasGradient = Tensor.zeros([channels], dtype: x.dtype)
    let slope = Scalar(activation?.function.slope ?? 0)
    let input = make(x.shape, Scalar.self) { out in
      let source = x.pointer(to: Scalar.self)
      let above = cotangent.pointer(to: Scalar.self)
      let output = activation?.output.pointer(to: Scalar.self)
      let mean = moments.mean.pointer(to: Scalar.self)
      let variance = moments.variance.pointer(to: Scalar.self)
      let gamma = weight.pointer(to: Scalar.self)
      let weights = weightGradient.storage.pointer.assumingMemoryBound(to: Scalar.self)
      let biases = biasGradient.storage.pointer.assumingMemoryBound(to: Scalar.self)
      forChannelGroups(batch, channels, plane) { first, planes in
        let place = first * plane
        var sums = [Double](repeating: 0, count: planes.channels)
        var products = sums
        Scalar.kernels.normalization.gradientSums(
          planes, above + place, output.map { $0 + place }, slope, source + place, mean + first, &sums, &products)
        // x̅ = a·y̅ + b·x + c with the centering folded into c.
        var scales = [Scalar](repeating: 0, count: planes.channels)
        var slopes = scales
        var shifts = scales
        for index in 0..<planes.channels {
          let channel = first + index
          let inverseDeviation = 1 / (Double(variance[channel]) + epsilon).squareRoot()
          weights[channel] = Scalar(products[index] * inverseDeviation)
          biases[channel] = Scalar(sums[index])
          let a = Double(gamma[channel]) * inverseDeviation
          let b = -a * products[index] * inverseDeviation * inverseDeviation / count
          scales[index] = Scalar(a)
          slopes[index] = Scalar(b)
          shifts[index] = Scalar(-a * sums[index] / count - b * Double(mean[channel]))
        }
        Scalar.kernels.normalization.inputGradient(
          planes, above + place, output.map { $0 + place }, slope, source + place, scales, slopes, shifts, out + place)
      }
    }
    return (input, weightGradient, biasGradient)
  }
}
