import Autograd
import Tensors

/// What G minimizes.
package enum GeneratorLoss: String, Sendable {
  /// mean log(1 − D(G(z))).
  case saturating
  /// −mean log D(G(z)).
  case nonSaturating = "non-saturating"

  /// The mean loss over the logits D gives to G's samples; log(1 − σ(ℓ)) = −softplus(ℓ), −log σ(ℓ) = softplus(−ℓ).
  package func callAsFunction(_ logits: Tensor) -> Tensor {
    switch self {
    case .saturating: -logits.softplus().mean()
    case .nonSaturating: (-logits).softplus().mean()
    }
  }
}
