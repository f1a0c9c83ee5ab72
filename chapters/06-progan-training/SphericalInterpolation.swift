//: ## From latent to latent
//: A latent of 128 normal numbers has a length near $\sqrt{128}$: all that the generator has been trained on lies near
//: a sphere. Halfway along a straight line between two of them the length is only about $\sqrt{64}$, a place where the
//: generator has never been. So the way follows the great circle. With $\omega$ for the angle between $a$ and $b$,
//:
//: $$z(t) = \frac{\sin((1 - t)\,\omega)}{\sin \omega}\,a + \frac{\sin(t\,\omega)}{\sin \omega}\,b, \qquad 0 \le t \le 1.$$
//:
//: Where $a$ and $b$ are almost parallel, $\sin \omega$ is almost 0 and the straight line takes its place.

import Foundation
import GANBook

/// On the great circle from `a` to `b`: latents of a normal distribution lie near a sphere, and a straight line would
/// leave it.
func sphericallyInterpolated(_ a: Tensor, _ b: Tensor, at share: Double) -> Tensor {
  let (lengthA, lengthB) = (a.squared().sum().item.squareRoot(), b.squared().sum().item.squareRoot())
  let cosine = min(max((a * b).sum().item / (lengthA * lengthB), -1), 1)
  let angle = acos(cosine)
  // Nearly parallel: the straight line is the circle.
  guard sin(angle) > 1e-6 else { return a * (1 - share) + b * share }
  return a * (sin((1 - share) * angle) / sin(angle))
    + b * (sin(share * angle) / sin(angle))
}
