import Autograd
import Tensors

/// The mean binary cross-entropy between σ(logits) and targets in [0, 1]:
///
///     mean((1 − t)·x + softplus(−x))
///
/// which is −t·log σ(x) − (1 − t)·log(1 − σ(x)) without the overflow of the literal form. PyTorch's
/// `BCEWithLogitsLoss`.
package func binaryCrossEntropy(logits: Tensor, targets: Tensor) -> Tensor {
  precondition(logits.shape == targets.shape, "logits \(logits.shape) and targets \(targets.shape) differ in shape")
  let logits = Fault.doubleSigmoid.isPlanted ? logits.sigmoid() : logits
  return ((1 - targets) * logits + (-logits).softplus()).mean()
}
