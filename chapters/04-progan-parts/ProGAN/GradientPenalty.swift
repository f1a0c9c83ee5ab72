import Autograd
import Tensors
import TorchRandom

//: ## The gradient penalty
//: The critic's score must not grow faster than the distance between images: its slope has to have length 1. WGAN-GP
//: asks for that on straight lines between real and generated images. One $\beta \sim U(0,1)$ **per sample**, not per
//: pixel: every image slides along one line from fake to real.
//:
//: $$E\left[(\lVert\nabla_{\hat x} D(\hat x)\rVert_2 - 1)^2\right], \qquad \hat x = \beta\,x_\text{real} + (1 - \beta)\,x_\text{fake}.$$
//:
//: The norm runs over *all* channels and pixels of a sample. Training then differentiates the penalty with respect to
//: the weights: a gradient of a gradient, which is why the graph of the first one is kept. Chapter 5 takes it apart.

/// E[(‖∇D(x̂)‖₂ − 1)²] on the lines x̂ = β·real + (1 − β)·fake.
///
/// `real` and `fake` are [N, …], of one shape; `beta` is [N, 1, …], one number a sample. The result is a scalar that
/// can be differentiated again, with respect to the critic's parameters. Source: document 2, `gradient_penalty`;
/// Gulrajani et al. 2017, eq. 3.
package func gradientPenalty(
  _ critic: (Tensor) throws -> Tensor, real: Tensor, fake: Tensor, beta: Tensor
) rethrows -> Tensor {
  let mixed = beta * real + (1 - beta) * fake  // [N, C, H, W]
  if let wrong = try mistakenPenalty(critic, mixed) { return wrong }  //src
  let slope = gradients(of: try critic(mixed).sum(), at: mixed, keepingGraph: true)  // [N, C, H, W]
  let norm = slope.flattened(from: 1).norm(axis: 1)  // [N]
  return (norm - 1).squared().mean()
}

/// The penalty with one β per sample, drawn uniformly from [0, 1).
package func gradientPenalty(
  _ critic: (Tensor) throws -> Tensor, real: Tensor, fake: Tensor, random: TorchGenerator
) rethrows -> Tensor {
  if let wrong = try penaltyPerPixel(critic, real, fake, random) { return wrong }  //src
  let perSample = [real.shape[0]] + Array(repeating: 1, count: real.rank - 1)
  let beta = random.uniform(perSample, dtype: real.dtype)  // [N, 1, 1, 1]
  return try gradientPenalty(critic, real: real, fake: fake, beta: beta)
}

//src begin
// The museum's mistakes (docs/museum.md), which chapter 5 takes apart.

/// The penalty as two programs have shipped it: with the norm over the channels alone, or without its graph.
private func mistakenPenalty(_ critic: (Tensor) throws -> Tensor, _ mixed: Tensor) rethrows -> Tensor? {
  guard Fault.normOverChannels.isPlanted || Fault.undifferentiatedPenalty.isPlanted else { return nil }
  let keepsGraph = !Fault.undifferentiatedPenalty.isPlanted
  let slope = gradients(of: try critic(mixed).sum(), at: mixed, keepingGraph: keepsGraph)
  let norm = Fault.normOverChannels.isPlanted ? slope.norm(axis: 1) : slope.flattened(from: 1).norm(axis: 1)
  return (norm - 1).squared().mean()
}

/// The penalty with a number for each pixel where there should be one for each sample.
private func penaltyPerPixel(
  _ critic: (Tensor) throws -> Tensor, _ real: Tensor, _ fake: Tensor, _ random: TorchGenerator
) rethrows -> Tensor? {
  guard Fault.betaPerPixel.isPlanted else { return nil }
  return try gradientPenalty(critic, real: real, fake: fake, beta: random.uniform(real.shape, dtype: real.dtype))
}
//src end
