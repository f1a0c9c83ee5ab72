import COpenBLAS
import Scores
import Tensors
import Testing

@Suite struct FrechetDistanceTests {
  private func moments(_ features: Tensor, batch: Int = 64) throws -> FeatureMoments {
    var statistics = FeatureStatistics()
    for start in stride(from: 0, to: features.shape[0], by: batch) {
      try statistics.append(rows(start..<min(features.shape[0], start + batch), of: features))
    }
    return try statistics.moments()
  }

  // Against the singular values of the centered data, which the distance never sees: 100 pictures with 2,048 features
  // among them.
  @Test func `distances are those of the data themselves`() throws {
    for sample in try ScoreSamples.load().frechetDistances {
      let sets = sample.sets
      let distance = try FrechetDistance(moments(sets.0), moments(sets.1))
      let scale = sample.firstVariance + sample.secondVariance
      #expect(
        abs(distance.value - sample.distance) <= (sample.same ? 1e-10 * scale : 1e-10 * sample.distance),
        "\(sample.label): \(distance.value), \(sample.distance)")
      #expect(abs(distance.meanTerm - sample.meanTerm) <= 1e-10 * sample.distance, "\(sample.label)")
      #expect(relativeDifference(distance.firstVariance, sample.firstVariance) <= 1e-10, "\(sample.label)")
      #expect(relativeDifference(distance.secondVariance, sample.secondVariance) <= 1e-10, "\(sample.label)")
      #expect(relativeDifference(distance.commonVariance, sample.commonVariance) <= 1e-10, "\(sample.label)")
    }
  }

  @Test(arguments: [(2, 1), (5, 3), (40, 64), (100, 2048), (3000, 32)])
  func `a set is at distance zero from itself`(_ pictures: Int, _ width: Int) throws {
    let moments = try moments(features(pictures, width, seed: 9, stretch: 1.5))
    #expect(abs(try FrechetDistance(moments, moments).value) <= 1e-10)
  }

  @Test func `two lines are as far apart as the formula says`() throws {
    // One feature: (μ₁ − μ₂)² + (σ₁ − σ₂)².
    let first = try moments(Tensor([1, 2, 3, 6], shape: [4, 1]))
    let second = try moments(Tensor([-1, 0, 4], shape: [3, 1]))
    let deviations = ((14.0 / 3).squareRoot(), (7.0).squareRoot())
    let expected = 4 + (deviations.0 - deviations.1) * (deviations.0 - deviations.1)
    #expect(abs(try FrechetDistance(first, second).value - expected) < 1e-13)
  }

  @Test func `the order of the sets does not matter`() throws {
    let sample = try ScoreSamples.load().frechetDistances[0]
    let (a, b) = try (moments(sample.sets.0), moments(sample.sets.1))
    #expect(relativeDifference(try FrechetDistance(a, b).value, try FrechetDistance(b, a).value) < 1e-13)
  }

  @Test func `threads do not show in the bits`() throws {
    let isShared = try ScoreSamples.load().frechetDistances.map { sample in
      let sets = sample.sets
      let (one, two, isShared) = try onOneAndTwoThreads { try FrechetDistance(moments(sets.0), moments(sets.1)) }
      #expect(one == two, "\(sample.label)")
      return isShared
    }
    #expect(isShared.contains(true))
  }

  // More threads would share out LAPACK's products differently, and change their bits.
  @Test func `LAPACK computes on one thread`() throws {
    let moments = try moments(features(9, 4, seed: 1))
    _ = try FrechetDistance(moments, moments)
    #expect(openblas_get_num_threads() == 1)
  }

  @Test func `constant features have no variance and no trouble`() throws {
    let constant = try moments(Tensor(repeating: 3, shape: [5, 4], dtype: .float32))
    let other = try moments(features(30, 4, seed: 1))
    #expect(try FrechetDistance(constant, constant).value == 0)
    let distance = try FrechetDistance(constant, other)
    #expect(distance.commonVariance == 0 && distance.value == distance.meanTerm + other.totalVariance)
  }

  // MARK: - What is refused

  @Test func `unequal numbers of features are refused`() throws {
    let (a, b) = (try moments(features(9, 4, seed: 1)), try moments(features(9, 5, seed: 1)))
    #expect(throws: ScoreError.differentFeatures(first: 4, second: 5)) { try FrechetDistance(a, b) }
  }

  @Test func `a covariance that is none is refused`() throws {
    let good = FeatureMoments(count: 2, mean: [0, 0], covariance: Tensor([1, 0, 0, 1], shape: [2, 2]))
    let indefinite = FeatureMoments(count: 2, mean: [0, 0], covariance: Tensor([1, 2, 2, 1], shape: [2, 2]))
    let negative = FeatureMoments(count: 2, mean: [0, 0], covariance: Tensor([-1, 0, 0, 1], shape: [2, 2]))
    let infinite = FeatureMoments(count: 2, mean: [0, 0], covariance: Tensor([1, .infinity, 0, 1], shape: [2, 2]))
    for bad in [indefinite, negative] {
      #expect(throws: LinearAlgebraError.self) { try FrechetDistance(good, bad) }
      #expect(throws: LinearAlgebraError.self) { try FrechetDistance(bad, good) }
    }
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 1, value: .infinity)) {
      try FrechetDistance(good, infinite)
    }
  }

  @Test func `features whose squares overflow are refused`() throws {
    let huge = try moments(Tensor([1e200, -1e200, 0, 1], shape: [4, 1]))
    #expect(throws: LinearAlgebraError.self) { try FrechetDistance(huge, huge) }
  }
}

