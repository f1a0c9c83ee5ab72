import Autograd
import NeuralNets
import ProGAN
import Tensors
import TorchRandom
import Testing

/// Odd batches, batches with fewer images than ranks, and one image to a rank.
private let batches = [1, 2, 3, 4, 5, 7, 16]

@Suite struct `Primitives on shared images` {
  @Test func `sums have one process's order, whatever they cross`() {
    let shapes: [@Sendable (Int) -> [Int]] = [
      { [$0, 5, 6, 7] }, { [$0, 1, 3, 3] }, { [$0, 5, 1, 1] }, { [$0, 1, 1, 1] }, { [$0, 3, 1, 4] },
    ]
    let axes = [[0], [1], [2, 3], [0, 1], [0, 2, 3], [1, 2, 3], [1, 3], [0, 2], [0, 3], [0, 1, 2, 3], [3]]
    for shape in shapes {
      SharedCase("sums of \(shape(0))", [true], { [shape($0)] }) { inputs in
        axes.map { inputs[0].sum(axes: $0) }
      }.expectEqual(batches: batches + [300])
    }
  }

  @Test func `a local batch of one is summed like a batch`() {
    // Longer than a chunk of a whole tensor's sum.
    SharedCase("large planes", [true], { [[$0, 1, 181, 183]] }) { inputs in
      [[0], [1, 2, 3], [0, 1, 2, 3], [2, 3], [1, 3]].map { inputs[0].sum(axes: $0) }
    }.expectEqual(batches: [2, 3, 4, 5])
  }

  /// As the first rank does where it prints: whoever had to exchange for that would wait for ever.
  @Test(.timeLimit(.minutes(1))) func `one rank alone may read a loss`() {
    @Sendable func losses() -> [Tensor] {
      let x = draw([5, 3, 2, 2], seed: 1, .float64).sharded
      let scores = x.sum(axes: [1, 2, 3])
      return [
        x.mean(), x.squared().sum(), scores.sigmoid().mean(),
        binaryCrossEntropy(logits: scores, targets: .ones(scores.shape, dtype: .float64)),
      ]
    }
    let expected = losses().map(\.item)
    for reader in 0..<3 {
      let found = ThreadRanks.run(3) { rank in
        let losses = losses()
        return rank.rank == reader ? losses.map(\.item) : []
      }
      #expect(found[reader] == expected)
    }
  }

  @Test func `arithmetic broadcasts between shared and whole tensors`() {
    SharedCase(
      "arithmetic", [true, true, false, false, false, true],
      { [[$0, 3, 4, 5], [$0, 3, 4, 5], [$0, 1, 1, 1], [1, 3, 1, 1], [4, 5], [$0]] }
    ) { x in
      [
        x[0] + x[1], x[0] * x[2], x[2] / x[0], x[3] - x[0], x[0] * x[4], x[2] + x[3], x[5] * x[5],
        x[5].reshaped([-1, 1, 1, 1]) * x[0], x[2].reshaped([-1]) * x[5], x[0] * 2 + 1, x[0].tanh(),
        elementwiseMaximum(x[0], x[1]), x[5] * x[5].reshaped([-1, 1]),
      ]
    }.expectEqual(batches: batches)
  }

  @Test func `shapes change as one process changes them`() {
    SharedCase("shapes", [true, false, true], { [[$0, 3, 4, 4], [$0, 2, 4, 4], [$0, 3, 4, 4]] }) { x in
      [
        x[0].flattened(from: 1), x[0].reshaped([-1]), x[0].permuted([0, 2, 3, 1]), x[0].permuted([1, 0, 2, 3]),
        x[0].sliced(axis: 1, 1..<3), x[0].sliced(axis: 0, 0..<1), x[0].padded(axis: 2, before: 1, to: 9),
        x[0].padded(axis: 0, before: 1, to: x[0].shape[0] + 2), concatenated([x[0], x[1]], axis: 1),
        concatenated([x[0], x[2]], axis: 0), x[0].maximum(axis: 1), x[0].maximum(axis: 0), x[0].softmax(axis: 1),
        x[0].sum(axes: [1, 2, 3]).broadcast(to: [2, x[0].shape[0]]), x[0].converted(to: .float64),
        x[0].reshaped([1] + x[0].shape).sum(axes: [1]),
      ]
    }.expectEqual(batches: batches)
  }

  @Test func `pooling and its gradients are those of one process`() {
    SharedCase.withGradients("average", [true], { [[$0, 3, 6, 6]] }) { $0[0].averagePooled(PoolingWindow(size: 2)) }
      .expectEqual(batches: batches)
    SharedCase.withGradients("maximum", [true], { [[$0, 3, 6, 6]] }) { $0[0].maximumPooled(PoolingWindow(size: 2)) }
      .expectEqual(batches: [2, 5], dtypes: [.float32])
    SharedCase.withGradients("nearest", [true], { [[$0, 3, 4, 4]] }) { $0[0].upsampledNearest(factor: 2) }
      .expectEqual(batches: batches)
  }

  @Test func `matrix products of every kind are those of one process`() {
    for (transposingA, transposingB) in [(false, false), (false, true), (true, false), (true, true)] {
      for shared in [[true, true], [true, false], [false, true]] {
        // The batch is the first axis of both: the rows of one, and what is summed over in the other.
        SharedCase("products \(transposingA) \(transposingB)", shared, { [[$0, $0], [$0, $0]] }) { x in
          [matrixProduct(x[0], x[1], transposingA: transposingA, transposingB: transposingB)]
        }.expectEqual(batches: [1, 2, 5, 17])
      }
    }
    SharedCase.withGradients("linear", [true, false], { [[$0, 37], [11, 37]] }) {
      matrixProduct($0[0], $0[1], transposingB: true)
    }.expectEqual(batches: [1, 3, 4, 70])
  }

  @Test func `batch and pixel normalization see the whole batch`() {
    for activation in [nil, ChannelActivation.relu, .leakyReLU(slope: 0.2)] {
      for size in [1, 5] {
        SharedCase.withGradients(
          "batch normalization", [true, false, false], { [[$0, 19, size, size], [19], [19]] }
        ) { batchNormalization($0[0], weight: $0[1], bias: $0[2], epsilon: 1e-5, activation: activation).output }
        .expectEqual(batches: [1, 2, 4, 5])
      }
    }
    SharedCase("moments", [true], { [[$0, 19, 5, 5]] }) { inputs in
      let moments = Primitive.channelMoments(inputs[0])
      return [moments.mean, moments.variance]
    }.expectEqual(batches: batches)
    SharedCase.withGradients("pixel norm", [true], { [[$0, 19, 3, 3]] }) { pixelNorm($0[0], epsilon: 1e-8) }
      .expectEqual(batches: batches)
  }
}
