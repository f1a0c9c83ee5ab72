import Autograd
import Tensors

//: ## Minibatch standard deviation
//: A critic that judges one image at a time cannot notice that a generator makes the same image over and over. This
//: layer shows it the batch: the standard deviation over the batch at every channel and pixel, all of them averaged to
//: **one** number, and that number as one more constant channel:
//:
//: $$s = \frac1{CHW}\sum_{c,y,x} \sqrt{\frac1{N-1}\sum_n (x_{n,c,y,x} - \bar x_{c,y,x})^2}, \qquad [N, C, H, W] \to [N, C + 1, H, W].$$
//:
//: The deviation is the *unbiased* one, divided by $N - 1$, so a batch of one has none: PyTorch's answer is NaN, which
//: silently destroys every weight at the next step. The document's own table of batch sizes ends in 1. Here it is an
//: error that says so.

/// Appends the batch's mean standard deviation as a channel: [N, C, H, W] → [N, C + 1, H, W].
///
/// Caveat: the derivative of √ is taken as 0 where the images agree exactly, as PyTorch has it. Source: document 2,
/// `minibatch_std`; Karras et al. 2018, section 3, whose code splits the batch into groups of 4.
///
/// - Throws: `BatchOfOneError` for N = 1.
package func minibatchStandardDeviation(_ x: Tensor) throws(BatchOfOneError) -> Tensor {
  let (batch, height, width) = (x.shape[0], x.shape[2], x.shape[3])
  guard batch > 1 else { throw BatchOfOneError(shape: x.shape) }
  let spread = x.standardDeviation(axes: [0]).mean()  // [C, H, W], then a scalar
  return concatenated([x, spread.reshaped([1, 1, 1, 1]).broadcast(to: [batch, 1, height, width])], axis: 1)
}

/// A batch of one image met the layer that compares the images of a batch.
package struct BatchOfOneError: Error, Equatable, CustomStringConvertible {
  package let shape: [Int]

  package init(shape: [Int]) { self.shape = shape }

  package var description: String {
    "minibatch standard deviation (the critic's layer before its last convolution): expected a batch of 2 images or "
      + "more, found shape \(shape), whose standard deviation over the batch would be 0/0; choose a larger batch size, "
      + "or one that does not leave a last batch of 1"
  }
}
