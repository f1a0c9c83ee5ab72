import Tensors

extension TorchGenerator {
  /// The weight PyTorch gives a new Conv2d, ConvTranspose2d or Linear: U(−B, B), `kaiming_uniform_(a=√5)`.
  ///
  /// B = √3·gain/√fan-in with gain = √(2/(1 + √5²)): 1/√fan-in but for rounding, because √5² is 5.000000000000001. A
  /// layer that is initialized anew afterwards has still consumed these draws.
  package func defaultWeight(_ shape: [Int], dtype: DType = .float32) -> Tensor {
    let fanIn = Fans(weightShape: shape).fanIn
    precondition(fanIn > 0, "a weight of shape \(shape) has no inputs")
    let slope = 5.0.squareRoot()
    let gain = (2 / (1 + slope * slope)).squareRoot()
    let bound = 3.0.squareRoot() * (gain / Double(fanIn).squareRoot())
    return uniform(shape, from: -bound, to: bound, dtype: dtype)
  }

  /// The bias PyTorch gives a new Conv2d, ConvTranspose2d or Linear: U(−1/√fan-in, 1/√fan-in), drawn **after** the
  /// weight.
  ///
  /// `weightShape` is the weight's shape as stored; a transposed convolution's fan-in counts its output channels
  /// (`Fans`).
  package func defaultBias(_ count: Int, weightShape: [Int], dtype: DType = .float32) -> Tensor {
    let fanIn = Fans(weightShape: weightShape).fanIn
    precondition(fanIn > 0, "a weight of shape \(weightShape) has no inputs")
    let bound = 1 / Double(fanIn).squareRoot()
    return uniform([count], from: -bound, to: bound, dtype: dtype)
  }
}
