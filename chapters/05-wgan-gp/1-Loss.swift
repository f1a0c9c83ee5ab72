//: # WGAN-GP: a critic with a slope of one
//:
//: *The gradient of a gradient, a critic with a slope of one, and three ways to get the penalty wrong.*
//:
//: The discriminators of chapters 1 to 3 answer a yes-or-no question. A good one answers it so well that $\log(1 - D)$
//: has no slope left, as in chapter 2 where $D$ improved against a resting $G$; $-\log D$ keeps a slope, but no longer
//: one of the divergence (chapter 1). The DCGAN of chapter 3 is no example: its $D$ has one Sigmoid too many, whose
//: slope $p(1-p)$ vanishes with a sure $D$ under *any* loss, and of that its $G$ starves.
//:
//: Arjovsky, Chintala and Bottou (2017) ask a question that can always be answered with a number: *how far* is it from
//: the generated distribution to the real one? Think of both as heaps of sand. The Wasserstein distance $W_1$ is the
//: least work, mass times way, that turns one heap into the other. It is finite and has a slope even where the heaps do
//: not overlap at all.
//:
//: Computing it needs a plan of which grain goes where. But there is a second way to the same number (Kantorovich and
//: Rubinstein): among all functions $f$ whose slope is nowhere steeper than 1, the largest difference of means is
//:
//: $$W_1(p, q) = \max_{\lVert\nabla f\rVert \le 1} \; E_{x\sim p} f(x) - E_{x\sim q} f(x).$$
//:
//: That $f$ is the *critic*, a network. Training it to maximize the difference is easy; keeping its slope at 1 is the
//: problem, and this chapter is about the solution that the ProGAN document uses. Its critic minimizes
//:
//: $$L = -\bigl(E\,D(x) - E\,D(G(z))\bigr) + 10\,E\bigl[(\lVert\nabla_{\hat x} D(\hat x)\rVert_2 - 1)^2\bigr],
//: \qquad \hat x = \beta x + (1-\beta)\,G(z),\ \beta\sim U(0,1),$$
//:
//: where the document says: "in training, ProGAN uses the loss of WGAN-GP". What is reproduced here: the document's
//: `gradient_penalty` and the critic's part of its `train_fn`. The function stands in `GradientPenalty.swift` of the
//: ProGAN library.
//:
//: Why ask for a slope of 1 and not of at most 1? Because the best critic has slope 1 almost everywhere on the lines
//: along which sand is moved: if it rose more slowly there, the difference could be made larger (Gulrajani et al. 2017,
//: proposition 1). Those lines join a fake with the real sample that the *best plan* pairs it with, and that plan
//: nobody has. The penalty joins a fake with *any* real sample. Most of its lines are no line of the plan, and of them
//: the proposition says nothing: the best critic may be flatter there. What speaks for them is that the constraint
//: cannot be enforced everywhere, that the lines cover the space between data and samples, and that it works, the
//: authors' own argument.

import Datasets
import GANBook
import ProGAN

/// What the command line asks for.
struct Plan {
  let seed: UInt64
  let dtype: DType
  let photographs: CIFAR10
  /// Iterations of each critic in the plane; the critics of pictures train for a quarter.
  let iterations: Int
  /// Iterations of G on the ring.
  let ringIterations: Int
  /// Whether the ring's runs are long enough for what is claimed of their ends.
  let isComplete: Bool
  let decimals: Int

  var pictureIterations: Int { max(1, iterations / 4) }

  /// A new stream for each experiment, so that one can be read, changed and rerun without the others.
  func random() -> TorchGenerator { TorchGenerator(seed: seed) }
}

/// λ of the document, `LAMBDA_GP`.
let penaltyWeight = 10.0

/// −(E D(real) − E D(fake)) + λ·penalty. Source: document 2, `train_fn`.
func criticLoss(real: Tensor, fake: Tensor, penalty: Tensor, weight: Double = penaltyWeight) -> Tensor {
  -(real.mean() - fake.mean()) + weight * penalty
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
