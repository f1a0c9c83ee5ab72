import KernelContract

/// Mean and biased variance of every channel of [N, C, …].
package struct ChannelMoments {
  package let mean: Tensor
  package let variance: Tensor
}

/// The piecewise linear function that follows a normalization or a bias, applied while its input is still in the first cache.
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

  var operation: UnaryOperation {
    switch self {
    case .relu: .relu
    case .leakyReLU(let slope): .leakyReLU(slope: slope)
    }
  }

  /// The cotangent's operation; both functions keep the sign, so the output serves as well as the input.
  var gradient: BinaryOperation {
    .leakyReLUGradient(slope: slope)
  }
}

extension Primitive {
  /// Mean and biased variance per channel, over every other axis, in two passes.
  package static func channelMoments(_ x: Tensor) -> ChannelMoments {
    switch x.dtype {
    case .float32: channelMoments(x, Float.self)
    case .float64: channelMoments(x, Double.self)
    }
  }

  /// γ·(x − mean)/√(variance + ε) + β per channel, as one fused multiply-add per element, then the activation if there is one.
  package static func normalizeChannels(
    _ x: Tensor, _ moments: ChannelMoments, weight: Tensor, bias: Tensor, epsilon: Double,
    activation: ChannelActivation? = nil
  ) -> Tensor {
    switch x.dtype {
    case .float32: normalizeChannels(x, moments, weight, bias, epsilon, activation, Float.self)
    case .float64: normalizeChannels(x, moments, weight, bias, epsilon, activation, Double.self)
    }
  }

