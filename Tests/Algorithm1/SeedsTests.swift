import Algorithm1
import Literate
import Tensors
import Testing

@Suite struct SeedsTests {
  @Test func `an interval of ten numbers is Student's`() {
    let interval = Interval((1...10).map(Double.init))
    #expect(interval.mean == 5.5)
    // s = 3.02765, t₉ = 2.262157.
    #expect(abs(interval.half - 2.165852) < 1e-5)
    #expect(interval.text(decimals: 1) == "5.5 ± 2.2")
  }

  @Test(arguments: [1, 2, 3]) func `runs side by side give the bits of runs alone`(_ threads: Int) throws {
    func weights(_ seed: UInt64) throws -> [Double] {
      let training = Training(Rules(data: .ring), seed: seed, dtype: .float32)
      for _ in 0..<3 { try training.iterate() }
      return training.generator.parameters.values.flatMap(\.values)
    }
    let alone = try (0..<Interval.seeds).map { try weights(UInt64($0)) }
    try ThreadPool.withThreads(threads, .dealt) { pool throws in
      #expect(try Parallel.map(Interval.seeds) { try weights(UInt64($0)) } == alone)
      #expect(pool.threadsThatComputed == (threads == 1 ? 0 : threads))
    }
  }

  @Test func `steps of G come after those of D`() throws {
    var rules = Rules(data: .ring)
    (rules.k, rules.stepsOfG) = (2, 3)
    let training = Training(rules, seed: 0, dtype: .float64)
    try training.iterate()
    #expect(training.history.count == 1)
    let alone = Training(Rules(data: .ring), seed: 0, dtype: .float64)
    alone.improveDiscriminator()
    alone.improveDiscriminator()
    #expect(
      training.discriminator.parameters.values.map(\.values) == alone.discriminator.parameters.values.map(\.values))
  }

  @Test func `a mode counts from a quarter of its share on`() {
    let centers = DataSet.ringCenters.flatMap { [$0.x, $0.y] }
    #expect(Coverage(of: Tensor(centers, shape: [8, 2])).modes == 8)
    let onOne = (0..<100).flatMap { index -> [Double] in index < 97 ? [2, 0] : [0, 2] }
    #expect(Coverage(of: Tensor(onOne, shape: [100, 2])).modes == 1)
    #expect(Coverage(of: Tensor(onOne, shape: [100, 2])).highQuality == 1)
  }

  @Test func `a loss that is no number any more ends the run`() throws {
    for (rateD, rateG) in [(1e30, 2e-3), (2e-3, 1e30)] {
      var rules = Rules(data: .ring)
      (rules.rateD, rules.rateG) = (rateD, rateG)
      let training = Training(rules, seed: 0, dtype: .float32)
      let error = #expect(throws: NonFiniteLoss.self) { for _ in 0..<20 { try training.iterate() } }
      #expect(error.map { !$0.value.isFinite && $0.iteration == training.history.count } == true)
    }
  }
}
