import Tensors

/// Pixel norm of [N, C, …]: the feature vector of every pixel brought to length √C,
///
///     y = x/√(mean of x² over the channels + epsilon)
///
/// in one pass over memory, its gradient in another. Values and first gradient have the bits of the formula written in
/// tensor operations, with three exceptions: an image of a single pixel (its channels are neighbors in memory, which
/// `sum` adds in another order), a single channel (the sign of a zero) and an x with other uses (where their gradients
/// are added to both parts of this one together, not one by one). Source: Karras et al. 2018, section 4.2.
package func pixelNorm(_ x: Tensor, epsilon: Double) -> Tensor {
  let (output, root) = Primitive.pixelNorm(x, epsilon: epsilon)
  return .recorded(output, from: [x]) { step in
    let x = step.inputs[0]
    if Recording.isOn { return [composedGradient(step.cotangent, x, step.output, epsilon)] }
    // Nobody will differentiate this gradient.
    return [Primitive.pixelNormGradient(step.cotangent, x, root: root)]
  }
}

/// The same gradient written in differentiable primitives, in the order in which the formula's own rules compute it.
private func composedGradient(_ cotangent: Tensor, _ x: Tensor, _ output: Tensor, _ epsilon: Double) -> Tensor {
  let root = (x.squared().mean(axes: [1], keepingAxes: true) + epsilon).squareRoot()
  let slope = (-(cotangent * output) / root).sum(axes: [1], keepingAxes: true) * 0.5 / root / Double(x.shape[1])
  return cotangent / root + slope * (x * 2)
}
