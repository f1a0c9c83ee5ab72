//: # Two ways to look at features
//: {{weave ProGAN/PixelNorm.swift}}
//:
//: ## Pixel norm, measured
//: What would happen without it? Take six of the generator's blocks in a row and feed them noise. With weights of size
//: 1 the features nearly keep their size on their own: that is what the scale $\sqrt{2/n}$ is for. (At 8×8 they lose
//: half of it in twelve convolutions. The border sees zeros: of nine taps at 64 pixels a share of $(22/24)^2 = 0.84$
//: meets the picture. And a leaky ReLU of slope 0.2 lets through $1.04/2$ of the squares, a little more than the half
//: that the scale expects. Together: $(0.84\cdot1.04)^{12/2} = 0.45$.) But weights move. Let training make every weight
//: of every layer half as large again, and the size grows by $1.5$ per convolution: by $1.5^{12} \approx 130$ after
//: twelve of them, times the half that the border leaves, from 1 to 57 below. With pixel norm the features have size 1
//: after each block, whatever the weights do.

import Datasets
import GANBook
import ProGAN

/// Size of the features after 0, 1, …, 6 blocks with all weights multiplied by `gain`.
private func featureSizes(gain: Double, usesPixelNorm: Bool, _ plan: Plan) -> [Double] {
  let random = plan.random()
  let blocks = (0..<6).map { _ in ConvBlock(16, 16, usesPixelNorm: usesPixelNorm, random: random) }
  var x = random.normal([2, 16, 8, 8], dtype: plan.dtype)  // [2, 16, 8, 8] throughout
  return withoutRecording {
    [x.rootMeanSquare]
      + blocks.map { block in
        block.convert(to: plan.dtype)
        for weight in [block.conv1.conv.weight, block.conv2.conv.weight] { weight.value = weight.value * gain }
        x = block(x)
        return x.rootMeanSquare
      }
  }
}

func measurePixelNorm(_ plan: Plan) throws {
  let cases: [(name: String, gain: Double, usesPixelNorm: Bool)] = [
    ("none, weights ×1", 1, false), ("none, weights ×1.5", 1.5, false),
    ("pixel norm, ×1", 1, true), ("pixel norm, ×1.5", 1.5, true),
  ]
  let sizes = cases.map { featureSizes(gain: $0.gain, usesPixelNorm: $0.usesPixelNorm, plan) }
  try show(
    LinePlot(
      title: "Size of the features with and without pixel norm",
      description:
        "Without pixel norm and with weights half as large again, features grow from 1 to 57 in six blocks; with "
        + "pixel norm they have size 1.",
      xLabel: "blocks passed", yLabel: "root mean square", yScale: .logarithmic,
      series: zip(cases, sizes).map { .init($0.name, $1) }), as: "pixel-norm")
  for ((name, _, _), sizes) in zip(cases, sizes) {
    say("\(name): \(sizes.map { formatted($0, decimals: 3) }.joined(separator: "  "))")
    record(
      "pixel-norm/\(name)", series: sizes, atol: 1e-12, rtol: 1e-12, float32: .within(atol: 1e-6, rtol: 1e-5))
  }
}

//: {{weave ProGAN/MinibatchStandardDeviation.swift}}
//:
//: ## Minibatch standard deviation, measured
//: What does the critic see of a collapsed batch? We take sixteen places in a batch and fill them with fewer and fewer
//: different photographs. The appended number $s$ falls, and is 0 where all are the same. No critic that judges
//: pictures one by one could know.
//:
//: The curve also shows how little one number can say. Two photographs, each eight times, already give four fifths of
//: the value of sixteen different ones: a generator that has collapsed to *two* pictures hardly shows here.
//:
//: A detail with consequences: at *exact* collapse the derivative of $s$ is taken as 0, so this channel then gives the
//: generator no hint of how to get out. A whisker away from it the gradient is as large as ever, because a standard
//: deviation has a kink at 0, like an absolute value.

/// The appended number s: one, everywhere in the fourth channel.
private func spread(of images: Tensor) throws -> Tensor {
  try minibatchStandardDeviation(images).sliced(axis: 1, 3..<4).sliced(axis: 0, 0..<1).sliced(axis: 2, 0..<1)
    .sliced(axis: 3, 0..<1).sum()
}

