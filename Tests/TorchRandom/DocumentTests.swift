import Tensors
import Testing
import TorchRandom

/// The two documents' programs, drawn in their order with seed 0: every tensor, by size, first values and hash.
@Suite struct DocumentTests {
  /// Compares by name and remembers what was compared, so that no recorded tensor can be left out.
  private final class Record {
    private let expected: [String: Vectors.Recorded]
    private(set) var unseen: Set<String>

    init(_ expected: [String: Vectors.Recorded]) {
      self.expected = expected
      unseen = Set(expected.keys)
    }

    func check(_ name: String, _ tensor: Tensor) throws {
      let summary = try summary(name)
      #expect(tensor.count == summary.n, "\(name)")
      let first = summary.first4.map { if case .float(let text) = $0 { Double(text) } else { Double?.none } }
      #expect(tensor.first(4) == first, "\(name)")
      #expect(hashPrefix(tensor) == summary.sha256_16, "\(name)")
    }

    func check(_ name: String, _ indices: [Int]) throws {
      let summary = try summary(name)
      #expect(indices.count == summary.n, "\(name)")
      #expect(indices.prefix(4).map { .index($0) } == summary.first4, "\(name)")
      #expect(hashPrefix(indices) == summary.sha256_16, "\(name)")
    }

    func check(_ name: String, _ number: Int64) throws {
      unseen.remove(name)
      guard case .number(let expected) = try #require(expected[name]) else {
        Issue.record("\(name) is no number")
        return
      }
      #expect(number == expected, "\(name)")
    }

    private func summary(_ name: String) throws -> Vectors.Recorded.Summary {
      unseen.remove(name)
      guard case .tensor(let summary) = try #require(expected[name], "\(name) is not in the file") else {
        throw NotATensor(name: name)
      }
      return summary
    }

    private struct NotATensor: Error { let name: String }
  }

  @Test func `DCGAN draws every tensor of the document`() throws {
    let record = Record(try Vectors.documents().dcgan_seed0)
    let random = TorchGenerator(seed: 0)
    let generator = [[64, 256], [256, 128], [128, 64], [64, 32], [32, 3]].map { $0 + [4, 4] }
    let critic = [[64, 3], [128, 64], [256, 128], [1, 256]].map { $0 + [4, 4] }

    for shape in generator + critic { _ = random.defaultWeight(shape) }
    let lastBias = random.defaultBias(1, weightShape: [1, 256, 4, 4])

    for (index, shape) in generator.enumerated() {
      try record.check("G.\(3 * index).weight", random.xavierNormal(shape))
      if index < 4 {
        try record.check("G.\(3 * index + 1).weight (BN)", random.normal([shape[1]], mean: 1, std: 0.02))
      }
    }
    for (name, shape) in zip(["D.0", "D.2", "D.5", "D.8"], critic) {
      try record.check(name + ".weight", random.xavierNormal(shape))
      let norm = ["D.2": "D.3", "D.5": "D.6"][name]
      if let norm { try record.check(norm + ".weight (BN)", random.normal([shape[0]], mean: 1, std: 0.02)) }
    }
    try record.check("D.8.bias (default init, untouched by weights_init)", lastBias)
    try record.check("fixed_noise", random.normal([64, 64, 1, 1]))

    try record.check("base_seed", EpochOrder.drawBaseSeed(from: random))
    let order = EpochOrder(count: 50_000, drawingFrom: random)
    try record.check("batch0 indices", Array(order.indices.prefix(64)))
    try record.check("remaining indices of epoch 1", Array(order.indices.dropFirst(64)))
    try record.check("noise it0", random.normal([64, 64, 1, 1]))
    try record.check("noise it1", random.normal([64, 64, 1, 1]))
    for _ in 2..<782 { _ = random.normal([64, 64, 1, 1]) }
    EpochOrder.drawBaseSeed(from: random)
    try record.check(
      "epoch2 batch0 indices (after 782 noise draws, last one counted as 64x64)",
      Array(EpochOrder(count: 50_000, drawingFrom: random).indices.prefix(64)))
    #expect(record.unseen.isEmpty)
  }

  @Test func `ProGAN draws every tensor of the document`() throws {
    let record = Record(try Vectors.documents().progan_seed0)
    let random = TorchGenerator(seed: 0)
    let channels = [128, 128, 128, 128, 64, 32]

    func scaledConvolution(_ name: String, from inputs: Int, to outputs: Int, kernel: Int) throws {
      let shape = [outputs, inputs, kernel, kernel]
      _ = random.defaultWeight(shape)
      _ = random.defaultBias(outputs, weightShape: shape)
      try record.check(name, random.normal(shape))
    }

    try record.check("fixed_noise", random.normal([8, 128, 1, 1]))
    try record.check("gen.initial.0.weight", random.defaultWeight([128, 128, 4, 4]))
    try record.check("gen.initial.0.bias", random.defaultBias(128, weightShape: [128, 128, 4, 4]))
    for level in channels.indices {
      let (below, here) = (channels[max(level - 1, 0)], channels[level])
      try scaledConvolution("gen.prog_blocks.\(level).conv1", from: below, to: here, kernel: 3)
      try scaledConvolution("gen.prog_blocks.\(level).conv2", from: here, to: here, kernel: 3)
      try scaledConvolution("gen.rgb_layers.\(level)", from: here, to: 3, kernel: 1)
    }
    for level in channels.indices {
      let (below, here) = (channels[max(level - 1, 0)], channels[level])
      try scaledConvolution("critic.rgb_layers.\(level)", from: 3, to: here, kernel: 1)
      try scaledConvolution("critic.prog_blocks.\(level).conv1", from: here, to: below, kernel: 3)
      try scaledConvolution("critic.prog_blocks.\(level).conv2", from: below, to: below, kernel: 3)
    }
    try scaledConvolution("critic.conv", from: 129, to: 128, kernel: 4)
    try record.check("critic.linear.weight", random.defaultWeight([1, 128]))
    try record.check("critic.linear.bias", random.defaultBias(1, weightShape: [1, 128]))

    try record.check("base_seed", EpochOrder.drawBaseSeed(from: random))
    let order = EpochOrder(count: 50_000, drawingFrom: random)
    try record.check("batch0 indices (n=50000)", Array(order.indices.prefix(128)))
    try record.check("noise it0 (128x128)", random.normal([128, 128, 1, 1]))
    try record.check("beta it0 (128)", random.uniform([128, 1, 1, 1]))
    try record.check("noise it1", random.normal([128, 128, 1, 1]))
    try record.check("beta it1", random.uniform([128, 1, 1, 1]))
    #expect(record.unseen.isEmpty)
  }
}
