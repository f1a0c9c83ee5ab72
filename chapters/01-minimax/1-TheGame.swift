//: # The game
//:
//: *What two players at one formula have to do with the distance between distributions, computed on distributions that
//: fit in a table.*
//:
//: Two players. The **generator** $G$ turns noise $z$ into samples $x = G(z)$ and wants them to pass for data. The
//: **discriminator** $D$ is shown data and samples, says for each the probability $D(x)$ that it is data, and wants to
//: be right. In 2014 Goodfellow and his coauthors put both wishes into one formula. This chapter takes it apart,
//: without a neural network and without a data set.
//:
//: $$\min_G \max_D V(D, G) = \mathbb{E}_{x \sim p_\text{data}}[\log D(x)] + \mathbb{E}_{z \sim p_z}[\log(1 - D(G(z)))].$$
//:
//: This book follows two tutorials, both in Chinese, each with a PyTorch program; neither text names its author. What
//: is quoted from them is translated.
//:
//: - **The GAN document** (document 1), *GAN: generative adversarial networks (2014)*, retells the paper from its
//:   abstract to Algorithm 1. Its program is a DCGAN for CIFAR-10, `model.py` and `train.py`, with the first and the
//:   last ten lines of its log and an Inception Score. Chapters 1 to 3 follow it.
//: - **The ProGAN document** (document 2) begins with *The structure of ProGAN*. It explains the parts of that network
//:   and has a program that trains it on photographs of faces, with the loss of WGAN-GP. Chapters 4 to 6 follow it.
//:
//: Where a chapter says *the document*, it means the one it follows. *The paper* is the publication that the document
//: is about, here Goodfellow et al. 2014.
//:
//: The GAN document promises two things about the formula: *in arbitrary function spaces there is a unique solution*,
//: and at that solution *D is 1/2 everywhere*. This chapter shows both. The distributions have a handful of atoms, or a
//: density on a line; $D$ is a table with one entry an atom. That **is** an arbitrary function space, and everything
//: the theorems claim can be computed, differentiated by our own autograd, and checked.
//:
//: ## The value
//: $V$ does not see $z$: it sees $G$ only through the distribution $p_g$ of its samples. Over common atoms $x_i$, with
//: masses $p_i$ of the data and $q_i$ of the generator, it is a sum. $D$ is kept as a logit, $D_i = \sigma(\ell_i)$,
//: so that no step can leave $(0, 1)$, and the logarithms as softplus,
//: $\log \sigma(\ell) = -\operatorname{softplus}(-\ell)$, so that none can overflow:
//:
//: $$V = \sum_i p_i \log D_i + q_i \log (1 - D_i).$$

import GANBook

/// Data and generator as masses on the same atoms. A density on a line is the same thing on a fine grid.
struct Game {
  let name: String
  /// Where the atoms are.
  let x: [Double]
  /// The masses of p_data and of p_g, both [N], each with the sum 1.
  let p: Tensor
  let q: Tensor

  /// V(D, G) for D = σ(logits), a scalar. Source: Goodfellow et al. 2014, equation 1.
  func value(_ logits: Tensor) -> Tensor {
    -(p * (-logits).softplus()).sum() - (q * logits.softplus()).sum()
  }
}

//: ## Both terms are at most zero
//: A probability is at most 1, so both logarithms are at most 0. The document: with a perfect discriminator *both
//: should be equal to 0*, with any other *both are negative*; therefore $D$ makes the value as large as it can, at
//: most 0, and $G$, which wants $D$ to err, *as small as possible*. Here is $V$ over the two probabilities that enter
//: it, and below it a few places.
//:
//: "Small" needs care. It means far below zero, not close to it: $\log(1 - D(G(z)))$ **falls without bound** as
//: $D(G(z)) \to 1$. And a perfect $D$ is a limit: as a logistic function of a finite logit, $D$ never reaches it.

