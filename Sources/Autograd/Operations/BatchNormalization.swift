import Tensors

/// Batch normalization of [N, C, …] with the batch's own statistics:
///
///     y = weight·(x − mean)/√(variance + epsilon) + bias     (mean and biased variance per channel)
///
/// followed by `activation` if there is one, in the same pass over memory and with the same bits as one after the
/// other. Returns y and the moments, which are data. Source: Ioffe & Szegedy 2015, algorithm 1.
package func batchNormalization(
  _ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Double, activation: ChannelActivation? = nil
) -> (output: Tensor, moments: ChannelMoments) {
  let moments = Primitive.channelMoments(x)
  let output = Primitive.normalizeChannels(
    x, moments, weight: weight, bias: bias, epsilon: epsilon, activation: activation)
  let recorded = Tensor.recorded(output, from: [x, weight, bias]) { step in
    let (x, weight) = (step.inputs[0], step.inputs[1])
    if Recording.isOn {
      // The activation keeps the sign, so its output opens and closes the gate as its input would.
      let cotangent = activation.map { gate(step.cotangent, by: step.output, slope: $0.slope) } ?? step.cotangent
      return composedGradient(cotangent, x, weight, epsilon)
    }
    // Nobody will differentiate this gradient: one fused pass instead of a graph of a dozen.
    let fused = Primitive.normalizeChannelsGradient(
      step.cotangent, x, moments, weight: weight, epsilon: epsilon, activation: activation.map { ($0, step.output) })
    return [fused.input, fused.weight, fused.bias]
  }
  return (recorded, moments)
}

/// The same gradient written in differentiable primitives.
private func composedGradient(_ cotangent: Tensor, _ x: Tensor, _ weight: Tensor, _ epsilon: Double) -> [Tensor?] {
  let axes = x.shape.indices.filter { $0 != 1 }
  var perChannel = [Int](repeating: 1, count: x.rank)
  perChannel[1] = x.shape[1]
  let deviation = x - x.mean(axes: axes, keepingAxes: true)
  let inverse = 1 / (deviation.squared().mean(axes: axes, keepingAxes: true) + epsilon).squareRoot()
  let normalized = deviation * inverse
  let projection = (cotangent * normalized).mean(axes: axes, keepingAxes: true)
  let centered = cotangent - cotangent.mean(axes: axes, keepingAxes: true) - normalized * projection
  return [
    weight.reshaped(perChannel) * inverse * centered,
    (cotangent * normalized).sum(axes: axes),
    cotangent.sum(axes: axes),
  ]
}

/// Batch normalization with given statistics, as in evaluation mode.
package func batchNormalization(
  _ x: Tensor, mean: Tensor, variance: Tensor, weight: Tensor, bias: Tensor, epsilon: Double
) -> Tensor {
  var perChannel = [Int](repeating: 1, count: x.rank)
  perChannel[1] = x.shape[1]
  let scale = (weight / (variance + epsilon).squareRoot()).reshaped(perChannel)
  return (x - mean.reshaped(perChannel)) * scale + bias.reshaped(perChannel)
}
