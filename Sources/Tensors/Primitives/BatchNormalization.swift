import KernelContract

/// Mean and biased variance of every channel of [N, C, …].
package struct ChannelMoments {
  package let mean: Tensor
  package let variance: Tensor
}

package typealias ChannelActivation = KernelContract.ChannelActivation

extension ChannelActivation {
  var operation: UnaryOperation {
    switch self {
    case .relu: .relu
    case .leakyReLU(let slope): .leakyReLU(slope: slope)
    }
  }
}

extension Primitive {
  /// Mean and biased variance per channel, over every other axis, in two passes.
  package static func channelMoments(_ x: Tensor) -> ChannelMoments {
    if let sharing = x.sharing { return sharedChannelMoments(x, sharing) }
    return Trace.record(TracedOperation("channelMoments"), [x]) {
      Moments(x: x).run(on: x.dtype)
    } outputs: {
      [$0.mean, $0.variance]
    }
  }

  /// γ·(x − mean)/√(variance + ε) + β per channel, as one fused multiply-add per element, then the activation if there
  /// is one.
  package static func normalizeChannels(
    _ x: Tensor, _ moments: ChannelMoments, weight: Tensor, bias: Tensor, epsilon: Double,
    activation: ChannelActivation? = nil
  ) -> Tensor {
    if let shared = x.ofOwnImages({
      normalizeChannels($0, moments, weight: weight, bias: bias, epsilon: epsilon, activation: activation)
    }) {
      return shared
    }
    func run(_ epsilon: Double) -> Tensor {
      Normalization(x: x, moments: moments, weight: weight, bias: bias, epsilon: epsilon, activation: activation)
        .run(on: x.dtype)
    }
    return Trace.record(
      TracedOperation("normalizeChannels", [epsilon] + activation.settings),
      [x, moments.mean, moments.variance, weight, bias]
    ) { Fault.epsilon.planted(over: run(epsilon)) { run(2 * epsilon) } }
  }

  /// x + bias per channel, then the activation if there is one, in a single pass over memory.
  ///
  /// `reusingMemory` puts the result where x was: for an x that was made for this sum, and whose values nobody needs
  /// behind it.
  package static func addChannelBias(
    _ x: Tensor, _ bias: Tensor, activation: ChannelActivation? = nil, reusingMemory: Bool = false
  ) -> Tensor {
    precondition(
      x.rank >= 2 && bias.shape == [x.shape[1]], "a bias \(bias.shape) for the channels (axis 1) of \(x.shape)")
    if let shared = x.ofOwnImages({
      addChannelBias($0, bias, activation: activation, reusingMemory: reusingMemory)
    }) {
      return shared
    }
    // A trace may still have to digest what x holds.
    let reusesMemory = reusingMemory && Trace.current == nil
    return Trace.record(TracedOperation("addChannelBias", activation.settings), [x, bias]) {
      BiasAddition(x: x, bias: bias, activation: activation, reusesMemory: reusesMemory).run(on: x.dtype)
    }
  }

  /// The gradients of a training-mode batch normalization in two passes over x and the cotangent y̅:
  ///
  ///     γ̅ = Σ y̅·x̂,  β̅ = Σ y̅,  x̅ = γ/√(var + ε) · (y̅ − β̅/n − x̂·γ̅/n),  x̂ = (x − mean)/√(var + ε)
  ///
  /// Where an activation followed, `activation` names it and its output, and the cotangent is that of the activation.
  package static func normalizeChannelsGradient(
    _ cotangent: Tensor, _ x: Tensor, _ moments: ChannelMoments, weight: Tensor, epsilon: Double,
    activation: (function: ChannelActivation, output: Tensor)? = nil
  ) -> (input: Tensor, weight: Tensor, bias: Tensor) {
    if let sharing = x.sharing ?? cotangent.sharing ?? activation?.output.sharing {
      return sharedNormalizeChannelsGradient(
        cotangent, x, moments, weight: weight, epsilon: epsilon, activation: activation, sharing)
    }
    return Trace.record(
      TracedOperation("normalizeChannelsGradient", [epsilon] + (activation?.function).settings),
      [cotangent, x, moments.mean, moments.variance, weight] + (activation.map { [$0.output] } ?? [])
    ) {
      NormalizationGradient(
        cotangent: cotangent, x: x, moments: moments, weight: weight, epsilon: epsilon, activation: activation
      ).run(on: x.dtype)
    } outputs: {
      [$0.input, $0.weight, $0.bias]
    }
  }