/// Draws V over (D(x), D(G(z))) and tabulates both terms.
func showTheTerms(decimals: Int, dtype: DType) throws {
  let side = 40
  let centers = (0..<side).map { (Double($0) + 0.5) / Double(side) }
  let d = Tensor(centers, shape: [1, side]).converted(to: dtype)
  let logReal = d.log().broadcast(to: [side, side])
  let logFake = (1 - d).log().reshaped([side, 1]).broadcast(to: [side, side])
  let value = logReal + logFake
  record("terms/value", value, atol: 1e-13, rtol: 1e-13, float32: .within(atol: 1e-6, rtol: 2e-6))
  try show(
    HeatMap(
      title: "V over D(x) and D(G(z))",
      description:
        """
        The value is zero in the lower right corner, where D says 1 to data and 0 to samples, and falls towards the \
        upper left.
        """,
      xLabel: "D(x), on data", yLabel: "D(G(z)), on samples", values: value.values, columns: side, rows: side,
      xRange: 0...1, yRange: 0...1, valueRange: -6...0, isSquare: true),
    as: "value", caption: "Zero in the corner of the perfect D, below it everywhere else")

  let places = [
    ("perfect, nearly", 0.9999, 0.0001), ("good", 0.9, 0.1), ("guessing", 0.5, 0.5), ("fooled", 0.5, 0.999),
  ]
  let rows = places.map { name, onData, onSamples in
    let terms = [Tensor(onData, dtype: .float64).log().item, (1 - Tensor(onSamples, dtype: .float64)).log().item]
    let cells = [onData, onSamples, terms[0], terms[1], terms[0] + terms[1]].map { formatted($0, decimals: decimals) }
    return [name] + cells
  }
  show(
    table: ["D is", "D(x)", "D(G(z))", "log D(x)", "log(1−D(G(z)))", "V"], rows,
    caption: "D climbs towards 0 from below. G pushes the second term down, and it has no floor.")
}

//: Guessing costs $2 \log \tfrac12 = -\log 4 = -1.3863$. Remember this number: it is where the game ends.
//:
//: ## How many numbers must $z$ have?
//: The document introduces $z$ with an example: an image of 8 million pixels, hence a vector $z$ of *8 million* normal
//: numbers. Nothing in the game asks for that. $V$ sees $p_g$ alone, and a map from few numbers can produce images of
//: any size. What $z$ must match is the number of ways in which the **data** can vary. Below, every row is an image of
//: 64 pixels; the generator has a single number $z$ to choose it by, and it is the exact generator of this kind of
//: data. (The DCGAN of chapter 3 makes 3,072 numbers out of 64.) With fewer numbers than the data has freedom, $p_g$
//: lies on a thin sheet that carries none of the data's mass, and a $D$ that knows the sheet is perfect.

/// Images of `pixels` pixels, a bright spot at the place z ∈ [0, 1] says: [N, pixels].
func spots(_ z: Tensor, pixels: Int) -> Tensor {
  let places = Tensor((0..<pixels).map { (Double($0) + 0.5) / Double(pixels) }, shape: [1, pixels])
  let offset = (places.converted(to: z.dtype) - z.reshaped([-1, 1])) * 12
  return (-offset.squared()).exp()
}

func showOneLatentNumber(dtype: DType) throws {
  let z = Tensor((0..<24).map { (Double($0) + 0.5) / 24 }, shape: [24]).converted(to: dtype)
  let images = spots(z, pixels: 64)  // [24, 64]
  record("latent/images", images, atol: 1e-13, rtol: 1e-12, float32: .within(atol: 1e-5, rtol: 1e-4))
  try show(
    HeatMap(
      title: "Images of 64 pixels from one latent number",
      description: "Every row is an image, a bright spot on dark ground that moves from left to right as z grows.",
      xLabel: "pixel", yLabel: "z", values: images.values, columns: 64, rows: 24, xRange: 0...64, yRange: 0...1,
      valueRange: 0...1),
    as: "one-latent-number", caption: "64 pixels, one number: z needs the data's freedom, not its size")
}
