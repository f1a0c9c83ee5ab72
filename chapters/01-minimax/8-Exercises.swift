//: ## What goes wrong
//: - **Reading "minimize" as "bring to zero".** $\log(1 - D(G(z)))$ is at most 0 and *large* when $D$ wins. A $G$ that
//:   brings it to zero has lost.
//: - **Taking a falling divergence for granted.** $C$ lies in $[-\log 4, 0]$ and is flat near 0, where the
//:   distributions hardly meet. Photographs and the pictures of an untrained generator do not meet at all.
//: - **Trusting $D$ where nothing was sampled.** The ascent with one common step left the tails near 1/2 because hardly
//:   any mass pulled at them. A network's answer there is whatever its architecture makes up.
//: - **Mistaking $D = 1/2$ for success.** At the equilibrium $D$ is 1/2. A $D$ that has not started to learn says 1/2
//:   as well. Look at the value a *retrained* $D$ reaches.
//: - **Computing $\log(1 - \sigma(\ell))$ as written.** In float32, $1 - \sigma(18)$ is 0, its logarithm $-\infty$,
//:   and the gradient NaN. $-\operatorname{softplus}(\ell)$ has neither trouble.

import GANBook

/// log(1 − σ(18)) as it is written and as −softplus(18), with their slopes; in float32, whatever the chapter runs in.
func computeTheLogarithmAsWritten() {
  let logit = Tensor(18, dtype: .float32)
  let (asWritten, stable) = ((1 - logit.sigmoid()).log(), -logit.softplus())
  let slopes = [asWritten, stable].map { gradients(of: $0, at: logit).item }
  show(
    table: ["log(1 − σ(18)) in float32", "value", "slope"],
    [
      ["as written", "\(asWritten.item)", "\(slopes[0])"],
      ["−softplus(18)", formatted(stable.item, decimals: 6), formatted(slopes[1], decimals: 6)],
    ])
  record("as-written/softplus", series: [stable.item, slopes[1]], atol: 0, rtol: 1e-6)
  claim("as-written/breaks", asWritten.item == -.infinity && slopes[0].isNaN)
}

//: ## Exercises
//: `--exercise N` runs a starting point instead of the chapter.
//:
//: 1. Show $D$ two real samples for each generated one: $V = 2\,\mathbb E \log D + \mathbb E \log(1 - D)$. Derive the
//:    best $D$, its value at $p_g = p_\text{data}$, and whether that is still where the minimum over $G$ lies. The
//:    starting point climbs this value numerically.
//: 2. Against $D^*$, the non-saturating gradient is the gradient of another divergence: derive
//:    $\operatorname{KL}(p_g \| p_\text{data}) - 2 \operatorname{JSD}(p_\text{data} \| p_g)$ (Arjovsky and Bottou
//:    2017). The starting point prints the two divergences for the moved bell. What does the minus sign reward?
//: 3. Smooth $f(x) = |x_1|$ instead of a hill, at $x_1 = 0$ and at $x_1 = 0.1$. There is no $\nabla f(0)$; is there a
//:    limit? What becomes of the order $\sigma^2$ near the kink?

/// A starting point for one of the exercises.
func startExercise(_ number: Int, options: ChapterOptions) throws {
  let dtype = options.dtype
  switch number {
  case 1:
    for game in games(dtype: dtype) {
      // Twice the weight on the data; change the 2 and watch where D settles on p = q.
      let weighted = Game(name: game.name, x: game.x, p: withoutRecording { game.p * 2 }, q: game.q)
      let logits = try weighted.ascent(steps: 4000)
      let same = try Game(name: game.name, x: game.x, p: weighted.p, q: game.p).ascent(steps: 4000)
      say(
        "\(game.name): V reaches \(formatted(weighted.value(logits).item, decimals: 6)); with p_g = p_data, D is "
          + formatted(same.sigmoid().values[0], decimals: 6))
    }
  case 2:
    let x = Tensor((0...640).map { -8 + Double($0) / 40 }, shape: [641])
    for mean in [0.5, 1, 2, 4] {
      let (p, q) = (masses(bell(x, mean: 0, deviation: 1)), masses(bell(x, mean: mean, deviation: 1)))
      let reverse = divergence(q, from: p).item
      say(
        "distance \(mean): KL(p_g‖p_data) \(formatted(reverse, decimals: 4)), JSD "
          + "\(formatted(jensenShannon(p, q).item, decimals: 4))")
    }
  default:
    let random = TorchGenerator(seed: options.seed)
    let unit = random.normal([4096, 1], dtype: dtype)
    for place in [0, 0.1] {
      for sigma in [1, 0.25, 0.0625, 0.015625] {
        let points = withoutRecording { unit * sigma + place }
        let slope = gradients(of: points.absolute().sum(), at: points).mean().item
        say("x₁ = \(place), σ = \(sigma): \(formatted(slope, decimals: 4))")
      }
    }
  }
}
