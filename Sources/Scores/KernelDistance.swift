import Tensors
import TorchRandom

/// The kernel distance between two sets of features: the squared maximum mean discrepancy under k(x, y) = (x·y/d + 1)³.
/// Of Inception's features it is the KID.
///
/// The estimator is unbiased, so that its expectation does not depend on how many pictures there are (the Fréchet
/// distance's does), and may be negative where the sets are alike:
///
///     Σ_{i≠j} k(x_i, x_j)/(m(m − 1)) + Σ_{i≠j} k(y_i, y_j)/(m(m − 1)) − 2·Σ_{i,j} k(x_i, y_j)/m²
///
/// It is taken over random subsets of m pictures of each set. Each subset draws `permutation(N₁)` and then
/// `permutation(N₂)` from one generator, and has their first m numbers: `torch.randperm(n)[:m]`. (torch-fidelity draws
/// them from NumPy.) All in float64.
///
/// Source: Bińkowski et al. 2018, "Demystifying MMD GANs"; the defaults are torch-fidelity's.
package struct KernelDistance: Sendable, Equatable {
  package static let defaultSubsets = 100
  package static let defaultSubsetSize = 1000

  /// The mean over the subsets.
  package let value: Double
  /// The population standard deviation over the subsets.
  package let deviation: Double
  /// The estimate of each subset.
  package let estimates: [Double]
  package let subsetSize: Int
  package let seed: UInt64

  /// `first` and `second` are [N₁, d] and [N₂, d]; a subset has `subsetSize` pictures of each: where that is nil,
  /// 1,000, or as many as the smaller set has.
  ///
  /// - Throws: `ScoreError` where the sets have unequal numbers of features, a feature is not finite, a set has fewer
  ///   pictures than a subset, or a subset fewer than two.
  package init(
    _ first: Tensor, _ second: Tensor, subsets: Int = KernelDistance.defaultSubsets, subsetSize: Int? = nil,
    seed: UInt64 = 0
  ) throws {
    for features in [first, second] { try NetworkOutputs.check(features, "feature", width: nil, first: 0) }
    guard first.shape[1] == second.shape[1] else {
      throw ScoreError.differentFeatures(first: first.shape[1], second: second.shape[1])
    }
    let fewest = min(first.shape[0], second.shape[0])
    let size = try Self.check(fewest, subsets: subsets, subsetSize: subsetSize)
    let random = TorchGenerator(seed: seed)
    estimates = (0..<subsets).map { _ in
      let x = Self.rows(random.permutation(first.shape[0]).prefix(size), of: first)
      let y = Self.rows(random.permutation(second.shape[0]).prefix(size), of: second)
      return Self.estimate(x, y)
    }
    value = estimates.mean
    deviation = estimates.populationDeviation
    self.subsetSize = size
    self.seed = seed
  }

  /// The size of the subsets where the smaller set has `fewest` pictures. Throws as `init` does.
  @discardableResult
  static func check(_ fewest: Int, subsets: Int, subsetSize: Int?) throws -> Int {
    guard subsets >= 1 else { throw ScoreError.badOption(name: "subsets", expected: "at least 1", found: subsets) }
    guard fewest >= 2 else { throw ScoreError.tooFewPictures(needed: 2, for: "a kernel distance", found: fewest) }
    let size = subsetSize ?? min(defaultSubsetSize, fewest)
    guard size >= 2 else { throw ScoreError.badOption(name: "subset size", expected: "at least 2", found: size) }
    guard size <= fewest else {
      throw ScoreError.tooFewPictures(needed: size, for: "a subset of \(size)", found: fewest)
    }
    return size
  }

  /// The unbiased estimate from all rows of two [m, d] in float64.
  private static func estimate(_ x: Tensor, _ y: Tensor) -> Double {
    let m = Double(x.shape[0])
    let within = kernelSum(x, x, withDiagonal: false) + kernelSum(y, y, withDiagonal: false)
    return within / (m * (m - 1)) - 2 * kernelSum(x, y, withDiagonal: true) / (m * m)
  }

  /// Σ k(x_i, y_j), row by row.
  private static func kernelSum(_ x: Tensor, _ y: Tensor, withDiagonal: Bool) -> Double {
    let features = Double(x.shape[1])
    let columns = y.shape[0]
    let products = OwnBackend().matrixProduct(x, transposingA: false, y, transposingB: true)
    return products.withElements(of: Double.self) { products in
      let sums = [Double](unsafeUninitializedCapacity: x.shape[0]) { out, initialized in
        let out = UnsafeMutableBufferPointer(rebasing: out[..<x.shape[0]])
        Parallel.forEach(x.shape[0], costPerIndex: columns) { row in
          withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { kernel in
            for column in 0..<columns {
              let base = products[row * columns + column] / features + 1
              kernel[column] = base * base * base
            }
            if !withDiagonal { kernel[row] = 0 }
            out[row] = UnsafeBufferPointer(kernel).sum
          }
        }
        initialized = x.shape[0]
      }
      return sums.reduce(0, +)
    }
  }

  /// The numbered rows, widened.
  private static func rows(_ numbers: ArraySlice<Int>, of features: Tensor) -> Tensor {
    let width = features.shape[1]
    return Tensor(shape: [numbers.count, width], of: Double.self) { out in
      func copy<Scalar: TensorScalar>(_ elements: UnsafeBufferPointer<Scalar>) {
        for (row, number) in numbers.enumerated() {
          for column in 0..<width { out[row * width + column] = Double(elements[number * width + column]) }
        }
      }
      switch features.dtype {
      case .float32: features.withElements(of: Float.self) { copy($0) }
      case .float64: features.withElements(of: Double.self) { copy($0) }
      }
    }
  }
}
