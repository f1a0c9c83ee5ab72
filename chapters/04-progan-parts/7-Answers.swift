//: # Answers
//: Each is a function like those above, and what stands under it is what it put out in this run. `--answer N` runs one
//: alone.

import GANBook
import ProGAN

/// Runs the answer to one of the exercises. Nothing is recorded: the tables say what was found.
func answerExercise(_ number: Int, _ plan: Plan) throws {
  switch number {
  case 1: answerFirstLayer(plan)
  case 2: answerExchangedFade(plan)
  default: answerGroups(plan)
  }
}

//: {{fold Answer to exercise 1: the first layer equalized}}
//: A transposed convolution of a 1×1 picture lays one 4×4 patch a latent number: every output pixel is a sum over $z$
//: products, one a latent number, so the fan-in is $z$, not $16z$. Leaky ReLU follows, so He's gain of 2 keeps the
//: size: $s = \sqrt{2/z}$. The table has the size of the features behind leaky ReLU, and one step of Adam. PyTorch's
//: default counts $16$ times the outputs as fan-in, and its features are small; pixel norm behind the layer brings them
//: to size 1 all the same. That is why the document's exception does no harm at the start, and why what remains of it
//: is the step: with a stored weight of size 1 the layer moves by the learning rate like all others. Whatever gain is
//: chosen, pixel norm takes it out again as long as biases are zero.

private func answerFirstLayer(_ plan: Plan) {
  let (latents, channels, rate) = (128, plan.channels, 1e-4)
  let rows = ["PyTorch's default", "equalized"].map { name -> [String] in
    let random = plan.random()
    let layer = ConvTranspose2d(latents, channels, kernel: 4, random: random)
    let isEqualized = name == "equalized"
    if isEqualized {
      layer.weight.value = random.normal(layer.weight.shape)
      layer.bias?.value = .zeros([channels], dtype: .float32)
    }
    layer.convert(to: plan.dtype)
    let scale = isEqualized ? (2 / Double(latents)).squareRoot() : 1
    let noise = random.normal([16, latents, 1, 1], dtype: plan.dtype)
    let target = random.normal([16, channels, 4, 4], dtype: plan.dtype)
    let features = layer(noise * scale).leakyReLU(slope: 0.2)  // [16, C, 4, 4]
    let normed = pixelNorm(features, epsilon: PixelNorm.epsilon)
    let before = layer.weight.value
    let slopes = gradients(of: (normed - target).squared().mean(), at: layer.parameters.values)
    Adam(layer.parameters, learningRate: rate, betas: (0, 0.99)).step(slopes)
    return [
      name, formatted(before.rootMeanSquare, decimals: 4), formatted(features.rootMeanSquare, decimals: 4),
      formatted(normed.rootMeanSquare, decimals: 4),
      formatted(layer.weight.value.relativeDistance(from: before) / rate, decimals: 2),
    ]
  }
  show(
    table: ["first layer", "size of weights", "of features", "behind pixel norm", "relative step in units of η"], rows,
    caption: "The generator's first layer as it is and equalized, \(latents) latent numbers")
}

//: {{fold Answer to exercise 2: the fade the wrong way round}}
//: At $\alpha = 0$ the pictures must be the old network's, doubled. With exchanged arguments they are the untrained
//: block's, and at $\alpha = 1$, when everything should have faded in, they are the old network's. In the library the
//: test "fading in starts at the old network" fails: it holds $\alpha = 0$ against the old picture, to the bit. A test
//: of shapes, or one run at $\alpha = 1/2$, would have noticed nothing.

private func answerExchangedFade(_ plan: Plan) {
  let random = plan.random()
  let generator = Generator(latents: 64, channels: 16, imageSize: 16, random: random)
  let noise = random.normal([4, 64, 1, 1])
  let rows = withoutRecording {
    let old = generator(noise, alpha: 1, step: 1).upsampledNearest(factor: 2)
    return [0, 0.01, 0.5, 0.99, 1].map { alpha -> [String] in
      let changes = [alpha, 1 - alpha].map { generator(noise, alpha: $0, step: 2).largestDifference(from: old) }
      return [formatted(alpha, decimals: 2)] + changes.map { formatted($0, decimals: 5) }
    }
  }
  show(
    table: ["α", "fadeIn(α, new, old)", "fadeIn(α, old, new)"], rows,
    caption:
      "Largest change of a pixel from the doubled pictures of the smaller network; at 8 px all of it had faded in")
}

//: {{fold Answer to exercise 3: the deviation of groups}}
//: One number for the batch says how varied it is, not what is wrong. With half of a batch collapsed it need not even
//: fall, and in the table it does not: the collapsed pictures still differ from the others. In groups of 4 the
//: collapsed half has a deviation of exactly 0, which no photographs have, and the other half has all of its own; a
//: critic can punish the one and leave the other. But only where the collapsed pictures lie in one group: spread over
//: both they show in neither. The generator's latents are in no order, so that is the rule, and groups help by making
//: *small* batches of a large one, for which one repeated pair is much.

private func answerGroups(_ plan: Plan) {
  let cases = [
    ("all different", Array(0..<8)), ("first half collapsed", [0, 0, 0, 0, 1, 2, 3, 4]),
    ("every second one collapsed", [0, 1, 0, 2, 0, 3, 0, 4]), ("one pair alike", [0, 0, 1, 2, 3, 4, 5, 6]),
  ]
  let rows = cases.map { name, indices -> [String] in
    let images = plan.photographs.batch(indices).converted(to: plan.dtype)
    let whole = images.standardDeviation(axes: [0]).mean().item
    let groups = [0..<4, 4..<8].map { images.sliced(axis: 0, $0).standardDeviation(axes: [0]).mean().item }
    return [name] + ([whole] + groups).map { formatted($0, decimals: 4) }
  }
  show(
    table: ["batch of 8", "whole batch", "first 4", "last 4"], rows,
    caption: "Minibatch standard deviation of photographs, one number and two")
}
