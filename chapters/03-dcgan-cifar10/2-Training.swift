//: {{weave Photographs.swift}}
//:
//: ## One training run
//: Everything that changes during training, in one place: two networks, two optimizers, the random stream, the position
//: in the data, and the history of what was printed. It is also exactly what a checkpoint has to hold.

import Checkpoints
import DCGAN
import Datasets
import GANBook

/// The document's program, the repaired one, the repaired one on a single subject, or with a D that is held back.
enum Act: String, CaseIterable {
  case literal
  case repaired
  case automobiles
  case balanced

  /// The document applies a Sigmoid in D, and the loss applies another.
  var endsInSigmoid: Bool { self == .literal }
  /// The document enlarges the photographs to 64×64; the generator makes 32×32.
  var realSize: Int {
    if Fault.unequalSizes.isPlanted { return 64 }  //src
    return self == .literal ? 64 : 32
  }
  /// Iterations of the quick profile: until the literal run is near its fixed point; for the others, long enough to see
  /// that G's gradient stays.
  var quickIterations: Int { self == .literal ? 128 : 64 }
  /// Prefix of everything recorded.
  var prefix: String { self == .literal ? "" : rawValue + "/" }
  /// Epochs of the whole run: the document's 50; twice as many of a tenth of the pictures; 20 where D is held back.
  var epochs: Int {
    switch self {
    case .literal, .repaired: 50
    case .automobiles: 100
    case .balanced: 20
    }
  }
  /// D's learning rate.
  var rateD: Double { self == .balanced ? 5e-5 : 2e-4 }
  /// What D is told of real pictures: less than 1 is one-sided label smoothing. Source: Salimans et al. 2016, 3.4.
  var realLabel: Double { self == .balanced ? 0.9 : 1 }
  /// The class of the photographs, where it is one.
  var label: Int? { self == .automobiles ? 1 : nil }
  /// The acts of the quick profile.
  static let quickCases: [Act] = [.literal, .repaired]
}

final class Training {
  let act: Act
  let dtype: DType
  /// Steps of D to one of G.
  let k: Int
  let data: CIFAR10
  /// The places in `data` of the photographs trained on.
  let pictures: [Int]
  let random: TorchGenerator
  let generator: Generator
  let discriminator: Discriminator
  let optimizerG: Adam
  let optimizerD: Adam
  let fixedNoise: Tensor
  var loader: ShuffledLoader
  var history = History()
  /// The grids of some epochs' ends, which are kept with the weights.
  var grids: [KeptGrid] = []  //src

  //: The order of the draws below is the order of the document's program, and so is every number that follows: the
  //: default weights of G, then those of D; G's weights again, then D's; the noise for the pictures. Draws are made in
  //: float32 and widened, so a float64 run starts from the same weights and sees the same noise.

  init(_ act: Act, data: CIFAR10, limit: Int? = nil, seed: UInt64, dtype: DType, k: Int = 1) {
    self.act = act
    self.dtype = dtype
    self.k = k
    self.data = data
    pictures = Array(
      (0..<data.count).filter { act.label == nil || act.label == data.label($0) }.prefix(limit ?? data.count))
    random = TorchGenerator(seed: seed)
    generator = Generator(random: random)
    discriminator = Discriminator(endsInSigmoid: act.endsInSigmoid, random: random)
    initializeWeights(of: generator, random: random)
    initializeWeights(of: discriminator, random: random)
    generator.convert(to: dtype)
    discriminator.convert(to: dtype)
    optimizerG = Adam(generator.parameters, learningRate: 2e-4, betas: (0.5, 0.999))
    optimizerD = Adam(discriminator.parameters, learningRate: act.rateD, betas: (0.5, 0.999))
    fixedNoise = random.normal([64, 64, 1, 1], dtype: dtype).sharded
    loader = ShuffledLoader(count: pictures.count, batchSize: 64)
  }

  /// Iterations done.
  var iteration: Int { history.count }

  //: ## One iteration
  //: This is Algorithm 1: $k$ steps of the discriminator, then a step of the generator. The document says that it tried
  //: $k = 2$, found it bad, and left $k = 1$; `--k 2` tries it here. Its $k$ steps see new fakes each, but the *same*
  //: photographs, where Algorithm 1 draws new ones. The loss is the binary cross-entropy, written in terms of *logits*:
  //: `binaryCrossEntropy` applies the logistic function itself.

