import Tensors
import Testing
import TorchRandom

@Suite struct EdgeCaseTests {
  @Test func `draws of every size around the blocks are torch's and leave the stream where torch does`() throws {
    let cases = try Vectors.edgeCases().sizes
    #expect(Set(cases.map(\.count)).isSuperset(of: [0, 1, 15, 16, 17, 20, 31]))
    for expected in cases {
      let label: Comment = "seed \(expected.seed), \(expected.count) elements"
      let shape = [expected.count]
      func draw(_ body: (TorchGenerator) -> Tensor) -> (Tensor, UInt32) {
        let random = TorchGenerator(seed: expected.seed)
        return (body(random), random.uniform([1]).bits32[0])
      }

      var (drawn, after) = draw { $0.normal(shape) }
      #expect(drawn.bits32 == expected.randn && after == expected.randnAfter, label)
      (drawn, after) = draw { $0.normal(shape, mean: 0.3, std: 1.7) }
      #expect(drawn.bits32 == expected.normal && after == expected.normalAfter, label)
      (drawn, after) = draw { $0.uniform(shape) }
      #expect(drawn.bits32 == expected.rand && after == expected.randAfter, label)
      (drawn, after) = draw { $0.uniform(shape, from: -0.37, to: 1.3) }
      #expect(drawn.bits32 == expected.uniform && after == expected.uniformAfter, label)

      (drawn, after) = draw { $0.normalInNativeFloat64(shape) }
      #expect(drawn.bits64 == expected.randn64 && after == expected.randn64After, label)
      (drawn, after) = draw { $0.normalInNativeFloat64(shape, mean: 0.3, std: 1.7) }
      #expect(drawn.bits64 == expected.normal64 && after == expected.normal64After, label)
      (drawn, after) = draw { $0.uniformInNativeFloat64(shape, from: -0.37, to: 1.3) }
      #expect(drawn.bits64 == expected.uniform64 && after == expected.uniform64After, label)

      let random = TorchGenerator(seed: expected.seed)
      #expect(random.permutation(expected.count) == expected.permutation, label)
      #expect(random.uniform([1]).bits32 == [expected.permutationAfter], label)
    }
  }

  @Test func `cached normal outlives other draws as in torch`() throws {
    let expected = try Vectors.edgeCases().mixed
    let random = TorchGenerator(seed: 11)
    func wide(_ tensor: Tensor) -> [UInt64] { tensor.bits32.map(UInt64.init) }
    #expect(wide(random.normal([1])) == expected[0])
    #expect(wide(random.uniform([3])) == expected[1])
    #expect(wide(random.normal([20])) == expected[2])
    #expect(random.integers(5, in: 0..<9).map { UInt64($0) } == expected[3])
    #expect(random.normalInNativeFloat64([2]).bits64 == expected[4])
    #expect(wide(random.normal([3])) == expected[5])
    #expect(random.uniformInNativeFloat64([1]).bits64 == expected[6])
    #expect(wide(random.normal([1])) == expected[7])
    #expect(wide(random.normal([1])) == expected[8])
  }

  @Test func `uniform that rounds to the upper bound becomes the lower`() throws {
    let drawn = TorchGenerator(seed: 0).uniform([64], from: 1, to: 1 + 0x1p-23)
    #expect(drawn.bits32 == (try Vectors.edgeCases().upperBound))
    #expect(drawn.values.allSatisfy { $0 == 1 })
  }

  @Test func `integers of narrow and wide ranges are torch's`() throws {
    for expected in try Vectors.edgeCases().integers {
      let random = TorchGenerator(seed: 7)
      #expect(random.integers(6, in: expected.low..<expected.high) == expected.values)
      #expect(random.uniform([1]).bits32 == [expected.after])
    }
  }

  @Test(arguments: [0, 1]) func `permutation of nothing to shuffle draws nothing`(count: Int) {
    let random = TorchGenerator(seed: 9)
    let before = random.state
    #expect(random.permutation(count) == Array(0..<count))
    #expect(random.state == before)
  }

  @Test func `inside out permutation is a permutation with one wide draw an element`() {
    let random = TorchGenerator(seed: 9)
    var reference = MersenneTwister(seed: 9)
    let order = random.insideOutPermutation(100)
    for _ in 0..<100 { _ = reference.nextUInt64() }
    #expect(order.sorted() == Array(0..<100))
    #expect(order != Array(0..<100))
    #expect(random.state.words == reference.words)
    #expect(random.state.position == reference.position)
  }

  @Test func `float64 draws are the float32 draws widened`() {
    let narrow = TorchGenerator(seed: 4)
    let wide = TorchGenerator(seed: 4)
    #expect(
      narrow.normal([33], mean: 0.1, std: 2).values == wide.normal([33], mean: 0.1, std: 2, dtype: .float64).values)
    #expect(narrow.normal([3]).values == wide.normal([3], dtype: .float64).values)
    #expect(
      narrow.uniform([5], from: -0.1, to: 0.7).values == wide.uniform([5], from: -0.1, to: 0.7, dtype: .float64).values)
    #expect(narrow.xavierNormal([4, 4]).values == wide.xavierNormal([4, 4], dtype: .float64).values)
    #expect(narrow.defaultWeight([4, 4]).values == wide.defaultWeight([4, 4], dtype: .float64).values)
    #expect(wide.normal([2], dtype: .float64).dtype == .float64)
  }
}
