//: ## The state of a run
//: Everything that changes is in one place, and it is more than the weights: where in which resolution's which epoch
//: the run is, $\alpha$, both optimizers' moments, the random stream. A checkpoint has to hold all of it.
//:
//: The order of the draws is the document's: first the fixed noise, before any network exists; then the generator's
//: weights, then the critic's; then, in training, an epoch's order, a batch's noise, and one $\beta$ per sample for the
//: penalty.

import Datasets
import GANBook
import ProGAN

final class Training {
  let plan: Hyperparameters
  let data: any ImageDataset
  let dtype: DType
  let random: TorchGenerator
  /// z [8, Z, 1, 1] of the pictures that are shown.
  let fixedNoise: Tensor
  let generator: Generator
  let critic: Discriminator
  let optimizerG: Adam
  let optimizerC: Adam
  let average: MovingAverage?

  /// The resolution is 4·2^step.
  var step: Int
  var alpha = FadeInSchedule.start
  var loader: ShuffledLoader
  private var ahead: DecodingAhead?
  /// How often TensorBoard has been told something.
  var tensorBoardStep = 0
  var history = History()

  init(_ plan: Hyperparameters, data: any ImageDataset, seed: UInt64, dtype: DType, firstStep: Int = 0) {
    (self.plan, self.data, self.dtype) = (plan, data, dtype)
    random = TorchGenerator(seed: seed)
    fixedNoise = random.normal([Hyperparameters.fixedCount, plan.latents, 1, 1], dtype: dtype).sharded
    generator = Generator(
      latents: plan.latents, channels: plan.channels, imageSize: plan.imageSize, random: random)
    critic = Discriminator(
      imageSize: plan.imageSize, latents: plan.latents, channels: plan.channels, random: random)
    generator.convert(to: dtype)
    critic.convert(to: dtype)
    optimizerG = Adam(generator.parameters, learningRate: plan.learningRate, betas: plan.betas)
    optimizerC = Adam(critic.parameters, learningRate: plan.learningRate, betas: plan.betas)
    let averaged = generator.parameters
    average = plan.averageDecay.map { MovingAverage(of: averaged, decay: $0) }
    step = firstStep
    loader = ShuffledLoader(count: data.count, batchSize: plan.batchSizes[firstStep])
  }

  deinit { ahead?.cancel() }

  var schedule: FadeInSchedule {
    FadeInSchedule(datasetSize: data.count, batchSize: plan.batchSizes[step], epochs: plan.epochs[step])
  }

  /// Batches at this resolution so far.
  private var batchesDone: Int { loader.position.epoch * loader.batchesPerEpoch + loader.position.batch }

  /// Whether this resolution has had all of its epochs.
  var isResolutionDone: Bool { loader.position.epoch >= plan.epochs[step] }

  /// Goes on to the next resolution: a new loader, and α from its start.
  func grow() {
    step += 1
    alpha = FadeInSchedule.start
    loader = ShuffledLoader(count: data.count, batchSize: plan.batchSizes[step])
    ahead?.cancel()
    ahead = nil
  }

  //: ## One iteration
  //: Line by line the document's `train_fn`. The critic's step:
  //:
  //: $$L_C = -\left(\frac1m\sum_i D(x_i) - \frac1m\sum_i D(G(z_i))\right) + 10\cdot\text{penalty},$$
  //:
  //: then the generator's, $L_G = -\frac1m\sum_i D(G(z_i))$, through the critic that has just moved. The document
  //: computes the fakes a second time there; the generator has not changed in between, so they are the same fakes, and
  //: we keep them.
  //:
  //: Its `loss_critic.backward(retain_graph=True)` also sends gradients through the fakes into the generator, where the
  //: next line throws them away. Here the critic is asked about detached fakes, and they are never computed.

  func iterate() throws -> Iteration {
    setLearningRate()
    let (batch, real) = try nextBatch()  // [B, 3, S, S] in [−1, 1]
    let count = real.shape[0]

    var turn = try criticStep(real)
    for _ in 1..<plan.criticIterations { turn = try criticStep(real) }

    let judged = try critic(turn.fake, alpha: alpha, step: step)  // [B, 1]
    let lossG = -judged.mean()
    let gradientsG = gradientsIfConnected(of: lossG, at: generator.parameters.values)
    optimizerG.step(gradientsG)
    average?.update(after: batchesDone)

    alpha = schedule.alpha(after: alpha, images: count)
    let line = LogLine(
      step: step, lossC: turn.loss.item, lossG: lossG.item, penalty: turn.penalty.item, scoreReal: turn.scoreReal,
      scoreFake: turn.scoreFake, alpha: alpha)
    history.append(line)
    try requireFinite(line.losses, at: history.count)
    return Iteration(
      batch: batch, line: line, real: real, noise: turn.noise, gradientsC: turn.gradients, gradientsG: gradientsG)
  }

