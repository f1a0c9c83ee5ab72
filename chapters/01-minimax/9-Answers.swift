//: ## Answers
//: Each is a function like those above, and what stands under it is what it put out in this run. `--answer N` runs one
//: alone.

import Foundation
import GANBook

//: {{fold Answer to exercise 1: the data shown twice}}
//: The two terms of an atom are now $2p \log D + q \log(1 - D)$, so everything above holds with $2p$ in the place of
//: $p$:
//:
//: $$D^* = \frac{2p}{2p + q}, \qquad
//: \max_D V = 2 \log \tfrac23 + \log \tfrac13 + 2 \operatorname{KL}(p \| m) + \operatorname{KL}(q \| m), \quad m = \tfrac13 (2p + q).$$
//:
//: The two divergences are never negative and both zero only where $q = p$. The minimum over $G$ is where it was; there
//: $D$ is $2/3$, which is the share of data in what it is shown, and $V$ is $\log\frac{4}{27}$. So a $D$ of 1/2 is a
//: sign of equilibrium only if data and samples are shown equally often.

func answerWeightedGame(steps: Int, dtype: DType) throws {
  var rows: [[String]] = []
  for game in games(dtype: dtype) {
    let weighted = Game(name: game.name, x: game.x, p: withoutRecording { game.p * 2 }, q: game.q)
    let even = Game(name: game.name, x: game.x, p: weighted.p, q: game.p)
    let (found, met) = (try weighted.ascent(steps: steps), try even.ascent(steps: steps))
    rows.append([
      game.name, scientific(weighted.distance(of: found)), formatted(weighted.value(found).item, decimals: 6),
      formatted(met.sigmoid().values[0], decimals: 6), formatted(even.value(met).item, decimals: 6),
      formatted(log(4.0 / 27), decimals: 6),
    ])
  }
  show(
    table: ["game", "largest |D − 2p/(2p + q)|", "max V", "D where q = p", "max V where q = p", "log(4/27)"], rows,
    caption: "The same ascent with twice the weight on the data")
}

//: {{fold Answer to exercise 2: what −log D descends}}
//: Let $q$ depend on $G$'s parameters, and let $D^* = p/(p + q)$ be held still while the gradient is taken. Then
//:
//: $$\nabla\, \mathbb E_{x\sim q}[-\log D^*] = \int \nabla q\, \log \frac{p + q}{p}
//: = \int \nabla q\, \log \frac{q}{p} - \int \nabla q\, \log \frac{q}{p + q}.$$
//:
//: The first integral is $\nabla \operatorname{KL}(q \| p)$, because $\int \nabla q = 0$; the second is
//: $2 \nabla \operatorname{JSD}(p \| q)$ for the same reason. The minus sign rewards *distance* in the sense of JSD: of
//: its two parts this loss takes the one that punishes samples where no data are, and lowers the price for data that no
//: sample comes near. The first table holds the gradient of the moved bell against the slope of the two divergences.
//: The second has two bells as data and four generators: KL charges one that leaves a bell out no more than $\log 2$,
//: wherever that bell is, and with the JSD taken off it pays less than one that covers both bells and the place between
//: them.

func answerOtherDivergence() {
  let x = Tensor((0...960).map { -12 + Double($0) / 40 }, shape: [961])
  let data = masses(bell(x, mean: 0, deviation: 1))
  func price(_ q: Tensor, _ p: Tensor) -> (kl: Double, jsd: Double) {
    (divergence(q, from: p).item, jensenShannon(p, q).item)
  }
  let step = 1e-3
  let rows = [0.5, 1, 2, 4].map { mean -> [String] in
    let at = [mean - step, mean + step].map { price(masses(bell(x, mean: $0, deviation: 1)), data) }
    let (kl, jsd) = ((at[1].kl - at[0].kl) / (2 * step), (at[1].jsd - at[0].jsd) / (2 * step))
    let logits = x * -mean + mean * mean / 2
    // d/dμ of E[softplus(−ℓ(μ + z))] with ℓ′ = −μ.
    let slope = withoutRecording {
      (masses(bell(x, mean: mean, deviation: 1)) * (-logits).sigmoid()).sum().item * mean
    }
    return ["\(mean)"] + [slope, kl - 2 * jsd, kl, 2 * jsd].map { formatted($0, decimals: 5) }
  }
  show(
    table: ["distance", "gradient of −log D", "slope of KL − 2·JSD", "of KL", "of 2·JSD"], rows,
    caption: "The moved bell of above, in float64; slopes by central differences")

  let pair = masses(withoutRecording { bell(x, mean: -3, deviation: 1) + bell(x, mean: 3, deviation: 1) })
  let generators = [
    ("one of the two bells", masses(bell(x, mean: 3, deviation: 1))),
    (
      "nine tenths on one",
      masses(withoutRecording { bell(x, mean: -3, deviation: 1) + 9 * bell(x, mean: 3, deviation: 1) })
    ),
    ("one wide bell over both", masses(bell(x, mean: 0, deviation: 10.0.squareRoot()))),
    ("one bell between them", masses(bell(x, mean: 0, deviation: 1))),
  ]
  show(
    table: ["generator", "KL(p_g‖p_data)", "2·JSD", "KL − 2·JSD"],
    generators.map { name, q in
      let (kl, jsd) = price(q, pair)
      return [name] + [kl, 2 * jsd, kl - 2 * jsd].map { formatted($0, decimals: 4) }
    }, caption: "Data: two bells at −3 and 3")
}

//: {{fold Answer to exercise 3: smoothing a kink}}
//: Only the first number of $x$ counts, and the smoothed slope is known:
//: $\mathbb E\,\mathrm{sign}(x_1 + \epsilon) = 2\Phi(x_1/\sigma) - 1$. At the kink it is 0 for **every** $\sigma$, so
//: there is a limit although there is no gradient: the mean of the slopes on both sides. At 0.1 it goes to 1. The order
//: $\sigma^2$ came from a third derivative, and here there is none but at the kink itself. While $\sigma$ is larger
//: than the distance to it, the error is no small one of any order; once $\sigma$ is smaller it is
//: $2\Phi(-0.1/\sigma)$, which falls faster than every power. The measured column stands beside the exact one; the
//: draws are one set for all rows, so their errors are not independent.

func answerKink(draws: Int, options: ChapterOptions) {
  let unit = TorchGenerator(seed: options.seed).normal([draws], dtype: options.dtype)
  var rows: [[String]] = []
  for place in [0, 0.1] {
    for sigma in [1, 0.25, 0.0625, 0.015625] {
      let points = withoutRecording { unit * sigma + place }
      let slopes = withoutRecording { points / points.absolute() }
      let error = slopes.standardDeviation(axes: [0]).item / Double(draws).squareRoot()
      let exact = erf(place / (sigma * 2.0.squareRoot()))
      rows.append(["\(place)"] + [sigma, slopes.mean().item, error, exact].map { formatted($0, decimals: 4) })
    }
  }
  show(
    table: ["x₁", "σ", "measured slope", "± standard error", "exact"], rows,
    caption: "The smoothed slope of |x₁|, \(draws) draws")
}

//: {{unfold}}

/// Runs the answer to one of the exercises. Nothing is recorded: the tables say what was found.
func answerExercise(_ number: Int, options: ChapterOptions) throws {
  switch number {
  case 1: try answerWeightedGame(steps: options.iterations ?? 4000, dtype: options.dtype)
  case 2: answerOtherDivergence()
  default: answerKink(draws: 4096, options: options)
  }
}
