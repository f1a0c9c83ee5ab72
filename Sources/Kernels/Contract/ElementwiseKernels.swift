/// Element-wise functions of one argument.
///
/// Constants are given in Double and narrowed once to the element type.
package enum UnaryOperation: Sendable {
  case negate, absolute, exponential, logarithm, tanh, sigmoid, softplus, squareRoot
  /// 1/x, but 0 for ±0: the slope PyTorch gives a norm or a standard deviation where it vanishes.
  case reciprocalOrZero
  case add(Double)
  case multiply(Double)
  /// x where x > 0, slope·x elsewhere (also at ±0, as PyTorch). NaN stays NaN.
  case leakyReLU(slope: Double)
  /// `relu`: 0 where x < 0, x elsewhere. NaN stays NaN.
  case relu
  /// min(max(x, lower), upper). NaN stays NaN.
  case clamp(lower: Double, upper: Double)
}

/// Element-wise functions of two arguments a and b.
package enum BinaryOperation: Sendable {
  case add, subtract, multiply, divide
  /// The larger; NaN if either is.
  case maximum
  /// The smaller; NaN if either is.
  case minimum
  /// 1 where a > b, ½ where a = b, 0 elsewhere: the derivative of max(a, b) with respect to a.
  case step
  /// sign(b)·a, 0 where b = 0.
  case bySign
  /// a where b > 0, slope·a elsewhere.
  case leakyReLUGradient(slope: Double)
  /// a where lower < b < upper, 0 elsewhere (at the bounds too, as PyTorch 2).
  case clampGradient(lower: Double, upper: Double)
}

/// Functions of elements, their sums, and the optimizer's step.
package protocol ElementwiseKernels<Scalar>: ScalarKernels {
  /// out[i] = f(a[i]).
  static func unary(_ operation: UnaryOperation, count: Int, _ a: Source, to out: Destination)
  /// out[i] = f(a[i·aStride], b[i·bStride]) with strides 0 or 1.
  static func binary(
    _ operation: BinaryOperation, count: Int, _ a: Source, stride aStride: Int, _ b: Source, stride bStride: Int,
    to out: Destination)
  /// out[i] += a[i].
  static func accumulate(count: Int, _ a: Source, to out: Destination)

  /// Σ a[i].
  static func sum(count: Int, _ a: Source) -> Double
  /// Σ a[i]·b[i].
  static func dotProduct(count: Int, _ a: Source, _ b: Source) -> Double

  /// One Adam step in a single pass over memory; see `AdamConstants`.
  static func adam(
    _ constants: AdamConstants<Scalar>, count: Int, gradient: Source, parameter: Destination, firstMoment: Destination,
    secondMoment: Destination)
}
