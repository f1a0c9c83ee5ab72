/// The scalars of one Adam step, computed in Double and narrowed once, as PyTorch does.
///
///     m ← lerp(m, g, 1 − β₁)                 (in PyTorch's two-sided form, see the kernel)
///     v ← v·β₂ + (1 − β₂)·g·g
///     p ← p + stepSize·m / (√v / correction + ε)
///
/// with stepSize = −lr / (1 − β₁ᵗ) and correction = √(1 − β₂ᵗ). Source: Kingma & Ba 2015, algorithm 1.
package struct AdamConstants<Scalar: KernelScalar>: Sendable {
  /// 1 − β₁.
  package let firstWeight: Scalar
  package let secondDecay: Scalar
  /// 1 − β₂.
  package let secondWeight: Scalar
  package let stepSize: Scalar
  package let secondCorrection: Scalar
  package let epsilon: Scalar

  package init(
    learningRate: Double, firstDecay: Double, secondDecay: Double, epsilon: Double, step: Int
  ) {
    firstWeight = Scalar(1 - firstDecay)
    self.secondDecay = Scalar(secondDecay)
    secondWeight = Scalar(1 - secondDecay)
    stepSize = Scalar(-(learningRate / (1 - power(firstDecay, step))))
    secondCorrection = Scalar((1 - power(secondDecay, step)).squareRoot())
    self.epsilon = Scalar(epsilon)
  }
}

/// baseⁿ for n ≥ 0 by repeated squaring: a few ULPs from libm's pow, and the same everywhere.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var square = base
  var rest = exponent
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
