//: # The convolution
//: {{weave ProGAN/WSConv2d.swift}}
//:
//: # Why a runtime scale equalizes
//: `WSConv2d` computes at the start what a layer with He's initialization computes. So what is it good for? The answer
//: is in the optimizer. Adam divides every gradient by its own typical size, so a weight moves by about the learning
//: rate $\eta$ per step, however large or small it is itself. What matters to the layer is the *relative* step:
//:
//: $$\frac{\lVert\Delta W\rVert}{\lVert W\rVert} \approx
//: \begin{cases}\eta\big/\sqrt{2/n} = \eta\sqrt{n/2} & \text{He: stored weights of size } \sqrt{2/n}\\
//: \eta & \text{equalized: stored weights of size } 1\end{cases}$$
//:
//: With He's weights a layer of large fan-in $n$ moves fast and one of small fan-in slowly: for 3×3 convolutions of 1
//: and of 256 channels the rates differ by a factor of 16. No single learning rate suits both. The document says that
//: this is for generator and critic to "compete fairly".
//:
//: We measure it: one convolution to 8 channels, a regression to random targets, Adam with the document's betas. The
//: first step is $\pm\eta$ for every weight and meets the prediction; the mean over twenty steps shows what remains of
//: it when gradients shrink and change their sign.

import GANBook
import ProGAN

private let inputCounts = [1, 4, 16, 64, 256]
private let learningRate = 1e-3

/// ‖ΔW‖/‖W‖ at each of `steps` steps of Adam on mean((layer(x) − target)²).
private func relativeSteps(of layer: any Layer, x: Tensor, target: Tensor, steps: Int) throws -> [Double] {
  let optimizer = Adam(layer.parameters, learningRate: learningRate, betas: (0, 0.99))
  let weight = layer.parameters[0]
  return try (0..<steps).map { step in
    let before = weight.value
    let loss = (layer(x) - target).squared().mean()
    optimizer.step(gradients(of: loss, at: layer.parameters.values))
    try requireFinite(loss.item, at: step + 1)
    return weight.value.relativeDistance(from: before)
  }
}

func measureEffectiveSteps(_ plan: Plan) throws {
  var plainSteps: [[Double]] = []
  var equalizedSteps: [[Double]] = []
  for inputs in inputCounts {
    let random = plan.random()
    let x = random.normal([4, inputs, 6, 6], dtype: plan.dtype)  // [4, C, 6, 6]
    let target = random.normal([4, 8, 6, 6], dtype: plan.dtype)  // [4, 8, 6, 6]
    let plain = Conv2d(inputs, 8, kernel: 3, padding: 1, random: random)
    plain.weight.value = random.normal(plain.weight.shape, std: (2 / Double(9 * inputs)).squareRoot())
    let equalized = WSConv2d(inputs, 8, random: random)
    plain.convert(to: plan.dtype)
    equalized.convert(to: plan.dtype)
    plainSteps.append(try relativeSteps(of: plain, x: x, target: target, steps: plan.steps))
    equalizedSteps.append(try relativeSteps(of: equalized, x: x, target: target, steps: plan.steps))
  }
  try showEffectiveSteps(plainSteps, equalizedSteps)
  recordEffectiveSteps(plainSteps, equalizedSteps)
}

private func showEffectiveSteps(_ plainSteps: [[Double]], _ equalizedSteps: [[Double]]) throws {
  let predicted = inputCounts.map { learningRate * (Double(9 * $0) / 2).squareRoot() }
  show(
    table: ["channels", "fan-in", "predicted", "He, first step", "mean", "predicted", "equalized, first step", "mean"],
    inputCounts.indices.map { index in
      let (plain, equalized) = (plainSteps[index], equalizedSteps[index])
      return ["\(inputCounts[index])", "\(9 * inputCounts[index])"]
        + [predicted[index], plain[0], mean(plain), learningRate, equalized[0], mean(equalized)].map {
          formatted($0, decimals: 5)
        }
    }, caption: "Relative step of a layer's weight under Adam, predicted and measured")
  let x = inputCounts.map { Double($0.trailingZeroBitCount) }
  try show(
    LinePlot(
      title: "Relative step per weight under Adam",
      description:
        "With He initialization the relative step grows with the square root of the fan-in, from about 0.2 % to 3 %; "
        + "with equalized weights it stays at the learning rate of 0.1 %.",
      xLabel: "log₂ of input channels", yLabel: "‖ΔW‖/‖W‖", yScale: .logarithmic,
      series: [
        .init("He, first step", x: x, y: plainSteps.map { $0[0] }),
        .init("He, η√(n/2)", x: x, y: predicted),
        .init("equalized, first step", x: x, y: equalizedSteps.map { $0[0] }),
      ], references: [("η", learningRate)]), as: "effective-step")
}

