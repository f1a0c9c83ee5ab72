import Foundation
import Testing
import TorchRandom

@Suite struct GeneratorStateTests {
  @Test func `seeds that share their low 32 bits are one stream`() {
    let low = TorchGenerator(seed: 5)
    let high = TorchGenerator(seed: 1 << 32 + 5)
    #expect(low.normal([100]).values == high.normal([100]).values)
    #expect(high.initialSeed == 1 << 32 + 5)
    #expect(TorchGenerator(seed: 6).normal([100]).values != TorchGenerator(seed: 5).normal([100]).values)
  }

  @Test func `same seed gives same draws`() {
    func draws() -> [Double] {
      let random = TorchGenerator(seed: 77)
      return random.normal([17]).values + random.uniform([3]).values + random.permutation(9).map(Double.init)
    }
    #expect(draws() == draws())
  }

  @Test func `engine is MT19937`() {
    // The 10,000th output of std::mt19937 with its default seed, as the C++ standard states it.
    var engine = MersenneTwister(seed: 5489)
    for _ in 1..<10_000 { _ = engine.nextUInt32() }
    #expect(engine.nextUInt32() == 4_123_659_995)
  }

  /// Positions on both sides of the engine's refill, with the cache empty (even) and full (odd).
  @Test(arguments: [0, 1, 2, 7, 155, 156, 157, 623, 1001])
  func `restored state continues with the same bits`(serialDraws: Int) throws {
    let random = TorchGenerator(seed: 3)
    for _ in 0..<serialDraws { _ = random.normal([1]) }
    let saved = random.state
    #expect((saved.cachedNormal != nil) == (serialDraws % 2 == 1))
    func continuation(_ random: TorchGenerator) -> [Double] {
      random.normal([3]).values + random.normal([41]).values + random.uniform([700]).values
        + random.permutation(20).map(Double.init)
    }
    let expected = continuation(random)

    let throughJSON = try JSONDecoder().decode(GeneratorState.self, from: JSONEncoder().encode(saved))
    #expect(throughJSON == saved)
    #expect(continuation(try TorchGenerator(state: throughJSON)) == expected)
    try random.restore(saved)
    #expect(continuation(random) == expected)
    let other = TorchGenerator(seed: 99)
    _ = other.normal([1])
    try other.restore(saved)
    #expect(other.initialSeed == 3)
    #expect(continuation(other) == expected)
  }

  @Test func `damaged states are refused by name`() {
    let good = TorchGenerator(seed: 1).state
    var bad = good
    bad.words.removeLast()
    #expect(throws: GeneratorStateError.wordCount(found: 623)) { try TorchGenerator(state: bad) }
    bad = good
    bad.words = []
    #expect(throws: GeneratorStateError.wordCount(found: 0)) { try TorchGenerator(state: bad) }
    bad = good
    bad.position = 625
    #expect(throws: GeneratorStateError.position(found: 625)) { try TorchGenerator(state: bad) }
    bad.position = -1
    #expect(throws: GeneratorStateError.position(found: -1)) { try TorchGenerator(state: bad) }
    bad = good
    bad.words = [0x7fff_ffff] + Array(repeating: 0, count: 623)
    #expect(throws: GeneratorStateError.allZero) { try TorchGenerator(state: bad) }
    bad = good
    bad.cachedNormal = .infinity
    #expect(throws: GeneratorStateError.cachedNormal(found: .infinity)) { try TorchGenerator(state: bad) }
  }

  @Test func `refused state leaves the generator as it was`() {
    let random = TorchGenerator(seed: 1)
    let before = random.state
    var bad = before
    bad.position = 900
    #expect(throws: GeneratorStateError.self) { try random.restore(bad) }
    #expect(random.state == before)
  }
}
