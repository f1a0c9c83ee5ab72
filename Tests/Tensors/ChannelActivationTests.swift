import KernelContract
import Tensors
import Testing

/// Fused with the operation before it or a pass of its own: an activation gives the same bits.
@Suite struct ChannelActivationTests {
  private static let activations: [(ChannelActivation, UnaryOperation, BinaryOperation)] = [
    (.relu, .relu, .leakyReLUGradient(slope: 0)),
    (.leakyReLU(slope: 0.2), .leakyReLU(slope: 0.2), .leakyReLUGradient(slope: 0.2)),
  ]

  /// Compared here and not by `#expect`: describing how large arrays differ takes minutes.
  private func haveSameBits(_ a: Tensor, _ b: Tensor) -> Bool {
    a.withBytes { Array($0) } == b.withBytes { Array($0) }
  }

  @Test(arguments: [DType.float32, .float64], [[4, 3, 5, 7], [2, 16, 32, 32], [8, 5]])
  func `after batch normalization, forward and backward`(_ dtype: DType, _ shape: [Int]) {
    var random = RandomNumbers(seed: 11)
    let (x, cotangent) = (random.tensor(shape, dtype), random.tensor(shape, dtype))
    let (weight, bias) = (random.tensor([shape[1]], dtype), random.tensor([shape[1]], dtype))
    let moments = Primitive.channelMoments(x)
    let plain = Primitive.normalizeChannels(x, moments, weight: weight, bias: bias, epsilon: 1e-5)
    for (activation, function, gradient) in Self.activations {
      let fused = Primitive.normalizeChannels(
        x, moments, weight: weight, bias: bias, epsilon: 1e-5, activation: activation)
      #expect(haveSameBits(fused, Primitive.unary(function, plain)))

      let found = Primitive.normalizeChannelsGradient(
        cotangent, x, moments, weight: weight, epsilon: 1e-5, activation: (activation, fused))
      let expected = Primitive.normalizeChannelsGradient(
        Primitive.binary(gradient, cotangent, plain), x, moments, weight: weight, epsilon: 1e-5)
      #expect(haveSameBits(found.input, expected.input))
      #expect(haveSameBits(found.weight, expected.weight))
      #expect(haveSameBits(found.bias, expected.bias))
    }
  }

  @Test(arguments: [DType.float32, .float64])
  func `after a bias per channel`(_ dtype: DType) {
    var random = RandomNumbers(seed: 12)
    let (x, bias) = (random.tensor([3, 5, 6, 7], dtype), random.tensor([5], dtype))
    let plain = Primitive.binary(.add, x, bias.withShape([1, 5, 1, 1]))
    #expect(haveSameBits(Primitive.addChannelBias(x, bias), plain))
    for (activation, function, _) in Self.activations {
      let fused = Primitive.addChannelBias(x, bias, activation: activation)
      #expect(haveSameBits(fused, Primitive.unary(function, plain)))
    }
  }
}
