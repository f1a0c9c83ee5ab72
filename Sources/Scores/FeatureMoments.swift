import Tensors

/// Mean and covariance of a set of features: the normal distribution that a Fréchet distance takes it for.
package struct FeatureMoments: Sendable {
  /// Pictures they were taken over.
  package let count: Int
  /// μ, one for each feature.
  package let mean: [Double]
  /// Σ = Σ_i (x_i − μ)(x_i − μ)ᵀ/(N − 1), [d, d] in float64: `numpy.cov(x, rowvar=False)`.
  package let covariance: Tensor

  package init(count: Int, mean: [Double], covariance: Tensor) {
    precondition(
      covariance.shape == [mean.count, mean.count] && covariance.dtype == .float64,
      "\(mean.count) means do not go with a covariance \(covariance.dtype) \(covariance.shape)")
    (self.count, self.mean, self.covariance) = (count, mean, covariance)
  }

  package var features: Int { mean.count }

  /// tr Σ: the sum of the features' variances.
  package var totalVariance: Double {
    covariance.withElements(of: Double.self) { elements in
      (0..<features).reduce(0.0) { $0 + elements[$1 * features + $1] }
    }
  }
}
