import Autograd
import Foundation
import Tensors

/// On the great circle from `a` to `b`: latents of a normal distribution lie near a sphere, and a straight line would leave it.
func sphericallyInterpolated(_ a: Tensor, _ b: Tensor, at share: Double) -> Tensor {
  let (lengthA, lengthB) = (a.squared().sum().item.squareRoot(), b.squared().sum().item.squareRoot())
  let cosine = min(max((a * b).sum().item / (lengthA * lengthB), -1), 1)
  let angle = acos(cosine)
  // Nearly parallel: the straight line is the circle.
  guard sin(angle) > 1e-6 else { return a * (1 - share) + b * share }
  return a * (sin((1 - share) * angle) / sin(angle))
    + b * (sin(share * angle) / sin(angle))
}
