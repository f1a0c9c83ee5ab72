import Scores
import Tensors
import Testing

@Suite struct InceptionScoreTests {
  private func score(
    _ logits: Tensor, splits: Int, precision: DType = .float64, epsilon: Double = InceptionScore.documentEpsilon,
    batch: Int = .max
  ) throws -> InceptionScore.Result {
    let pictures = logits.shape[0]
    var score = try InceptionScore(pictures: pictures, splits: splits, precision: precision, epsilon: epsilon)
    for start in stride(from: 0, to: pictures, by: min(batch, pictures)) {
      try score.append(rows(start..<min(pictures, start + min(batch, pictures)), of: logits))
    }
    return try score.result()
  }

  private func expect(
    _ result: InceptionScore.Result, is sample: ScoreSamples.Inception.Values, within tolerance: Double, _ label: String
  ) {
    #expect(relativeDifference(result.score, sample.score) <= tolerance, "\(label): \(result.score), \(sample.score)")
    // A deviation of almost nothing is what rounding leaves of the scores.
    #expect(
      abs(result.deviation - sample.deviation) <= tolerance * max(sample.deviation, sample.score),
      "\(label): deviation \(result.deviation), \(sample.deviation)")
    #expect(result.partScores.count == sample.parts.count)
    for (ours, theirs) in zip(result.partScores, sample.parts) {
      #expect(relativeDifference(ours, theirs) <= tolerance, "\(label)")
    }
  }

  @Test func `scores are the document's code's in float64`() throws {
    for sample in try ScoreSamples.load().inceptionScores {
      expect(try score(sample.logits, splits: sample.splits), is: sample.float64, within: 1e-10, sample.label)
    }
  }

  // The document goes on in float32 behind the softmax, in sums of thousands of terms; only the softmax is rounded
  // here.
  @Test func `scores are the document's code's in float32`() throws {
    for sample in try ScoreSamples.load().inceptionScores {
      let result = try score(sample.logits, splits: sample.splits, precision: .float32)
      expect(result, is: sample.float32, within: 2e-6, sample.label)
    }
  }

  @Test func `without epsilon scores are the paper's`() throws {
    let samples = try ScoreSamples.load().inceptionScores.filter { $0.withoutEpsilon != nil }
    #expect(samples.count >= 5)
    for sample in samples {
      guard let expected = sample.withoutEpsilon else { continue }
      expect(
        try score(sample.logits, splits: sample.splits, epsilon: 0), is: expected, within: 1e-10, sample.label)
    }
  }

  @Test(arguments: [DType.float32, .float64], [1, 2, 10, 1000])
  func `equal predictions score one`(_ precision: DType, classes: Int) throws {
    let row = unit(classes, seed: 3).map { 8 * $0 }
    let logits = Tensor((0..<30).flatMap { _ in row }, shape: [30, classes])
    let result = try score(logits, splits: 3, precision: precision)
    #expect(abs(result.score - 1) < 1e-12 && result.deviation < 1e-12)
  }

  // ε costs the score at most C·(1 + log C)·10⁻¹⁰: 10⁻⁷·8 for 1,000 classes.
  @Test(arguments: [2, 10, 100, 1000]) func `sure and balanced predictions score the number of classes`(_ classes: Int)
    throws
  {
    var values = [Double](repeating: 0, count: 2 * classes * classes)
    for picture in 0..<(2 * classes) { values[picture * classes + picture % classes] = 1000 }
    let logits = Tensor(values, shape: [2 * classes, classes])
    for precision in DType.allCases {
      let result = try score(logits, splits: 2, precision: precision)
      #expect(relativeDifference(result.score, Double(classes)) < 1e-9 * Double(classes))
      #expect(relativeDifference(try score(logits, splits: 2, epsilon: 0).score, Double(classes)) < 1e-12)
    }
  }

  @Test func `sorting by class hides all variety from the parts`() throws {
    // 10 classes, sorted: each part sees one of them.
    var values = [Double](repeating: 0, count: 1000)
    for picture in 0..<100 { values[picture * 10 + picture / 10] = 100 }
    let sorted = Tensor(values, shape: [100, 10])
    #expect(abs(try score(sorted, splits: 10).score - 1) < 1e-8)
    #expect(abs(try score(sorted, splits: 1).score - 10) < 1e-7)
  }

  @Test(arguments: [1, 2, 7, 32, 64]) func `batches do not show in the bits`(_ batch: Int) throws {
    for sample in try ScoreSamples.load().inceptionScores where sample.pictures <= 103 {
      for precision in DType.allCases {
        let whole = try score(sample.logits, splits: sample.splits, precision: precision)
        #expect(
          try score(sample.logits, splits: sample.splits, precision: precision, batch: batch) == whole)
      }
    }
  }

  @Test func `threads do not show in the bits`() throws {
    let isShared = try ScoreSamples.load().inceptionScores.map { sample in
      let (one, two, isShared) = try onOneAndTwoThreads { try score(sample.logits, splits: sample.splits) }
      #expect(one == two)
      return isShared
    }
    #expect(isShared.contains(true))
  }

  @Test func `shifted logits score the same`() throws {
    let sample = try ScoreSamples.load().inceptionScores[0]
    let shifted = Tensor(sample.logits.values.map { $0 + 1024 }, shape: sample.logits.shape)
    let (a, b) = (try score(sample.logits, splits: 10), try score(shifted, splits: 10))
    #expect(relativeDifference(a.score, b.score) < 1e-11)
  }

  // MARK: - What is refused

  @Test func `fewer pictures than splits are refused`() {
    #expect(throws: ScoreError.tooFewPictures(needed: 10, for: "10 splits", found: 9)) {
      try InceptionScore(pictures: 9, splits: 10)
    }
    #expect(throws: ScoreError.tooFewPictures(needed: 1, for: "1 split", found: 0)) {
      try InceptionScore(pictures: 0, splits: 1)
    }
    for splits in [0, -1, Int.min] {
      #expect(throws: ScoreError.badOption(name: "splits", expected: "at least 1", found: splits)) {
        try InceptionScore(pictures: 10, splits: splits)
      }
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func `logits that are not finite are named`(_ bad: Double)
    throws
  {
    for precision in DType.allCases {
      var score = try InceptionScore(pictures: 6, splits: 2, precision: precision)
      try score.append(Tensor.zeros([2, 3], dtype: .float32))
      var values = [Double](repeating: 0, count: 9)
      values[5] = bad
      #expect(throws: ScoreError.notFinite(what: "logit", picture: "picture 3", column: 2, value: bad)) {
        try score.append(Tensor(values, shape: [3, 3]))
      }
      #expect(score.count == 2)
    }
  }

  @Test func `logits that float32 cannot hold are refused there`() throws {
    var score = try InceptionScore(pictures: 1, splits: 1, precision: .float32)
    #expect(throws: ScoreError.self) { try score.append(Tensor([1e300, 0], shape: [1, 2])) }
  }

  @Test func `other shapes are refused`() throws {
    var score = try InceptionScore(pictures: 4, splits: 2)
    #expect(throws: ScoreError.self) { try score.append(.zeros([4], dtype: .float32)) }
    #expect(throws: ScoreError.self) { try score.append(.zeros([4, 0], dtype: .float32)) }
    #expect(throws: ScoreError.self) { try score.append(.zeros([1, 2, 2], dtype: .float32)) }
    try score.append(.zeros([2, 5], dtype: .float32))
    #expect(throws: ScoreError.wrongShape(what: "logit", expected: "[pictures, 5]", found: [2, 6])) {
      try score.append(.zeros([2, 6], dtype: .float32))
    }
  }

  @Test func `more or fewer pictures than announced are refused`() throws {
    var score = try InceptionScore(pictures: 4, splits: 2)
    #expect(throws: ScoreError.missingPictures(announced: 4, found: 0)) { try score.result() }
    try score.append(.zeros([3, 5], dtype: .float32))
    #expect(throws: ScoreError.missingPictures(announced: 4, found: 3)) { try score.result() }
    #expect(throws: ScoreError.tooManyPictures(announced: 4, found: 5)) {
      try score.append(.zeros([2, 5], dtype: .float32))
    }
    try score.append(.zeros([0, 5], dtype: .float32))
    try score.append(.zeros([1, 5], dtype: .float32))
    #expect(try score.result().score == 1)
  }
}

@Suite struct ArraySplitTests {
  @Test func `parts are NumPy's array split`() {
    // numpy.array_split(numpy.arange(11), 4): [0 1 2] [3 4 5] [6 7 8] [9 10]
    let split = ArraySplit(count: 11, parts: 4)
    #expect((0..<4).map { split[$0] } == [0..<3, 3..<6, 6..<9, 9..<11])
    let document = ArraySplit(count: 40_150, parts: 10)
    #expect((0..<10).allSatisfy { document[$0].count == 4015 })
  }

  @Test func `every number is in the part that holds it`() {
    for count in 0..<40 {
      for parts in 1...12 {
        let split = ArraySplit(count: count, parts: parts)
        var next = 0
        for part in 0..<parts {
          #expect(split[part].lowerBound == next)
          for number in split[part] { #expect(split.part(of: number) == part) }
          next = split[part].upperBound
        }
        #expect(next == count)
      }
    }
  }
}