  /// Max E[D(x)] − E[D(G(z))] under the penalty: one step of the critic.
  private func criticStep(_ real: Tensor) throws -> CriticTurn {
    let noise = random.normal([real.shape[0], plan.latents, 1, 1], dtype: dtype).sharded  // [B, Z, 1, 1]
    let fake = generator(noise, alpha: alpha, step: step)  // [B, 3, S, S]
    let scoreReal = try critic(real, alpha: alpha, step: step)  // [B, 1]
    let scoreFake = try critic(fake.detached, alpha: alpha, step: step)  // [B, 1]
    let penalty = try gradientPenalty(
      { try critic($0, alpha: alpha, step: step) }, real: real, fake: fake.detached, random: random)
    var loss = -(scoreReal.mean() - scoreFake.mean()) + plan.penaltyWeight * penalty
    if plan.driftWeight > 0 { loss = loss + plan.driftWeight * scoreReal.squared().mean() }
    let gradients = gradientsIfConnected(of: loss, at: critic.parameters.values)
    optimizerC.step(gradients)
    return CriticTurn(
      noise: noise, fake: fake, loss: loss, penalty: penalty, scoreReal: scoreReal.mean().item,
      scoreFake: scoreFake.mean().item, gradients: gradients)
  }

  /// A step of the critic while the generator stands still. Returns the critic's estimate of the distance, before the
  /// step.
  func stepCriticAlone() throws -> Double {
    let turn = try criticStep(nextBatch().real)
    return turn.scoreReal - turn.scoreFake
  }

  //: Steps of one size never come to rest: each answers the last one's noise. Where the learning rate falls, it does so
  //: once the last block has faded in, linearly, to zero behind the last iteration.

  private func setLearningRate() {
    guard plan.learningRateFalls && step == plan.epochs.count - 1 else { return }
    let (done, total) = (Double(batchesDone), Double(plan.epochs[step] * loader.batchesPerEpoch))
    let rate = plan.learningRate * (2 * done > total ? 2 * (total - done) / total : 1)
    for optimizer in [optimizerG, optimizerC] { optimizer.learningRate = rate }
  }

  //: Layers of other resolutions get no gradient, not a zero one, and the difference matters: Adam leaves a parameter
  //: without a gradient alone, its step count included, while zeros would make it count. `gradientsIfConnected` says
  //: `nil` where no path leads, as PyTorch's `grad` stays `None`.

  /// The next batch's pictures at this resolution, of which a rank decodes its own. What it throws leaves the run as it
  /// was before.
  private func nextBatch() throws -> (batch: ShuffledLoader.Batch, real: Tensor) {
    let before = random.state
    var advanced = loader
    let batch = advanced.next(drawingFrom: random)
    do {
      let size = resolution(atStep: step)
      let decoding =
        ahead
        ?? DecodingAhead(
          data, ownPictures(advanced.order[batch.indices.startIndex...]), size: size, limit: 3 * loader.batchSize)
      ahead = decoding
      let count = batch.indices.count
      let pictures = try Agreed.trying { try decoding.next(Tensor.ownImages(ofBatch: count).count) }
      if batch.isLast { ahead = nil }
      loader = advanced
      return (batch, .sharded(batch: count) { _ in .batch(pictures, dtype: dtype) })
    } catch {
      ahead = nil
      try random.restore(before)
      throw error
    }
  }

  //src begin
  /// Those of the batches to come that this rank decodes.
  private func ownPictures(_ order: ArraySlice<Int>) -> [Int] {
    stride(from: order.startIndex, to: order.endIndex, by: loader.batchSize).flatMap { start in
      let batch = order[start..<min(start + loader.batchSize, order.endIndex)]
      let own = Tensor.ownImages(ofBatch: batch.count)
      return order[start + own.lowerBound..<start + own.upperBound]
    }
  }
  //src end

  /// The generator's pictures of `noise` at a step, from its averaged weights where there are any.
  func sample(_ noise: Tensor, alpha: Double, step: Int) -> Tensor {
    withoutRecording {
      if let average { average.exchange() }
      defer { if let average { average.exchange() } }
      return generator(noise, alpha: alpha, step: step).whole
    }
  }
}

/// What one step of the critic computed.
private struct CriticTurn {
  let noise: Tensor
  let fake: Tensor
  let loss: Tensor
  let penalty: Tensor
  let scoreReal: Double
  let scoreFake: Double
  let gradients: [Tensor?]
}

/// What one iteration computed, for records and pictures.
struct Iteration {
  let batch: ShuffledLoader.Batch
  let line: LogLine
  let real: Tensor
  let noise: Tensor
  let gradientsC: [Tensor?]
  let gradientsG: [Tensor?]
}
