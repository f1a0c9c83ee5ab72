import Scores
import Tensors
import Testing

@Suite struct KernelDistanceTests {
  @Test func `distances are NumPy's on the same subsets`() throws {
    for sample in try ScoreSamples.load().kernelDistances {
      let (x, y) = sample.sets
      let distance = try KernelDistance(
        x, y, subsets: sample.subsets, subsetSize: sample.subsetSize, seed: sample.seed)
      #expect(distance.estimates.count == sample.estimates.count)
      for (ours, theirs) in zip(distance.estimates, sample.estimates) {
        #expect(relativeDifference(ours, theirs) <= 1e-10, "\(ours), \(theirs)")
      }
      #expect(relativeDifference(distance.value, sample.value) <= 1e-10)
      // Where a subset is the whole set, all estimates are one and their deviation is rounding.
      #expect(abs(distance.deviation - sample.deviation) <= 1e-10 * max(abs(sample.value), sample.deviation))
    }
  }

  @Test func `small case is the sums of the definition`() throws {
    let (x, y) = ([[1.0, 2], [0, -1], [3, 1]], [[2.0, 2], [1, 0], [-1, 1]])
    func kernel(_ a: [Double], _ b: [Double]) -> Double {
      let base = (a[0] * b[0] + a[1] * b[1]) / 2 + 1
      return base * base * base
    }
    var expected = 0.0
    for i in 0..<3 {
      for j in 0..<3 {
        if i != j { expected += (kernel(x[i], x[j]) + kernel(y[i], y[j])) / 6 }
        expected -= 2 * kernel(x[i], y[j]) / 9
      }
    }
    let distance = try KernelDistance(
      Tensor(x.flatMap { $0 }, shape: [3, 2]), Tensor(y.flatMap { $0 }, shape: [3, 2]), subsets: 1)
    #expect(abs(distance.value - expected) < 1e-12 && distance.subsetSize == 3)
  }

  @Test func `estimates of one distribution are around zero on both sides`() throws {
    let (x, y) = (features(400, 8, seed: 21), features(400, 8, seed: 22))
    let distance = try KernelDistance(x, y, subsets: 60, subsetSize: 40)
    #expect(distance.estimates.contains { $0 < 0 } && distance.estimates.contains { $0 > 0 })
    let shifted = Tensor(y.values.map { $0 + 0.5 }, shape: y.shape)
    let other = try KernelDistance(x, shifted, subsets: 60, subsetSize: 40)
    #expect(abs(distance.value) < 0.1 * other.value)
  }

  @Test func `a seed gives the same bits on one thread and two and another seed others`() throws {
    let (x, y) = (features(400, 7, seed: 1), features(390, 7, seed: 2))
    func distance(_ seed: UInt64) throws -> KernelDistance {
      try KernelDistance(x, y, subsets: 5, subsetSize: 300, seed: seed)
    }
    let (one, two, isShared) = try onOneAndTwoThreads { try distance(4) }
    #expect(one == two && isShared)
    #expect(try distance(5).estimates != one.estimates)
  }

  @Test func `subsets have a thousand pictures or as many as there are`() throws {
    let (x, y) = (features(1200, 2, seed: 1), features(1100, 2, seed: 2))
    #expect(try KernelDistance(x, y, subsets: 1).subsetSize == 1000)
    #expect(try KernelDistance(rows(0..<30, of: x), y, subsets: 1).subsetSize == 30)
    #expect(try KernelDistance(rows(0..<5, of: x), rows(0..<4, of: y)).estimates.count == 100)
  }

  @Test func `bad input is refused`() throws {
    let (x, y) = (features(9, 3, seed: 1), features(8, 3, seed: 2))
    #expect(throws: ScoreError.differentFeatures(first: 3, second: 4)) {
      try KernelDistance(x, features(8, 4, seed: 2))
    }
    #expect(throws: ScoreError.badOption(name: "subsets", expected: "at least 1", found: 0)) {
      try KernelDistance(x, y, subsets: 0)
    }
    #expect(throws: ScoreError.badOption(name: "subset size", expected: "at least 2", found: 1)) {
      try KernelDistance(x, y, subsetSize: 1)
    }
    #expect(throws: ScoreError.tooFewPictures(needed: 9, for: "a subset of 9", found: 8)) {
      try KernelDistance(x, y, subsetSize: 9)
    }
    #expect(throws: ScoreError.tooFewPictures(needed: 2, for: "a kernel distance", found: 1)) {
      try KernelDistance(x, rows(0..<1, of: y))
    }
    #expect(throws: ScoreError.notFinite(what: "feature", picture: "picture 1", column: 1, value: .infinity)) {
      try KernelDistance(Tensor([1, 2, 3, .infinity], shape: [2, 2]), Tensor([1, 2, 3, 4], shape: [2, 2]))
    }
  }
}