func measureMinibatchStandardDeviation(_ plan: Plan) throws {
  try measureCollapse(plan)
  try measureSlopesNearCollapse(plan)
  try extendTheDocumentsExample(plan)
  compareDivisors(plan)
  refuseABatchOfOne(plan)
}

private func measureCollapse(_ plan: Plan) throws {
  let distinct = [1, 2, 4, 8, 16]
  let values = try distinct.map { count in
    let chosen = plan.photographs.batch((0..<16).map { $0 % count }, dtype: plan.dtype)
    return try spread(of: chosen).item
  }
  try show(
    LinePlot(
      title: "What the critic sees of a collapsed batch",
      description:
        "The appended standard deviation rises from 0 for one photograph repeated 16 times to about 0.5 for 16 "
        + "different ones.",
      xLabel: "different photographs among 16", yLabel: "appended standard deviation",
      series: [.init("s", x: distinct.map(Double.init), y: values)]), as: "minibatch-std")
  record(
    "minibatch-std/distinct", series: values, atol: 1e-13, rtol: 1e-12, float32: .within(atol: 1e-6, rtol: 1e-5))
}

private func measureSlopesNearCollapse(_ plan: Plan) throws {
  let photographs = plan.photographs.batch(0..<16, dtype: plan.dtype)  // [16, 3, 32, 32]
  let collapsed = plan.photographs.batch([Int](repeating: 0, count: 16), dtype: plan.dtype)
  let whisker = collapsed + plan.random().normal(collapsed.shape, dtype: plan.dtype) * 1e-3
  var norms: [Double] = []
  for (name, images) in [("photographs", photographs), ("a whisker from collapse", whisker), ("collapsed", collapsed)] {
    let s = try spread(of: images)
    let slope = gradients(of: s, at: images).rootMeanSquare * Double(images.count).squareRoot()
    norms.append(slope)
    say("\(name): s = \(formatted(s.item, decimals: 5)), length of its gradient \(formatted(slope, decimals: 5))")
  }
  // In float32 the collapsed batch's mean is not always its images' value to the bit: then the deviation is 1e-8, not
  // 0, and the slope is that of the whisker. Which it is depends on the order of a sum; only float64's 0 is compared.
  record(
    "minibatch-std/gradients", series: Array(norms[..<2]), atol: 1e-13, rtol: 1e-9,
    float32: .within(atol: 0, rtol: 1e-3))
}

//: The document's own example is a batch of five pictures of 112 pixels, $[5, 3, 112, 112]$, that becomes
//: $[5, 4, 112, 112]$. With normal noise in it, the appended channel is near 1 (a little below: the square root of an
//: unbiased variance of five is biased).

private func extendTheDocumentsExample(_ plan: Plan) throws {
  let example = plan.random().normal([5, 3, 112, 112], dtype: plan.dtype)
  let extended = try minibatchStandardDeviation(example)  // [5, 4, 112, 112]
  let appended = extended.sliced(axis: 1, 3..<4)
  say("\(example.shape) → \(extended.shape), everywhere \(formatted(appended.values[0], decimals: 5))")
  record(
    "minibatch-std/example", appended.sliced(axis: 2, 0..<2).sliced(axis: 3, 110..<112), atol: 1e-13, rtol: 1e-12,
    float32: .within(atol: 1e-6, rtol: 1e-5))
  claim("the-documents-example-has-one-channel-more", extended.shape == [5, 4, 112, 112])
}

//: And the divisor? With $N$ in the place of $N - 1$ every value shrinks by $\sqrt{(N-1)/N}$: less than one percent for
//: a batch of 64, but 29 % for the batches of 2 at 256 and 512 px. A batch of one is refused.

private func compareDivisors(_ plan: Plan) {
  show(
    table: ["batch", "divided by N − 1", "divided by N"],
    [2, 4, 16].map { count in
      let images = plan.photographs.batch(0..<count, dtype: plan.dtype)
      let both = [true, false].map { images.standardDeviation(axes: [0], unbiased: $0).mean().item }
      return ["\(count)"] + both.map { formatted($0, decimals: 5) }
    }, caption: "The document's deviation is the unbiased one")
}

private func refuseABatchOfOne(_ plan: Plan) {
  do {
    _ = try minibatchStandardDeviation(plan.photographs.batch(0..<1, dtype: plan.dtype))
    claim("a-batch-of-one-is-refused", false)
  } catch {
    say("\(error)")
    claim("a-batch-of-one-is-refused", true)
  }
}
