import Tensors
import Testing
import TorchRandom

/// Every entry of the test vectors, for every seed of theirs.
@Suite struct StreamTests {
  static let seeds: [UInt64] = [0, 1, 5, 42, 4_294_967_301]

  private func stream(_ seed: UInt64) throws -> (Vectors.Stream, () -> TorchGenerator) {
    (try #require(try Vectors.streams()[String(seed)]), { TorchGenerator(seed: seed) })
  }

  @Test func `every seed and entry of the vectors is tested`() throws {
    let keys = try Vectors.keysOfStreams()
    #expect(Set(keys.keys) == Set(Self.seeds.map(String.init)))
    for entry in keys.values { #expect(entry == Set(Vectors.Stream.CodingKeys.allCases.map(\.rawValue))) }
  }

  @Test(arguments: seeds) func `uniforms are torch's`(seed: UInt64) throws {
    let (expected, fresh) = try stream(seed)
    #expect(fresh().uniform([8]).values == parsed(expected.rand_f32_8))
    #expect(fresh().uniformInNativeFloat64([4]).values == parsed(expected.rand_f64_4))
    #expect(fresh().uniform([8], from: -0.1, to: 0.1).values == parsed(expected.uniform_pm01_8))
    #expect(hashPrefix(fresh().uniform([1 << 20])) == expected.rand_220_sha)
  }

  @Test(arguments: seeds) func `normals are torch's`(seed: UInt64) throws {
    let (expected, fresh) = try stream(seed)
    #expect(fresh().normal([8]).values == parsed(expected.randn_f32_n8_serial))
    #expect(
      fresh().normal([16]).values == parsed(expected.randn_f32_n16_first8 + expected.randn_f32_n16_last8))
    #expect(fresh().normal([20]).values == parsed(expected.randn_f32_n20))
    #expect(fresh().normal([32], mean: 1, std: 0.02).first(8) == parsed(expected.normal_1_002_n32_first8))
    #expect(fresh().normalInNativeFloat64([4]).values == parsed(expected.randn_f64_n4_serial))
    #expect(fresh().normalInNativeFloat64([16]).first(4) == parsed(expected.randn_f64_n16_first4))
    #expect(hashPrefix(fresh().normal([1 << 20])) == expected.randn_220_sha)
  }

  @Test(arguments: seeds) func `integers are torch's`(seed: UInt64) throws {
    let (expected, fresh) = try stream(seed)
    #expect(fresh().integers(8, in: 0..<1000) == expected.randint_0_1000_8)
    let random = fresh()
    #expect((0..<4).map { _ in random.nextInt64() } == expected.random_int64_4)
    #expect(fresh().permutation(10) == expected.randperm_10)
    let order = fresh().permutation(50_000)
    #expect(Array(order.prefix(8)) == expected.randperm_50000_first8)
    #expect(hashPrefix(order) == expected.randperm_50000_sha)
  }

  @Test(arguments: seeds) func `initializers are torch's`(seed: UInt64) throws {
    let (expected, fresh) = try stream(seed)

    var random = fresh()
    let convolution = random.defaultWeight([1, 256, 4, 4])
    #expect(convolution.first(8) == parsed(expected.conv2d_256_1_4_w8))
    #expect(hashPrefix(convolution) == expected.conv2d_256_1_4_sha)
    #expect(
      random.defaultBias(1, weightShape: convolution.shape).values == parsed(expected.conv2d_256_1_4_bias))

    random = fresh()
    let transposed = random.defaultWeight([128, 24, 4, 4])
    #expect(transposed.first(8) == parsed(expected.convT_128_24_4_w8))
    #expect(
      random.defaultBias(24, weightShape: transposed.shape).first(4) == parsed(expected.convT_128_24_4_b4))

    random = fresh()
    let linear = random.defaultWeight([1, 128])
    #expect(linear.first(8) == parsed(expected.linear_128_1_w8))
    #expect(random.defaultBias(1, weightShape: linear.shape).values == parsed(expected.linear_128_1_b))

    let xavier = fresh().xavierNormal([64, 256, 4, 4])
    #expect(xavier.first(8) == parsed(expected.xavier_64_256_4_4_first8))
    #expect(hashPrefix(xavier) == expected.xavier_64_256_4_4_sha)
  }

  @Test(arguments: seeds) func `loader draws are torch's`(seed: UInt64) throws {
    let (expected, fresh) = try stream(seed)
    let random = fresh()
    #expect(EpochOrder.drawBaseSeed(from: random) == expected.loader50000_base_seed)
    let order = EpochOrder(count: 50_000, drawingFrom: random)
    #expect(Array(order.indices.prefix(8)) == expected.loader50000_first_batch_first8)
    #expect(random.uniform([4]).values == parsed(expected.loader50000_then_rand4))
    #expect(EpochOrder(count: 50_000, samplerSeed: order.samplerSeed) == order)
  }
}
