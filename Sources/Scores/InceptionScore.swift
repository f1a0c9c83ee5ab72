import Tensors

/// The Inception Score of a network's logits: exp of the mean Kullback–Leibler divergence between each picture's class
/// probabilities p and their mean p̄ over a part of the pictures, averaged over the parts.
///
/// As the GAN document computes it:
///
///     KL = Σ_c p_c·(log(p_c + ε) − log(p̄_c + ε)),  ε = 10⁻¹⁰
///     score = mean of exp(mean KL) over the parts, deviation = their population standard deviation
///
/// It is 1 where all predictions are equal, and C, the number of classes, where each is sure of one class and all
/// classes are equally frequent. Parts are those of `ArraySplit`, so the order of the pictures counts.
///
/// Pictures pass through, batch by batch: since Σ_pictures p_c·log(p̄_c + ε) is n·p̄_c·log(p̄_c + ε), a part needs only
/// the sums of p_c and of Σ_c p_c·log(p_c + ε). The sums run over the pictures in their order, so neither batches nor
/// threads show in the bits.
///
/// Source: Salimans et al. 2016, "Improved Techniques for Training GANs", section 4; ε and the parts are the
/// document's.
package struct InceptionScore: Sendable {
  package struct Result: Sendable, Equatable {
    /// The mean over the parts.
    package let score: Double
    /// The population standard deviation over the parts.
    package let deviation: Double
    /// exp(mean KL) of each part.
    package let partScores: [Double]
  }

  /// The document's ε.
  package static let documentEpsilon = 1e-10

  package let parts: ArraySplit
  /// Precision of the softmax; everything behind it is float64.
  package let precision: DType
  package let epsilon: Double
  /// Pictures so far.
  package private(set) var count = 0
  /// The number of classes, known from the first batch on.
  package private(set) var classes: Int?

  /// Σ p of each part, [parts · classes].
  private var sums: [Double] = []
  /// Σ p·log(p + ε) of each part.
  private var negativeEntropies: [Double]

  /// A score of so many pictures that are still to come.
  ///
  /// The document takes the softmax in float32. With an ε of 0, and 0·log 0 = 0, this is the paper's definition and
  /// torch-fidelity's.
  ///
  /// - Throws: `ScoreError` where there are fewer pictures than splits, or no split.
  package init(
    pictures: Int, splits: Int = 10, precision: DType = .float32, epsilon: Double = InceptionScore.documentEpsilon
  ) throws {
    precondition(epsilon >= 0, "ε = \(epsilon) would make logarithms of negative numbers")
    guard splits >= 1 else { throw ScoreError.badOption(name: "splits", expected: "at least 1", found: splits) }
    guard pictures >= splits else {
      let purpose = splits == 1 ? "1 split" : "\(splits) splits"
      throw ScoreError.tooFewPictures(needed: splits, for: purpose, found: pictures)
    }
    parts = ArraySplit(count: pictures, parts: splits)
    self.precision = precision
    self.epsilon = epsilon
    negativeEntropies = Array(repeating: 0, count: splits)
  }

  /// Takes the logits of the next pictures, [n, classes].
  ///
  /// - Throws: `ScoreError` where their shape is another, one is not finite, or there are more than were announced;
  ///   then nothing was taken.
  package mutating func append(_ logits: Tensor) throws {
    // First narrowed: what is finite in float64 need not be in float32.
    let logits = logits.converted(to: precision)
    try NetworkOutputs.check(logits, "logit", width: classes, first: count)
    let (pictures, width) = (logits.shape[0], logits.shape[1])
    guard pictures <= parts.count - count else {
      throw ScoreError.tooManyPictures(announced: parts.count, found: count + pictures)
    }
    if classes == nil {
      classes = width
      sums = Array(repeating: 0, count: parts.parts * width)
    }
    let probabilities = Softmax.probabilities(of: logits)
    let entropies = probabilities.withUnsafeBufferPointer { probabilities in
      [Double](unsafeUninitializedCapacity: pictures) { out, initialized in
        let out = UnsafeMutableBufferPointer(rebasing: out[..<pictures])
        Parallel.forEach(pictures, costPerIndex: 8 * width) { picture in
          let row = UnsafeBufferPointer(rebasing: probabilities[(picture * width)..<((picture + 1) * width)])
          out[picture] = Self.sumOfLogarithms(row, epsilon: epsilon)
        }
        initialized = pictures
      }
    }
    for picture in 0..<pictures {
      let part = parts.part(of: count + picture)
      negativeEntropies[part] += entropies[picture]
      for c in 0..<width { sums[part * width + c] += probabilities[picture * width + c] }
    }
    count += pictures
  }

  /// The score of all pictures.
  ///
  /// - Throws: `ScoreError` where some are still missing.
  package func result() throws -> Result {
    guard count == parts.count, let classes else {
      throw ScoreError.missingPictures(announced: parts.count, found: count)
    }
    let divergences = (0..<parts.parts).map { part in
      let pictures = Double(parts[part].count)
      let marginal = sums[(part * classes)..<((part + 1) * classes)].map { $0 / pictures }
      return negativeEntropies[part] / pictures
        - marginal.withUnsafeBufferPointer { Self.sumOfLogarithms($0, epsilon: epsilon) }
    }
    let scores = Primitive.unary(.exponential, Tensor(divergences, shape: [parts.parts])).values
    return Result(score: scores.mean, deviation: scores.populationDeviation, partScores: scores)
  }

  /// Σ_c p_c·log(p_c + ε), where 0·log 0 = 0.
  private static func sumOfLogarithms(_ p: UnsafeBufferPointer<Double>, epsilon: Double) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: p.count) { logarithms in
      for c in 0..<p.count {
        let shifted = p[c] + epsilon
        logarithms[c] = shifted == 0 ? 1 : shifted
      }
      logarithms.apply(.logarithm)
      return p.dotProduct(UnsafeBufferPointer(logarithms))
    }
  }
}
