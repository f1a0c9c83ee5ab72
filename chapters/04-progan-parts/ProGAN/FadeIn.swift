import Autograd
import Tensors

//: ## Fade-in
//: A new block starts with random weights. Put straight in its place it would undo what the smaller network has
//: learned, so it is mixed in:
//:
//: $$\alpha\,\text{new} + (1 - \alpha)\,\text{old}, \qquad \alpha: 0 \to 1.$$
//:
//: The order of the arguments matters and nothing would crash if it were wrong: at $\alpha = 0.01$ the output must be
//: the *old* network's, almost.

/// α·new + (1 − α)·old. Source: document 2, both `fade_in`s.
package func fadeIn(_ alpha: Double, new: Tensor, old: Tensor) -> Tensor {
  precondition((0...1).contains(alpha), "alpha \(alpha) is not between 0 and 1")
  precondition(new.shape == old.shape, "a fade from \(old.shape) to \(new.shape)")
  if Fault.swappedFade.isPlanted { return old * alpha + new * (1 - alpha) }  //src
  return new * alpha + old * (1 - alpha)
}
