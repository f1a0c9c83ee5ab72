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

  @Test(
    arguments: [DType.float32, .float64], [[4, 3, 5, 7], [2, 16, 32, 32], [8, 5], [3, 19, 2, 2], [1, 2, 67, 71]])
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
    let copy = Tensor(x.values, shape: x.shape).converted(to: x.dtype)
    let reused = Primitive.addChannelBias(copy, bias, reusingMemory: true)
    #expect(haveSameBits(reused, plain) && reused.storage === copy.storage)
    for (activation, function, _) in Self.activations {
      let fused = Primitive.addChannelBias(x, bias, activation: activation)
      #expect(haveSameBits(fused, Primitive.unary(function, plain)))
    }
  }

  /// Kernels take neighboring channels together; none may see another.
  @Test(arguments: [DType.float32, .float64], [[3, 19, 2, 2], [5, 9, 8, 8], [2, 11, 1, 3], [1, 2, 67, 71]])
  func `a channel normalized alone has the bits it has among others`(_ dtype: DType, _ shape: [Int]) {
    var random = RandomNumbers(seed: 13)
    let alone = [shape[0], 1] + shape[2...]
    let channels = (0..<shape[1]).map { _ in (x: random.tensor(alone, dtype), cotangent: random.tensor(alone, dtype)) }
    func joined(_ parts: [Tensor]) -> Tensor {
      let plane = shape[2...].reduce(1, *)
      var values: [Double] = []
      for image in 0..<shape[0] {
        for part in parts { values += part.values[image * plane..<(image + 1) * plane] }
      }
      return Tensor(values, shape: shape).converted(to: dtype)
    }
    let x = joined(channels.map(\.x))
    let weight = random.tensor([shape[1]], dtype)
    let moments = Primitive.channelMoments(x)
    let found = Primitive.normalizeChannelsGradient(
      joined(channels.map(\.cotangent)), x, moments, weight: weight, epsilon: 1e-5)
    var inputs: [Tensor] = []
    for (index, channel) in channels.enumerated() {
      let own = Primitive.channelMoments(channel.x)
      #expect(own.mean.values[0] == moments.mean.values[index])
      #expect(own.variance.values[0] == moments.variance.values[index])
      let expected = Primitive.normalizeChannelsGradient(
        channel.cotangent, channel.x, own, weight: Tensor([weight.values[index]], shape: [1]).converted(to: dtype),
        epsilon: 1e-5)
      #expect(expected.weight.values[0] == found.weight.values[index])
      #expect(expected.bias.values[0] == found.bias.values[index])
      inputs.append(expected.input)
    }
    #expect(haveSameBits(joined(inputs), found.input))
  }
}
