//: # Training ProGAN
//:
//: *Growing from 4 pixels on, on folders of pictures, resumed bit for bit, and sampled from.*
//:
//: Chapter 4 built the networks, chapter 5 the loss. This chapter puts them to work: Karras, Aila, Laine and Lehtinen's
//: *Progressive Growing of GANs* (2018) as `train_fn` and `main` of the ProGAN document train it. The networks start
//: with pictures of 4×4 pixels. Whenever a resolution has been trained for its epochs, both networks grow by one block,
//: the new block fades in, and the data grow with them. At 4×4 there is little to get wrong: a few colored patches. The
//: idea is that by the time the pictures have details, everything but the details is in place.
//:
//: What follows is a program for real work: it reads folders of JPEG and PNG files, decodes them while it trains, can
//: be killed and goes on bit for bit, and logs to TensorBoard.
//:
//: The document trains on photographs of faces, and nobody may ship those. So this package draws its own people:
//: `Portraits`, flat shapes in a few colors. Each is drawn from factors: a background, a skin, a color and a style of
//: hair, a shirt, glasses or none, a mouth between sad and glad, a place and a size. They are easier than photographs,
//: and that is what they are for: in minutes, on two cores, a generator learns to draw faces that anyone would call
//: faces. And as the distribution of every factor is known and a program can read the factors off a picture, we can say
//: *how* good it has become.
//:
//: ## The numbers of the document
//: The networks have 128 channels at low resolutions and 128 latent numbers; Adam runs with a learning rate of
//: $10^{-4}$ and $\beta = (0, 0.99)$: without momentum, because the critic's landscape moves under the generator's
//: feet. The penalty weighs $\lambda = 10$, and the critic takes one step for each of the generator's, not five as in
//: the WGAN-GP paper.
//:
//: The batch shrinks as the pictures grow, from 128 to 4: that is the memory of a graphics card speaking, not a law of
//: training.

import ProGAN

/// What shapes a run.
struct Hyperparameters {
  /// The networks are built for pictures of this size, whatever resolution the run stops at: the draws of the first
  /// weights depend on it.
  let imageSize = 128
  let latents = 128
  var channels = 128
  var learningRate = 1e-4
  let betas = (0.0, 0.99)
  /// λ, the weight of the gradient penalty.
  let penaltyWeight = 10.0
  var criticIterations = 1
  /// Epochs at each resolution. Their count says where growing ends.
  var epochs: [Int]
  var batchSizes = documentBatchSizes

  /// Pictures of each sample row: the document's `fixed_noise`.
  static let fixedCount = 8

  //: On 4,000 portraits, 8 epochs are only 256 batches of 128 at 4 px, and stored weights of size 1 that move by
  //: $10^{-4}$ a step have hardly moved by then. So the quick profile, which has minutes, takes a learning rate of
  //: $4\cdot10^{-3}$, four times the paper's, smaller batches, which make more steps of the same pictures, a quarter of
  //: the channels, and most of its epochs at the last resolution. So large a rate needs an end: once the last block has
  //: faded in it falls linearly to zero, and weights that swayed come to rest. These numbers were found by trial, on
  //: seed 0; the share of samples that can be read decided. Then they were run with seeds 1 and 2 as they are.
  //:
  //: Three things the paper does and the document leaves out are cheap, so they are options: the drift term
  //: $\varepsilon\,E[D(x)^2]$ that keeps the critic's scores near zero, an exponential moving average of the
  //: generator's weights to sample from, and more than one critic step. Of these the quick profile takes the average.

  /// ε of the paper's drift term; 0 leaves it out.
  var driftWeight = 0.0
  /// Decay of the moving average of the generator's weights; `nil` leaves it out.
  var averageDecay: Double?
  /// Whether the learning rate falls to zero once the last block has faded in.
  var learningRateFalls = false

  /// The document's run: 8 epochs at each of 4, 8, …, 128 px.
  static let document = Hyperparameters(epochs: Array(repeating: 8, count: 6))
  /// Minutes on two cores, 4 to 32 px.
  static let quick = Hyperparameters(
    channels: 32, learningRate: 4e-3, epochs: [2, 3, 5, 9], batchSizes: [32, 32, 16, 16] + documentBatchSizes[4...],
    averageDecay: 0.999, learningRateFalls: true)

  //: Between the two stands a whole run on portraits, `--profile full --act portraits`, of 64 px: four times as many of
  //: them, and more of everything the quick profile has to be short of. What it learned is kept in this package, and
  //: the page draws from it further down.

  /// Four to 64 px on 16,000 portraits, some two hours on two cores.
  static let portraits = Hyperparameters(
    channels: 32, learningRate: 3e-3, epochs: [1, 2, 4, 8, 8],
    batchSizes: [32, 32, 16, 16, 16] + documentBatchSizes[5...], averageDecay: 0.999, learningRateFalls: true)
}
