//: ## The algorithm, line by line
//: The paper's Algorithm 1 on the left, and on the right what each line becomes in the code below:
//:
//: | Algorithm 1 | here |
//: |---|---|
//: | **for** number of training iterations **do** | the loop of a run calls `iterate()` |
//: | **for** $k$ steps **do** | `for _ in 0..<rules.k` |
//: | sample a minibatch of $m$ noise samples $\{z^{(1)}, \dots, z^{(m)}\}$ | `random.normal([m, latent])` |
//: | sample a minibatch of $m$ examples $\{x^{(1)}, \dots, x^{(m)}\}$ of the data | `data.sample(m)` |
//: | update $D$ by **ascending** $\nabla_{\theta_d} \frac1m \sum_i \bigl[\log D(x^{(i)}) + \log(1 - D(G(z^{(i)})))\bigr]$ | one Adam step down the negative of it |
//: | **end for**; sample a minibatch of $m$ noise samples | fresh noise, not that of $D$'s step |
//: | update $G$ by **descending** $\nabla_{\theta_g} \frac1m \sum_i \log(1 - D(G(z^{(i)})))$ | one Adam step down it |
//:
//: The document's wording adds a detail: noise first, then data, *together a batch of size $2m$, which goes into the
//: discriminator*. We do that too. The paper leaves the learning rule open and used momentum; we use Adam. Its first
//: moment is a momentum.
//:
//: The generator's loss has the two forms of chapter 1: `saturating`, the line above, and `nonSaturating`, the
//: document's advice to maximize $D(G(z))$ instead.

import Autograd
import NeuralNets
import Tensors
import TorchRandom

/// What G minimizes.
enum GeneratorLoss: String {
  /// mean log(1 − D(G(z))).
  case saturating
  /// −mean log D(G(z)).
  case nonSaturating = "non-saturating"

  /// The mean loss over the logits D gives to G's samples; log(1 − σ(ℓ)) = −softplus(ℓ), −log σ(ℓ) = softplus(−ℓ).
  func callAsFunction(_ logits: Tensor) -> Tensor {
    switch self {
    case .saturating: -logits.softplus().mean()
    case .nonSaturating: (-logits).softplus().mean()
    }
  }
}

/// Everything a run can be told.
struct Rules {
  var data: DataSet
  var k = 1
  var m = 128
  var latent = 2
  var hiddenG = [64, 64]
  var hiddenD = [64, 64]
  var loss = GeneratorLoss.nonSaturating
  var rateG = 2e-3
  var rateD = 2e-3
  var keep = 1.0
}

/// Two players and the stream of random numbers they draw from. The draws' order: G's weights, D's weights, then per iteration
/// what Algorithm 1 says, with D's dropout masks behind the batch they are for.
final class Training {
  let rules: Rules
  let dtype: DType
  let generator: Perceptron
  let discriminator: Perceptron
  private let optimizerG: Adam
  private let optimizerD: Adam
  private let random: TorchGenerator
  private(set) var history: [Iteration] = []

  /// What one iteration leaves behind; of D's k steps, the last.
  struct Iteration {
    /// The minibatch's V(D, G).
    let value: Double
    let lossG: Double
    /// D's mean on data and on samples.
    let onData: Double
    let onSamples: Double
    /// The length of G's gradient.
    let slopeG: Double
  }

  init(_ rules: Rules, seed: UInt64, dtype: DType) {
    self.rules = rules
    self.dtype = dtype
    random = TorchGenerator(seed: seed)
    generator = Perceptron([rules.latent] + rules.hiddenG + [rules.data.dimensions], random: random)
    discriminator = Perceptron([rules.data.dimensions] + rules.hiddenD + [1], keep: rules.keep, random: random)
    for player in [generator, discriminator] { player.convert(to: dtype) }
    optimizerG = Adam(generator.parameters, learningRate: rules.rateG, betas: (0.5, 0.999))
    optimizerD = Adam(discriminator.parameters, learningRate: rules.rateD, betas: (0.5, 0.999))
  }

  /// One pass through the outer loop of Algorithm 1.
  func iterate() {
    var judged = (value: 0.0, onData: 0.0, onSamples: 0.0)
    for _ in 0..<rules.k { judged = improveDiscriminator() }

    let noise = random.normal([rules.m, rules.latent], dtype: dtype)
    let loss = rules.loss(discriminator(generator(noise), dropout: random))
    let gradient = gradients(of: loss, at: generator.parameters.values)
    optimizerG.step(gradient)
    history.append(
      Iteration(
        value: judged.value, lossG: loss.item, onData: judged.onData, onSamples: judged.onSamples,
        slopeG: length(of: gradient)))
  }

  /// One of the k steps. Also used alone, to give a resting G an ever better D.
  @discardableResult
  func improveDiscriminator() -> (value: Double, onData: Double, onSamples: Double) {
    let m = rules.m
    let noise = random.normal([m, rules.latent], dtype: dtype)
    let real = rules.data.sample(m, random: random, dtype: dtype)
    let fake = withoutRecording { generator(noise) }  // D's step asks nothing of G.
    let logits = discriminator(concatenated([real, fake], axis: 0), dropout: random)  // [2m, 1]
    let logD = -(-logits.sliced(axis: 0, 0..<m)).softplus()  // log D(x)
    let logNotD = -logits.sliced(axis: 0, m..<2 * m).softplus()  // log(1 − D(G(z)))
    let value = (logD + logNotD).mean()
    optimizerD.step(gradients(of: -value, at: discriminator.parameters.values))
    let means = withoutRecording { [0..<m, m..<2 * m].map { logits.sliced(axis: 0, $0).sigmoid().mean().item } }
    return (value.item, means[0], means[1])
  }

  //: Sampling is the generator's forward pass and nothing else: no chain to burn in, no steps between one sample and
  //: the next.

  /// `count` samples by one forward pass of noise from a generator of its own, so that looking does not change the run.
  func samples(_ count: Int, seed: UInt64 = 1) -> Tensor {
    let noise = TorchGenerator(seed: seed).normal([count, rules.latent], dtype: dtype)
    return withoutRecording { generator(noise) }
  }

  /// Data from the run's own stream.
  func sampleData(_ count: Int) -> Tensor { rules.data.sample(count, random: random, dtype: dtype) }

  /// D's mean on 512 samples of fixed noise.
  func meanOnOwnSamples() -> Double {
    withoutRecording { discriminator(samples(512, seed: 2)).sigmoid().mean().item }
  }

  /// G's gradient under a loss on fixed noise, for looking: nothing moves.
  func slope(under loss: GeneratorLoss) -> Double {
    let noise = TorchGenerator(seed: 2).normal([512, rules.latent], dtype: dtype)
    return length(of: gradients(of: loss(discriminator(generator(noise))), at: generator.parameters.values))
  }

  /// √Σ‖gᵢ‖² over all parameters.
  private func length(of gradients: [Tensor]) -> Double {
    withoutRecording { gradients.reduce(0) { $0 + $1.squared().sum().item }.squareRoot() }
  }
}