  func iterate() throws -> Iteration {
    let batch = loader.next(drawingFrom: random)
    let places = batch.indices.map { pictures[$0] }
    let real = Tensor.sharded(batch: places.count) {  // [B, 3, S, S]
      data.batch(places[$0], size: act.realSize, dtype: dtype)
    }

    var step = improveDiscriminator(real)
    for _ in 1..<k { step = improveDiscriminator(real) }

    // The generator: the *same* fakes, seen by the discriminator that has just moved, labelled 1.
    let judgedScore = discriminator(step.fakes)
    let lossG = binaryCrossEntropy(logits: judgedScore, targets: .ones(judgedScore.shape, dtype: dtype))
    let gradientsG = gradients(of: lossG, at: generator.parameters.values)
    optimizerG.step(gradientsG)

    // The document draws the fixed noise after every iteration, with G still in training mode.
    let samples = withoutRecording { generator(fixedNoise) }

    let line = withoutRecording {
      LogLine(
        lossD: step.lossD.item, lossG: lossG.item, dX: step.realScore.sigmoid().mean().item,
        dGZ1: step.fakeScore.sigmoid().mean().item, dGZ2: judgedScore.sigmoid().mean().item,
        gradientNormG: norm(of: gradientsG), gradientNormD: norm(of: step.gradients),
        outputX: step.realScore.mean().item, outputGZ: judgedScore.mean().item)
    }
    history.append(line)
    try requireFinite(line.losses, at: iteration)
    return Iteration(
      batch: batch, line: line, real: real, noise: step.noise, fakes: step.fakes, realOutput: step.realScore.detached,
      samples: samples, losses: [step.lossReal, step.lossFake, lossG].map(\.item), gradientsD: step.gradients,
      gradientsG: gradientsG)
  }

  /// A step of D on `real`, labelled 1 (or a little less), and on new fakes, labelled 0.
  private func improveDiscriminator(_ real: Tensor) -> DiscriminatorStep {
    let realScore = discriminator(real)  // [B, 1, 5, 5] from 64×64 pictures, [B, 1, 1, 1] from 32×32
    let labels = Tensor(repeating: act.realLabel, shape: realScore.shape, dtype: dtype)
    let lossReal = binaryCrossEntropy(logits: realScore, targets: labels)
    // Fakes are detached: D's step asks nothing of G.
    let noise = random.normal([real.shape[0], 64, 1, 1], dtype: dtype).sharded
    let fakes = generator(noise)  // [B, 3, 32, 32]
    let fakeScore = discriminator(fakes.detached)
    let lossFake = binaryCrossEntropy(logits: fakeScore, targets: .zeros(fakeScore.shape, dtype: dtype))
    let lossD = lossReal + lossFake
    let found = gradients(of: lossD, at: discriminator.parameters.values)
    optimizerD.step(found)
    return DiscriminatorStep(
      noise: noise, fakes: fakes, realScore: realScore, fakeScore: fakeScore, lossReal: lossReal, lossFake: lossFake,
      lossD: lossD, gradients: found)
  }

  /// The length of all gradients together, √Σ‖gᵢ‖².
  private func norm(of gradients: [Tensor]) -> Double {
    withoutRecording {
      gradients.reduce(0) { $0 + $1.converted(to: .float64).squared().sum().item }.squareRoot()
    }
  }
}

//: Two details of this loop are easy to miss.
//:
//: - **Nobody zeroes gradients.** `gradients(of:at:)` returns what it was asked for and leaves nothing behind. In the
//:   generator's step the document's program also computes D's weight gradients, and throws them away; here they are
//:   never computed, because nobody asks.
//: - **The picture changes the state.** Sampling the fixed noise in training mode moves G's running statistics a second
//:   time at every iteration. They never influence the training losses, but they are what evaluation would use.
//:
//: And a word: `sharded`, of the photographs and of the noise. On one machine it does nothing. Where many
//: processes make the run together (`docs/machines.md`), each computes for its own images, and makes no other
//: photographs. **Batch normalization is
//: the layer that notices:** a mean over the batch is a mean over images that no machine has all of. Libraries
//: mostly take the mean of the machine's own images, unless told otherwise: another network, with noisier
//: statistics for every machine that joins. Here the sums of every image's channels cross the machines and are
//: added in the order of the images, so that the statistics, and all numbers of this chapter, are the same on one
//: machine as on many. The price is that every such layer waits for the slowest machine, twice forward and once
//: backward.

/// What a step of D leaves for the step of G, and for the log.
private struct DiscriminatorStep {
  let noise: Tensor
  let fakes: Tensor
  let realScore: Tensor
  let fakeScore: Tensor
  let lossReal: Tensor
  let lossFake: Tensor
  let lossD: Tensor
  let gradients: [Tensor]
}

/// What one iteration computed, for records and pictures.
struct Iteration {
  let batch: ShuffledLoader.Batch
  let line: LogLine
  let real: Tensor
  let noise: Tensor
  let fakes: Tensor
  /// D's output on the real pictures, before its step.
  let realOutput: Tensor
  /// G's pictures of the fixed noise, [64, 3, 32, 32].
  let samples: Tensor
  /// D's loss on real pictures, on fakes, and G's loss.
  let losses: [Double]
  let gradientsD: [Tensor]
  let gradientsG: [Tensor]
}
