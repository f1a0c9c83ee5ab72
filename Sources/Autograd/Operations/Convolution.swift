import Tensors

/// The convolution (in the field's sense, a cross-correlation) of x [N, C, H, W] with weight [O, C, kH, kW].
///
///     y[n, o, i, j] = bias[o] + Σ_{c, u, v} x[n, c, i·stride + u − padding, j·stride + v − padding]·weight[o, c, u, v]
///
/// An activation can follow in the same pass over memory, with the same bits as one after the other.
package func convolution(
  _ x: Tensor, _ weight: Tensor, bias: Tensor? = nil, stride: ConvolutionGeometry.Pair = 1,
  padding: ConvolutionGeometry.Pair = 0, activation: ChannelActivation? = nil
) -> Tensor {
  let geometry = ConvolutionGeometry(input: x.shape, weight: weight.shape, stride: stride, padding: padding)
  if bias == nil, let activation { return convolution(x, weight, geometry, activation) }
  return withBias(bias, convolution(x, weight, geometry), activation)
}

/// The transposed convolution of x [N, C, h, w] with weight [C, O, kH, kW]: the adjoint of a convolution from O to C
/// channels.
///
/// The result has height (h − 1)·stride − 2·padding + kH.
package func transposedConvolution(
  _ x: Tensor, _ weight: Tensor, bias: Tensor? = nil, stride: ConvolutionGeometry.Pair = 1,
  padding: ConvolutionGeometry.Pair = 0
) -> Tensor {
  let geometry = ConvolutionGeometry(transposing: x.shape, weight: weight.shape, stride: stride, padding: padding)
  return withBias(bias, convolutionInputGradient(x, weight, geometry))
}

/// `y` is the convolution, made for this sum alone: no rule asks for its values, so the sum takes its memory.
private func withBias(_ bias: Tensor?, _ y: Tensor, _ activation: ChannelActivation? = nil) -> Tensor {
  guard let bias else { return y }
  let sum = Primitive.addChannelBias(y, bias, activation: activation, reusingMemory: true)
  return .recorded(sum, from: [y, bias]) { step in
    // The activation keeps the sign, so its output opens and closes the gate as its input would.
    let cotangent = activation.map { gate(step.cotangent, by: step.output, slope: $0.slope) } ?? step.cotangent
    return [step.ifNeeded(0) { cotangent }, step.ifNeeded(1) { cotangent.sum(axes: [0, 2, 3]) }]
  }
}

// The convolution, its input gradient and its weight gradient are each linear in both arguments, and the gradients of
// each are the other two: the three are closed under differentiation.

private func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
  .recorded(Primitive.products.convolution(x, weight, geometry), from: [x, weight]) { step in
    [
      step.ifNeeded(0) { convolutionInputGradient(step.cotangent, step.inputs[1], geometry) },
      step.ifNeeded(1) { convolutionWeightGradient(step.cotangent, step.inputs[0], geometry) },
    ]
  }
}

/// The activation of a convolution.
private func convolution(
  _ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry, _ activation: ChannelActivation
) -> Tensor {
  let y = Primitive.products.convolution(x, weight, geometry, activation: activation)
  return .recorded(y, from: [x, weight]) { step in
    // The activation keeps the sign, so its output opens and closes the gate as its input would.
    let cotangent = gate(step.cotangent, by: step.output, slope: activation.slope)
    return [
      step.ifNeeded(0) { convolutionInputGradient(cotangent, step.inputs[1], geometry) },
      step.ifNeeded(1) { convolutionWeightGradient(cotangent, step.inputs[0], geometry) },
    ]
  }
}

private func convolutionInputGradient(_ c: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
  .recorded(Primitive.products.convolutionInputGradient(c, weight, geometry), from: [c, weight]) { step in
    [
      step.ifNeeded(0) { convolution(step.cotangent, step.inputs[1], geometry) },
      step.ifNeeded(1) { convolutionWeightGradient(step.inputs[0], step.cotangent, geometry) },
    ]
  }
}

private func convolutionWeightGradient(_ c: Tensor, _ x: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
  .recorded(Primitive.products.convolutionWeightGradient(c, x, geometry), from: [c, x]) { step in
    [
      step.ifNeeded(0) { convolution(step.inputs[1], step.cotangent, geometry) },
      step.ifNeeded(1) { convolutionInputGradient(step.inputs[0], step.cotangent, geometry) },
    ]
  }
}
