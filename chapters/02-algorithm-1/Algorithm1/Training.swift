import Autograd
import Literate
import NeuralNets
import Tensors
import TorchRandom

/// Everything a run can be told.
package struct Rules: Sendable {
  package var data: DataSet
  /// Steps of D in an iteration.
  package var k = 1
  /// Steps of G in an iteration. Algorithm 1 has one; more of them are a k below 1.
  package var stepsOfG = 1
  package var m = 128
  package var latent = 2
  package var hiddenG = [64, 64]
  package var hiddenD = [64, 64]
  package var loss = GeneratorLoss.nonSaturating
  package var rateG = 2e-3
  package var rateD = 2e-3
  package var keep = 1.0

  package init(data: DataSet) { self.data = data }
}

/// Two players and the stream of random numbers they draw from. The draws' order: G's weights, D's weights, then per
/// iteration what Algorithm 1 says, with D's dropout masks behind the batch they are for.
package final class Training {
  package let rules: Rules
  package let dtype: DType
  package let generator: Perceptron
  package let discriminator: Perceptron
  private let optimizerG: Adam
  private let optimizerD: Adam
  private let random: TorchGenerator
  package private(set) var history: [Iteration] = []

  /// What D made of a minibatch, before its step.
  package struct Judgement {
    /// V(D, G).
    package let value: Double
    /// [2m, 1], of data and of samples.
    let logits: Tensor

    /// D's mean on data and on samples. Of k steps only the last one's are asked for.
    var means: (onData: Double, onSamples: Double) {
      withoutRecording {
        func mean(_ rows: Range<Int>) -> Double { logits.sliced(axis: 0, rows).sigmoid().mean().item }
        let count = logits.shape[0]
        return (mean(0..<count / 2), mean(count / 2..<count))
      }
    }
  }

  /// What one iteration leaves behind; of several steps of a player, the last.
  package struct Iteration {
    /// The minibatch's V(D, G).
    package let value: Double
    package let lossG: Double
    /// D's mean on data and on samples.
    package let onData: Double
    package let onSamples: Double
    /// The length of G's gradient.
    package let slopeG: Double
  }

  package init(_ rules: Rules, seed: UInt64, dtype: DType) {
    self.rules = rules
    self.dtype = dtype
    random = TorchGenerator(seed: seed)
    generator = Perceptron([rules.latent] + rules.hiddenG + [rules.data.dimensions], random: random)
    discriminator = Perceptron([rules.data.dimensions] + rules.hiddenD + [1], keep: rules.keep, random: random)
    for player in [generator, discriminator] { player.convert(to: dtype) }
    optimizerG = Adam(generator.parameters, learningRate: rules.rateG, betas: (0.5, 0.999))
    optimizerD = Adam(discriminator.parameters, learningRate: rules.rateD, betas: (0.5, 0.999))
  }

  /// One pass through the outer loop of Algorithm 1. Throws where a loss is no number any more.
  package func iterate() throws {
    var judgement = improveDiscriminator()
    for _ in 1..<rules.k { judgement = improveDiscriminator() }
    let (onData, onSamples) = judgement.means
    var step = (loss: 0.0, slope: 0.0)
    for _ in 0..<rules.stepsOfG { step = improveGenerator() }
    history.append(
      Iteration(
        value: judgement.value, lossG: step.loss, onData: onData, onSamples: onSamples, slopeG: step.slope))
    try requireFinite(judgement.value, "V(D, G)", at: history.count)
    try requireFinite(step.loss, "loss of G", at: history.count)
  }

  private func improveGenerator() -> (loss: Double, slope: Double) {
    let noise = random.normal([rules.m, rules.latent], dtype: dtype)
    let loss = rules.loss(discriminator(generator(noise), dropout: random))
    let gradient = gradients(of: loss, at: generator.parameters.values)
    optimizerG.step(gradient)
    return (loss.item, length(of: gradient))
  }

  /// One of the k steps. Also used alone, to give a resting G an ever better D.
  @discardableResult
  package func improveDiscriminator() -> Judgement {
    let m = rules.m
    let noise = random.normal([m, rules.latent], dtype: dtype)
    let real = rules.data.sample(m, random: random, dtype: dtype)
    let fake = withoutRecording { generator(noise) }  // D's step asks nothing of G.
    let logits = discriminator(concatenated([real, fake], axis: 0), dropout: random)  // [2m, 1]
    let logD = -(-logits.sliced(axis: 0, 0..<m)).softplus()  // log D(x)
    let logNotD = -logits.sliced(axis: 0, m..<2 * m).softplus()  // log(1 − D(G(z)))
    let value = (logD + logNotD).mean()
    optimizerD.step(gradients(of: -value, at: discriminator.parameters.values))
    return Judgement(value: value.item, logits: logits.detached)
  }

  //: Sampling is the generator's forward pass and nothing else: no chain to burn in, no steps between one sample and
  //: the next.

  /// `count` samples by one forward pass of noise from a generator of its own, so that looking does not change the run.
  package func samples(_ count: Int, seed: UInt64 = 1) -> Tensor {
    let noise = TorchGenerator(seed: seed).normal([count, rules.latent], dtype: dtype)
    return withoutRecording { generator(noise) }
  }

  /// Data from the run's own stream.
  package func sampleData(_ count: Int) -> Tensor { rules.data.sample(count, random: random, dtype: dtype) }

  /// D's mean on 512 samples of fixed noise.
  package func meanOnOwnSamples() -> Double {
    withoutRecording { discriminator(samples(512, seed: 2)).sigmoid().mean().item }
  }

  /// G's gradient under a loss on fixed noise, for looking: nothing moves.
  package func slope(under loss: GeneratorLoss) -> Double {
    let noise = TorchGenerator(seed: 2).normal([512, rules.latent], dtype: dtype)
    return length(of: gradients(of: loss(discriminator(generator(noise))), at: generator.parameters.values))
  }

  /// √Σ‖gᵢ‖² over all parameters.
  private func length(of gradients: [Tensor]) -> Double {
    withoutRecording { gradients.reduce(0) { $0 + $1.squared().sum().item }.squareRoot() }
  }
}