private func recordEffectiveSteps(_ plainSteps: [[Double]], _ equalizedSteps: [[Double]]) {
  // A step is ±η but where a gradient is all rounding noise, and no gradient is here; later steps follow the gradients'
  // sizes.
  for (name, steps) in [("he", plainSteps), ("equalized", equalizedSteps)] {
    record(
      "effective-step/\(name)/first", series: steps.map { $0[0] }, atol: 0, rtol: 1e-11,
      float32: .within(atol: 0, rtol: 1e-4))
    record(
      "effective-step/\(name)/mean", series: steps.map(mean), atol: 0, rtol: 1e-10,
      float32: .within(atol: 0, rtol: 1e-3))
  }
  claim("equalized-steps-do-not-depend-on-fan-in", spread(equalizedSteps.map { $0[0] }) < 1.5)
  claim("plain-steps-do", spread(plainSteps.map { $0[0] }) > 10)
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

private func spread(_ values: [Double]) -> Double { (values.max() ?? 0) / (values.min() ?? 1) }

//: ## The layers that were left out
//: The document equalizes only `WSConv2d`. The generator's first layer, a transposed convolution, and the critic's last
//: one, a linear layer, are PyTorch's own, with small default weights, and so they move faster than everything else.
//: Here is one step of the document's Adam, $\eta = 10^{-4}$, on both networks with the document's 128 channels at 8
//: px.

func measureStepsOfBothNetworks(_ plan: Plan) throws {
  let random = plan.random()
  let generator = Generator(latents: 128, channels: 128, imageSize: 8, random: random)
  let critic = Discriminator(imageSize: 8, latents: 128, channels: 128, random: random)
  let noise = random.normal([4, 128, 1, 1], dtype: plan.dtype)
  for network in [generator, critic] as [any Module] { network.convert(to: plan.dtype) }
  let scores = try critic(generator(noise, alpha: 0.5, step: 1), alpha: 0.5, step: 1)  // [4, 1]
  var rows: [[String]] = []
  for (label, network) in [("G", generator), ("D", critic)] as [(String, any Module)] {
    let weights = network.namedParameters.filter { $0.name.hasSuffix("weight") }
    let before = weights.map(\.parameter.value)
    let found = gradientsIfConnected(of: scores.mean(), at: network.parameters.values)
    Adam(network.parameters, learningRate: 1e-4, betas: (0, 0.99)).step(found)
    let steps = zip(weights, before).map { $0.parameter.value.relativeDistance(from: $1) }
    for ((weight, old), step) in zip(zip(weights, before), steps) {
      rows.append([
        "\(label) \(weight.name)", formatted(old.rootMeanSquare, decimals: 4),
        step == 0 ? "none: never called" : "\(formatted(step * 1e4, decimals: 2))·10⁻⁴",
      ])
    }
    // Where a gradient is all rounding noise, Adam's first step is still ±η; such elements are few.
    record(
      "first-step/\(label)", series: steps, atol: 1e-12, rtol: 1e-8, float32: .within(atol: 1e-9, rtol: 1e-3))
  }
  show(
    table: ["weight", "size", "relative step"], rows,
    caption: "One step of Adam: `initial.0` and `linear` are not equalized, D's block 0 is dead")
}

//: In the paper every layer is equalized. Whether the document's exception is harmful is another question, which one
//: step cannot answer: chapter 6 trains a generator whose first layer moves nearly eighty times faster than its others.