  /// x + bias per channel, then the activation if there is one, in a single pass over memory.
  package static func addChannelBias(_ x: Tensor, _ bias: Tensor, activation: ChannelActivation? = nil) -> Tensor {
    precondition(
      x.rank >= 2 && bias.shape == [x.shape[1]], "a bias \(bias.shape) for the channels (axis 1) of \(x.shape)")
    return switch x.dtype {
    case .float32: addChannelBias(x, bias, activation, Float.self)
    case .float64: addChannelBias(x, bias, activation, Double.self)
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
    switch x.dtype {
    case .float32: normalizeChannelsGradient(cotangent, x, moments, weight, epsilon, activation, Float.self)
    case .float64: normalizeChannelsGradient(cotangent, x, moments, weight, epsilon, activation, Double.self)
    }
  }

  static func layout(_ x: Tensor) -> (batch: Int, channels: Int, plane: Int) {
    precondition(x.rank >= 2, "channels are axis 1, which shape \(x.shape) lacks")
    return (x.shape[0], x.shape[1], x.shape[2...].reduce(1, *))
  }

  private static func channelMoments<Scalar: TensorScalar>(_ x: Tensor, _: Scalar.Type) -> ChannelMoments {
    let (batch, channels, plane) = layout(x)
    let count = Double(batch * plane)
    let variance = Tensor.zeros([channels], dtype: x.dtype)
    let variances = variance.storage.pointer.assumingMemoryBound(to: Scalar.self)
    let mean = make([channels], Scalar.self) { means in
      let source = x.pointer(to: Scalar.self)
      Parallel.forEach(channels, costPerIndex: 2 * batch * plane) { channel in
        var total = 0.0
        for image in 0..<batch { total += Scalar.kernels.sum(plane, source + (image * channels + channel) * plane) }
        let mean = Scalar(total / count)
        var squares = 0.0
        for image in 0..<batch {
          squares += Scalar.kernels.squaredDeviation(plane, source + (image * channels + channel) * plane, mean)
        }
        means[channel] = mean
        variances[channel] = Scalar(squares / count)
      }
    }
    return ChannelMoments(mean: mean, variance: variance)
  }

  private static func normalizeChannels<Scalar: TensorScalar>(
    _ x: Tensor, _ moments: ChannelMoments, _ weight: Tensor, _ bias: Tensor, _ epsilon: Double,
    _ activation: ChannelActivation?, _: Scalar.Type
  ) -> Tensor {
    let (batch, channels, plane) = layout(x)
    return make(x.shape, Scalar.self) { out in
      let source = x.pointer(to: Scalar.self)
      let mean = moments.mean.pointer(to: Scalar.self)
      let variance = moments.variance.pointer(to: Scalar.self)
      let gamma = weight.pointer(to: Scalar.self)
      let beta = bias.pointer(to: Scalar.self)
      Parallel.forEach(batch * channels, costPerIndex: plane) { index in
        let channel = index % channels
        let scale = gamma[channel] / (variance[channel] + Scalar(epsilon)).squareRoot()
        let shift = beta[channel] - mean[channel] * scale
        let to = out + index * plane
        Scalar.kernels.affine(plane, source + index * plane, scale, shift, to)
        if let activation { Scalar.kernels.unary(activation.operation, plane, to, to) }
      }
    }
  }

  private static func addChannelBias<Scalar: TensorScalar>(
    _ x: Tensor, _ bias: Tensor, _ activation: ChannelActivation?, _: Scalar.Type
  ) -> Tensor {
    let (batch, channels, plane) = layout(x)
    return make(x.shape, Scalar.self) { out in
      let source = x.pointer(to: Scalar.self)
      let biases = bias.pointer(to: Scalar.self)
      Parallel.forEach(batch * channels, costPerIndex: plane) { index in
        let to = out + index * plane
        Scalar.kernels.binary(.add, plane, source + index * plane, 1, biases + index % channels, 0, to)
        if let activation { Scalar.kernels.unary(activation.operation, plane, to, to) }
      }
    }
  }

  private static func normalizeChannelsGradient<Scalar: TensorScalar>(
    _ cotangent: Tensor, _ x: Tensor, _ moments: ChannelMoments, _ weight: Tensor, _ epsilon: Double,
    _ activation: (function: ChannelActivation, output: Tensor)?, _: Scalar.Type
  ) -> (input: Tensor, weight: Tensor, bias: Tensor) {
    let (batch, channels, plane) = layout(x)
    let count = Double(batch * plane)
    let weightGradient = Tensor.zeros([channels], dtype: x.dtype)
    let biasGradient = Tensor.zeros([channels], dtype: x.dtype)
    let input = make(x.shape, Scalar.self) { out in
      let source = x.pointer(to: Scalar.self)
      let above = cotangent.pointer(to: Scalar.self)
      let output = activation?.output.pointer(to: Scalar.self)
      let mean = moments.mean.pointer(to: Scalar.self)
      let variance = moments.variance.pointer(to: Scalar.self)
      let gamma = weight.pointer(to: Scalar.self)
      let weights = weightGradient.storage.pointer.assumingMemoryBound(to: Scalar.self)
      let biases = biasGradient.storage.pointer.assumingMemoryBound(to: Scalar.self)
      Parallel.forEach(channels, costPerIndex: 3 * batch * plane) { channel in
        var cotangents = 0.0
        var products = 0.0
        for image in 0..<batch {
          let offset = (image * channels + channel) * plane
          var y = above + offset
          if let activation, let output {
            // The result's memory holds the cotangent of the normalization until it is needed.
            Scalar.kernels.binary(activation.function.gradient, plane, y, 1, output + offset, 1, out + offset)
            y = UnsafePointer(out + offset)
          }
          cotangents += Scalar.kernels.sum(plane, y)
          products += Scalar.kernels.centeredProduct(plane, y, source + offset, mean[channel])
        }
        let inverseDeviation = 1 / (Double(variance[channel]) + epsilon).squareRoot()
        weights[channel] = Scalar(products * inverseDeviation)
        biases[channel] = Scalar(cotangents)
        // x̅ = a·y̅ + b·x + c with the centering folded into c.
        let a = Double(gamma[channel]) * inverseDeviation
        let b = -a * products * inverseDeviation * inverseDeviation / count
        let c = -a * cotangents / count - b * Double(mean[channel])
        for image in 0..<batch {
          let offset = (image * channels + channel) * plane
          let y = activation == nil ? above + offset : UnsafePointer(out + offset)
          Scalar.kernels.affine2(
            plane, y, Scalar(a), source + offset, Scalar(b), Scalar(c), out + offset)
        }
      }
    }
    return (input, weightGradient, biasGradient)
  }
}
