/// Mean and biased variance of every channel of [N, C, …].
package struct ChannelMoments {
  package let mean: Tensor
  package let variance: Tensor
}

extension Primitive {
  /// Mean and biased variance per channel, over every other axis, in two passes.
  package static func channelMoments(_ x: Tensor) -> ChannelMoments {
    switch x.dtype {
    case .float32: channelMoments(x, Float.self)
    case .float64: channelMoments(x, Double.self)
    }
  }

  /// γ·(x − mean)/√(variance + ε) + β per channel, as one fused multiply-add per element.
  package static func normalizeChannels(
    _ x: Tensor, _ moments: ChannelMoments, weight: Tensor, bias: Tensor, epsilon: Double
  ) -> Tensor {
    switch x.dtype {
    case .float32: normalizeChannels(x, moments, weight, bias, epsilon, Float.self)
    case .float64: normalizeChannels(x, moments, weight, bias, epsilon, Double.self)
    }
  }

  /// The gradients of a training-mode batch normalization in two passes over x and the cotangent y̅:
  ///
  ///     γ̅ = Σ y̅·x̂,  β̅ = Σ y̅,  x̅ = γ/√(var + ε) · (y̅ − β̅/n − x̂·γ̅/n),  x̂ = (x − mean)/√(var + ε)
  package static func normalizeChannelsGradient(
    _ cotangent: Tensor, _ x: Tensor, _ moments: ChannelMoments, weight: Tensor, epsilon: Double
  ) -> (input: Tensor, weight: Tensor, bias: Tensor) {
    switch x.dtype {
    case .float32: normalizeChannelsGradient(cotangent, x, moments, weight, epsilon, Float.self)
    case .float64: normalizeChannelsGradient(cotangent, x, moments, weight, epsilon, Double.self)
    }
  }

  private static func layout(_ x: Tensor) -> (batch: Int, channels: Int, plane: Int) {
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
    _ x: Tensor, _ moments: ChannelMoments, _ weight: Tensor, _ bias: Tensor, _ epsilon: Double, _: Scalar.Type
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
        Scalar.kernels.affine(plane, source + index * plane, scale, shift, out + index * plane)
      }
    }
  }

  private static func normalizeChannelsGradient<Scalar: TensorScalar>(
    _ cotangent: Tensor, _ x: Tensor, _ moments: ChannelMoments, _ weight: Tensor, _ epsilon: Double, _: Scalar.Type
  ) -> (input: Tensor, weight: Tensor, bias: Tensor) {
    let (batch, channels, plane) = layout(x)
    let count = Double(batch * plane)
    let weightGradient = Tensor.zeros([channels], dtype: x.dtype)
    let biasGradient = Tensor.zeros([channels], dtype: x.dtype)
    let input = make(x.shape, Scalar.self) { out in
      let source = x.pointer(to: Scalar.self)
      let above = cotangent.pointer(to: Scalar.self)
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
          cotangents += Scalar.kernels.sum(plane, above + offset)
          products += Scalar.kernels.centeredProduct(plane, above + offset, source + offset, mean[channel])
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
          Scalar.kernels.affine2(
            plane, above + offset, Scalar(a), source + offset, Scalar(b), Scalar(c), out + offset)
        }
      }
    }
    return (input, weightGradient, biasGradient)
  }
}