  static func layout(_ x: Tensor) -> (batch: Int, channels: Int, plane: Int) {
    precondition(x.rank >= 2, "channels are axis 1, which shape \(x.shape) lacks")
    return (x.shape[0], x.shape[1], x.shape[2...].reduce(1, *))
  }

  /// Calls `body` with groups of neighboring channels, so many that their planes are a few cache lines of every image.
  static func forChannelGroups(
    _ batch: Int, _ channels: Int, _ plane: Int, _ body: (_ first: Int, ChannelPlanes) -> Void
  ) {
    let group = max(1, min(ChannelPlanes.most, 512 / max(1, plane)))
    Parallel.forEach((channels + group - 1) / group, costPerIndex: 3 * batch * plane * group) { index in
      let first = index * group
      body(
        first,
        ChannelPlanes(
          images: batch, imageStride: channels * plane, channels: min(group, channels - first), count: plane))
    }
  }
}

private struct Moments: KernelComputation {
  let x: Tensor

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> ChannelMoments {
    typealias Scalar = Kernels.Scalar
    let (batch, channels, plane) = Primitive.layout(x)
    let variance = Tensor.zeros([channels], dtype: x.dtype)
    let variances = variance.storage.pointer.assumingMemoryBound(to: Scalar.self)
    let mean = Primitive.make([channels], Scalar.self) { means in
      let source = x.pointer(to: Scalar.self)
      Primitive.forChannelGroups(batch, channels, plane) { first, planes in
        Kernels.channelMoments(planes, source + first * plane, means: means + first, variances: variances + first)
      }
    }
    return ChannelMoments(mean: mean, variance: variance)
  }
}

private struct Normalization: KernelComputation {
  let x: Tensor
  let moments: ChannelMoments
  let weight: Tensor
  let bias: Tensor
  let epsilon: Double
  let activation: ChannelActivation?

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Tensor {
    typealias Scalar = Kernels.Scalar
    let (batch, channels, plane) = Primitive.layout(x)
    let mean = moments.mean.pointer(to: Scalar.self)
    let variance = moments.variance.pointer(to: Scalar.self)
    let gamma = weight.pointer(to: Scalar.self)
    let beta = bias.pointer(to: Scalar.self)
    let scales = (0..<channels).map { gamma[$0] / (variance[$0] + Scalar(epsilon)).squareRoot() }
    let shifts = (0..<channels).map { beta[$0] - mean[$0] * scales[$0] }
    return Primitive.make(x.shape, Scalar.self) { out in
      let source = x.pointer(to: Scalar.self)
      Parallel.forEach(batch, costPerIndex: channels * plane) { image in
        let place = image * channels * plane
        Kernels.normalizeChannels(
          ChannelPlanes(images: 1, imageStride: 0, channels: channels, count: plane), source + place, scales: scales,
          shifts: shifts, activation: activation, to: out + place)
      }
    }
  }
}

private struct BiasAddition: KernelComputation {
  let x: Tensor
  let bias: Tensor
  let activation: ChannelActivation?
  let reusesMemory: Bool

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Tensor {
    typealias Scalar = Kernels.Scalar
    let (batch, channels, plane) = Primitive.layout(x)
    func fill(_ out: UnsafeMutablePointer<Scalar>) {
      let source = x.pointer(to: Scalar.self)
      let biases = bias.pointer(to: Scalar.self)
      Parallel.forEach(batch * channels, costPerIndex: plane) { index in
        let to = out + index * plane
        Kernels.binary(
          .add, count: plane, source + index * plane, stride: 1, biases + index % channels, stride: 0, to: to)
        if let activation { Kernels.unary(activation.operation, count: plane, to, to: to) }
      }
    }
    guard reusesMemory else { return Primitive.make(x.shape, Scalar.self, fill) }
    if x.count > 0 { fill(x.storage.pointer.assumingMemoryBound(to: Scalar.self)) }
    return Tensor(shape: x.shape, dtype: x.dtype, storage: x.storage)
  }
}