@Suite struct FeatureStatisticsTests {
  private func moments(_ features: Tensor, batch: Int) throws -> FeatureMoments {
    var statistics = FeatureStatistics()
    for start in stride(from: 0, to: features.shape[0], by: batch) {
      try statistics.append(rows(start..<min(features.shape[0], start + batch), of: features))
    }
    return try statistics.moments()
  }

  @Test func `moments are NumPy's`() throws {
    let samples = try ScoreSamples.load().frechetDistances.filter { $0.mean != nil }
    #expect(samples.count == 2)
    for sample in samples {
      let moments = try moments(sample.sets.0, batch: 2)
      for (ours, theirs) in zip(moments.mean, sample.mean ?? []) { #expect(relativeDifference(ours, theirs) < 1e-14) }
      for (ours, theirs) in zip(moments.covariance.values, sample.covariance ?? []) {
        #expect(abs(ours - theirs) < 1e-15)
      }
    }
  }

  @Test(arguments: [1, 100, 511, 512, 513, 1600]) func `batches do not show in the bits`(_ batch: Int) throws {
    let features = features(1600, 6, seed: 4)
    let (whole, parts) = (try moments(features, batch: 1600), try moments(features, batch: batch))
    #expect(whole.mean == parts.mean && whole.covariance.values == parts.covariance.values)
  }

  @Test func `a mean far from zero costs no digits`() throws {
    // 2³⁰ away, features still have 22 bits behind the point: shifting is exact, so the covariance must not notice.
    let near = Tensor(unit(6000, seed: 2).map { ($0 * 0x1p20).rounded() * 0x1p-20 }, shape: [1500, 4])
    let far = Tensor(near.values.map { $0 + 0x1p30 }, shape: [1500, 4])
    let (a, b) = (try moments(near, batch: 64), try moments(far, batch: 64))
    for (x, y) in zip(a.covariance.values, b.covariance.values) { #expect(abs(x - y) < 1e-13) }
  }

  @Test func `one row that is far off does not spoil the rest`() throws {
    var values = unit(4000, seed: 8)
    values[0] = 0x1p26
    let moments = try moments(Tensor(values, shape: [2000, 2]), batch: 100)
    let column = stride(from: 1, to: 4000, by: 2).map { values[$0] }
    let mean = column.reduce(0, +) / 2000
    let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1999
    #expect(relativeDifference(moments.covariance.values[3], variance) < 1e-12)
  }

  @Test func `moments can be taken in between`() throws {
    let features = features(700, 3, seed: 5)
    var statistics = FeatureStatistics()
    try statistics.append(rows(0..<300, of: features))
    _ = try statistics.moments()
    try statistics.append(rows(300..<700, of: features))
    let (a, b) = (try statistics.moments(), try moments(features, batch: 700))
    #expect(a.mean == b.mean && a.covariance.values == b.covariance.values)
  }

  @Test func `fewer than two pictures are refused`() throws {
    var statistics = FeatureStatistics()
    #expect(throws: ScoreError.tooFewPictures(needed: 2, for: "a covariance", found: 0)) { try statistics.moments() }
    try statistics.append(.ones([1, 4], dtype: .float32))
    #expect(throws: ScoreError.tooFewPictures(needed: 2, for: "a covariance", found: 1)) { try statistics.moments() }
  }

  @Test func `bad features are named and not taken`() throws {
    var statistics = FeatureStatistics()
    try statistics.append(.ones([600, 2], dtype: .float32))
    #expect(throws: ScoreError.notFinite(what: "feature", picture: "picture 601", column: 0, value: .nan)) {
      try statistics.append(Tensor([1, 2, .nan, 4] as [Float], shape: [2, 2]))
    }
    #expect(throws: ScoreError.wrongShape(what: "feature", expected: "[pictures, 2]", found: [2, 3])) {
      try statistics.append(.ones([2, 3], dtype: .float32))
    }
    #expect(throws: ScoreError.self) { try FeatureStatisticsTests.appendTooWide() }
    #expect(statistics.count == 600)
    #expect(try statistics.moments().covariance.values == [0, 0, 0, 0])
  }

  /// More features than a covariance has room for.
  private static func appendTooWide() throws {
    var statistics = FeatureStatistics()
    try statistics.append(.zeros([1, 20_000], dtype: .float32))
  }
}
