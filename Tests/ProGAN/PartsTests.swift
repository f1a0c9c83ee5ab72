import Autograd
import NeuralNets
import ProGAN
import Tensors
import Testing
import TorchRandom

@Suite struct PartsTests {
  private func draw(_ shape: [Int], seed: UInt64 = 1) -> Tensor {
    TorchGenerator(seed: seed).normal(shape, dtype: .float64)
  }

  private func largestDifference(_ a: Tensor, _ b: Tensor) -> Double {
    precondition(a.shape == b.shape)
    return zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test func `the equalized convolution scales its input but not its bias`() {
    let layer = WSConv2d(3, 5, random: TorchGenerator(seed: 2))
    layer.convert(to: .float64)
    layer.conv.bias?.value = draw([5], seed: 9)
    let x = draw([2, 3, 4, 4])
    #expect(layer.scale == (2.0 / 27).squareRoot())
    #expect(largestDifference(layer(x), layer.conv(x * layer.scale)) < 1e-14)
    #expect(largestDifference(layer(x), layer.conv(x) * layer.scale) > 0.1, "the bias must not be scaled")
    #expect(layer.state.map(\.name) == ["conv.weight", "conv.bias"])
  }

  @Test func `pixel norm brings every pixel to length root C`() {
    let y = PixelNorm()(draw([2, 7, 3, 3]))
    let lengths = y.squared().sum(axes: [1]).values
    #expect(lengths.allSatisfy { abs($0 - 7) < 1e-6 })
    let zero = Tensor.zeros([1, 7, 1, 1], dtype: .float64)
    #expect(gradients(of: PixelNorm()(zero).sum(), at: zero).values.allSatisfy { $0 == 1e4 }, "1/√ε at the origin")
  }

  @Test func `pixel norm has the bits of its formula forward and back and agrees with it twice back`() {
    for dtype in DType.allCases {
      let (a, cotangent) = (
        draw([3, 5, 7, 4]).converted(to: dtype), draw([3, 5, 7, 4], seed: 2).converted(to: dtype)
      )
      func results(_ norm: (Tensor) -> Tensor) -> [[Double]] {
        let y = norm(a)
        let first = gradients(of: y, at: a, cotangent: cotangent)
        let recorded = gradients(of: y, at: a, cotangent: cotangent, keepingGraph: true)
        return [y, first, recorded].map(\.values)
      }
      #expect(results { PixelNorm()($0) } == results(PixelNorm.written))

      func second(_ norm: (Tensor) -> Tensor) -> Tensor {
        let slope = gradients(of: norm(a), at: a, cotangent: cotangent, keepingGraph: true)
        return gradients(of: slope.squared().sum(), at: a)
      }
      let scale = second(PixelNorm.written).values.map(abs).max() ?? 0
      #expect(
        largestDifference(second { PixelNorm()($0) }, second(PixelNorm.written))
          <= scale * (dtype == .float32 ? 1e-5 : 1e-13))
    }
  }

  @Test func `the standard deviation is the unbiased one and one number`() throws {
    // Two images that differ by 2 everywhere: √2 with N − 1, 1 with N.
    let x = Tensor([0, 0, 0, 0, 2, 2, 2, 2], shape: [2, 1, 2, 2])
    let y = try minibatchStandardDeviation(x)
    #expect(y.shape == [2, 2, 2, 2])
    let appended = y.sliced(axis: 1, 1..<2).values
    #expect(appended.allSatisfy { $0 == 2.0.squareRoot() })
    #expect(y.sliced(axis: 1, 0..<1).values == x.values)
  }

  @Test func `a batch of one is refused by name`() throws {
    let game = try SmallGame(step: 1)
    let one = game.real.sliced(axis: 0, 0..<1)
    #expect(throws: BatchOfOneError(shape: [1, 8, 4, 4])) { try game.score(one) }
    let text = BatchOfOneError(shape: [1, 8, 4, 4]).description
    #expect(text.contains("minibatch standard deviation") && text.contains("[1, 8, 4, 4]"))
    // The generator looks at no batch.
    #expect(game.generator(game.noise.sliced(axis: 0, 0..<1), alpha: 1, step: 1).shape == [1, 3, 8, 8])
  }

  @Test func `fading in starts at the old network`() throws {
    let (new, old) = (draw([3], seed: 1), draw([3], seed: 2))
    #expect(fadeIn(0, new: new, old: old).values == old.values)
    #expect(fadeIn(1, new: new, old: old).values == new.values)
    #expect(largestDifference(fadeIn(0.25, new: new, old: old), new * 0.25 + old * 0.75) == 0)
  }

  @Test(arguments: [2, 3, 4]) func `the grown generator is the old one at alpha zero`(_ step: Int) throws {
    let game = try SmallGame(step: step)
    let old = game.generator(game.noise, alpha: 1, step: step - 1).upsampledNearest(factor: 2)
    #expect(game.generator(game.noise, alpha: 0, step: step).values == old.values)
    #expect(largestDifference(game.generator(game.noise, alpha: 1, step: step), old) > 0.1)
  }

  /// The document halves before its older blocks and so changes them by growing; the paper's order does not.
  @Test(arguments: [1, 2, 3, 4]) func `the grown critic is the old one at alpha zero in the paper's order`(_ step: Int)
    throws
  {
    for (order, jumps) in [(HalvingOrder.afterBlock, false), (.beforeBlock, step >= 2)] {
      let game = try SmallGame(step: step, order: order)
      let halved = game.real.averagePooled(PoolingWindow(size: 2))
      let old = try game.critic(halved, alpha: 1, step: step - 1)
      let grown = try game.critic(game.real, alpha: 0, step: step)
      #expect((largestDifference(grown, old) > 1e-6) == jumps, "\(order)")
    }
  }

  @Test func `only step zero returns colors without tanh`() throws {
    let game = try SmallGame(step: 1)
    // Colors this large saturate tanh and show whether there is one.
    for layer in game.generator.toRGB { layer.conv.bias?.value = Tensor([3, 3, 3], shape: [3]) }
    #expect(game.generator(game.noise, alpha: 0.5, step: 0).values.contains { $0 > 1 })
    #expect(game.generator(game.noise, alpha: 0.5, step: 1).values.allSatisfy { abs($0) <= 1 })
  }

  @Test func `the critic's block at four pixels is dead and still in its state`() throws {
    let names = try SmallGame(step: 0).critic.state.map(\.name)
    let parts = ["conv1.conv.weight", "conv1.conv.bias", "conv2.conv.weight", "conv2.conv.bias"]
    #expect(Array(names[..<4]) == parts.map { "prog_blocks.0.\($0)" })
    #expect(Array(names.suffix(4)) == ["conv.conv.weight", "conv.conv.bias", "linear.weight", "linear.bias"])
    for step in 0...5 {
      let game = try SmallGame(step: step)
      let found = gradientsIfConnected(of: try game.criticLoss, at: game.critic.parameters.values)
      #expect(found.prefix(4).allSatisfy { $0 == nil }, "\(step)")
    }
  }

  @Test func `channels follow the factors`() {
    #expect((0...8).map { channels(atStep: $0, of: 128) } == [128, 128, 128, 128, 64, 32, 32, 16, 8])
    #expect([4, 8, 512, 1024].map(lastStep(forSize:)) == [0, 1, 7, 8])
    #expect(documentBatchSizes.count == factors.count)
  }
}
