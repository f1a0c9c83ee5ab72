import Tensors

extension TorchGenerator {
  /// N(0, gain²·2/(fan-in + fan-out)): `nn.init.xavier_normal_`.
  ///
  /// Keeps the variance of activations and of gradients alike on average. The std is computed in double precision, and
  /// narrowed with the draws. Source: Glorot and Bengio 2010, eq. 16, for the normal distribution.
  package func xavierNormal(_ shape: [Int], gain: Double = 1, dtype: DType = .float32) -> Tensor {
    let fans = Fans(weightShape: shape)
    let std = gain * (2 / Double(fans.fanIn + fans.fanOut)).squareRoot()
    return normal(shape, std: std, dtype: dtype)
  }
}
