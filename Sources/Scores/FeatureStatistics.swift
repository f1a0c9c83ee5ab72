import Tensors

/// Mean and covariance of features that pass through batch by batch; what is kept is d², however many there are.
///
/// Rows are gathered into blocks of 512. A block is centered on its own mean before anything is multiplied, so that no
/// digits are lost to a mean that is far from 0, and joins the earlier ones by the formulas of Chan, Golub and LeVeque
/// (1979):
///
///     n = n₁ + n₂,  δ = μ₂ − μ₁
///     μ = μ₁ + δ·n₂/n
///     M = M₁ + M₂ + δδᵀ·n₁·n₂/n
///
/// Means are kept as sums of two numbers, the second what the first had to round off: δ would otherwise be wrong by the
/// rounding of means that are far from 0. Blocks are counted from the first row on, whatever the batches, so neither
/// batches nor threads show in the bits.
package struct FeatureStatistics: Sendable {
  /// Rows of a block.
  package static let blockRows = 512

  /// Rows so far.
  package private(set) var count = 0
  /// The number of features, known from the first batch on.
  package private(set) var features: Int?

  private var joined = 0
  private var mean: [Double] = []
  /// What `mean` rounds off.
  private var meanRest: [Double] = []
  /// M = Σ (x − μ)(x − μ)ᵀ of the joined rows, [d · d].
  private var scatter: [Double] = []
  /// Rows that do not fill a block yet.
  private var waiting: [Double] = []

  package init() {}

  /// Takes the features of the next pictures, [n, d].
  ///
  /// - Throws: `ScoreError` where their shape is another or one is not finite; then nothing was taken.
  package mutating func append(_ rows: Tensor) throws {
    try NetworkOutputs.check(rows, "feature", width: features, first: count)
    let width = rows.shape[1]
    if features == nil {
      features = width
      mean = Array(repeating: 0, count: width)
      meanRest = mean
      scatter = Array(repeating: 0, count: width * width)
      waiting.reserveCapacity(Self.blockRows * width)
    }
    count += rows.shape[0]
    let values = rows.values
    var start = 0
    while start < values.count {
      let end = min(values.count, start + Self.blockRows * width - waiting.count)
      waiting += values[start..<end]
      start = end
      if waiting.count == Self.blockRows * width { joinWaiting() }
    }
  }

  /// The moments of all rows so far; more may follow.
  ///
  /// - Throws: `ScoreError` where there are fewer than two.
  package func moments() throws -> FeatureMoments {
    guard let features, count >= 2 else {
      throw ScoreError.tooFewPictures(needed: 2, for: "a covariance", found: count)
    }
    var all = self
    all.joinWaiting()
    let scale = Double(count - 1)
    let covariance = Tensor(all.scatter.map { $0 / scale }, shape: [features, features])
    return FeatureMoments(count: count, mean: all.mean, covariance: covariance)
  }

  private mutating func joinWaiting() {
    let width = mean.count
    let rows = width == 0 ? 0 : waiting.count / width
    guard rows > 0 else { return }
    let blockMean = Self.columnMeans(waiting, rows: rows, width: width)
    for row in 0..<rows {
      for column in 0..<width { waiting[row * width + column] -= blockMean[column] }
    }
    let blockRest = Self.columnMeans(waiting, rows: rows, width: width)
    let centered = Tensor(shape: [rows, width], of: Double.self) { out in
      for row in 0..<rows {
        for column in 0..<width { out[row * width + column] = waiting[row * width + column] - blockRest[column] }
      }
    }
    // Our own kernels, whatever the chapters multiply with: the same bits on every processor.
    let product = OwnBackend().matrixProduct(centered, transposingA: true, centered, transposingB: false)
    let total = Double(joined + rows)
    let weight = Double(joined) * Double(rows) / total
    let difference = (0..<width).map { (blockMean[$0] - mean[$0]) + (blockRest[$0] - meanRest[$0]) }
    product.withElements(of: Double.self) { product in
      scatter.withUnsafeMutableBufferPointer { scatter in
        let scatter = UnsafeMutableBufferPointer(rebasing: scatter[...])
        Parallel.forEach(width, costPerIndex: width) { row in
          for column in 0..<width {
            let index = row * width + column
            scatter[index] += product[index] + difference[row] * difference[column] * weight
          }
        }
      }
    }
    joined += rows
    waiting.removeAll(keepingCapacity: true)
    if joined == rows {
      (mean, meanRest) = (blockMean, blockRest)
      return
    }
    for column in 0..<width {
      let step = meanRest[column] + difference[column] * Double(rows) / total
      let sum = mean[column] + step
      // What the sum rounds off, exactly (Knuth's two-sum).
      let taken = sum - mean[column]
      meanRest[column] = (mean[column] - (sum - taken)) + (step - taken)
      mean[column] = sum
    }
  }

  private static func columnMeans(_ values: [Double], rows: Int, width: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: width)
    for row in 0..<rows {
      for column in 0..<width { sums[column] += values[row * width + column] }
    }
    return sums.map { $0 / Double(rows) }
  }
}
