import Tensors

/// The Fréchet distance between two sets of features, each taken for a normal distribution:
///
///     ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2·tr (Σ₁Σ₂)^½
///
/// The square of the Wasserstein-2 distance of the two. Of Inception's features it is the FID.
///
/// The last trace needs no square root of a matrix, which rounding can turn complex where a covariance is singular.
/// With any factors Σ₁ = F₁ᵀF₁ and Σ₂ = F₂ᵀF₂ the eigenvalues of Σ₁Σ₂, which are those of the symmetric
/// (F₁F₂ᵀ)(F₁F₂ᵀ)ᵀ, are the squares of the singular values of F₁F₂ᵀ. So
///
///     tr (Σ₁Σ₂)^½ = Σ singular values of F₁F₂ᵀ
///
/// with F from Cholesky's method with pivoting. The eigenvalues themselves would be right to ε·σ² only, and their roots
/// to √ε: over 2,048 features of 100 pictures the 1,949 that are 0 would add 10⁻⁵ to the distance of a set to itself.
///
/// Source: Dowson and Landau 1982; Heusel et al. 2017, "GANs Trained by a Two Time-Scale Update Rule".
package struct FrechetDistance: Sendable, Equatable {
  /// ‖μ₁ − μ₂‖².
  package let meanTerm: Double
  /// tr Σ₁ and tr Σ₂.
  package let firstVariance: Double
  package let secondVariance: Double
  /// tr (Σ₁Σ₂)^½.
  package let commonVariance: Double

  /// The distance. Never cut at 0: of a set to itself it is what rounding leaves, of either sign.
  package var value: Double { meanTerm + (firstVariance + secondVariance - 2 * commonVariance) }

  /// - Throws: `ScoreError` where the sets have unequal numbers of features, `LinearAlgebraError` where a covariance is
  ///   none (as after an overflow).
  package init(_ first: FeatureMoments, _ second: FeatureMoments) throws {
    guard first.features == second.features else {
      throw ScoreError.differentFeatures(first: first.features, second: second.features)
    }
    meanTerm = zip(first.mean, second.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    firstVariance = first.totalVariance
    secondVariance = second.totalVariance
    let factors = try (PivotedCholesky(first.covariance).factor, PivotedCholesky(second.covariance).factor)
    let product = OwnBackend().matrixProduct(factors.0, transposingA: false, factors.1, transposingB: true)
    commonVariance = try SingularValues.of(product).reduce(0, +)
  }
}
