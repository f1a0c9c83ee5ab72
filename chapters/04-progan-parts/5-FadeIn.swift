//: # Fade-in, and whether it is smooth
//: A fade from $\alpha = 0$ to $1$ promises that growing disturbs nothing: at $\alpha = 0$ the grown network should
//: *be* the old one. Below are four latents (rows) at 32 px, the newest block faded in by
//: $\alpha = 0, \frac14, \frac12, 1$ (columns). In the left column every 2×2 square has one color: it is the 16-px
//: picture, enlarged. To the right the new block's detail comes in. The networks are untrained, so the pictures are
//: patterns and no photographs.

import Datasets
import GANBook
import ProGAN

func drawFadeIn(_ plan: Plan) throws {
  let random = plan.random()
  let generator = Generator(latents: 64, channels: plan.channels, imageSize: 32, random: random)
  let noise = random.normal([4, 64, 1, 1], dtype: plan.dtype)
  generator.convert(to: plan.dtype)
  let columns = withoutRecording {
    [0, 0.25, 0.5, 1].map { alpha in generator(noise, alpha: alpha, step: 3) }  // four of [4, 3, 32, 32]
  }
  // Row by row: all α of the first latent, then of the second.
  let tiles = concatenated(
    (0..<4).flatMap { row in columns.map { $0.sliced(axis: 0, row..<row + 1) } }, axis: 0)  // [16, 3, 32, 32]
  record(sized: "fade-in/images", tiles)
  try show(
    Picture((tiles.upsampledNearest(factor: 4) * 0.5 + 0.5).grid(columns: 4, padding: 4, padValue: 1)), as: "fade-in",
    caption: "Fade-in at 32 px: α = 0, ¼, ½, 1 from left to right, one latent a row",
    description:
      "Sixteen abstract color patterns in four rows. From left to right each row turns from coarse squares, the "
      + "enlarged 16-px picture, into finer texture.", isCover: true)
}

//: ## Continuity in numbers
//: We grow from step $s - 1$ (fully faded in) to step $s$ and look at the largest change in the generator's pictures,
//: against the old ones enlarged, and at the largest change in the critic's scores of photographs, as a share of the
//: scores' size. At $\alpha = 0$ both should be 0.
//:
//: They are, with two exceptions that the document's code makes.
//:
//: - **4 → 8 px, generator.** At step 0 the document returns the colors without $\tanh$, from step 1 on with it.
//:   Growing squeezes every color at once.
//: - **From 16 px on, critic.** The newest block sees the picture before it is halved; the older blocks are called
//:   after halving. So when step $s$ begins, block $s - 1$, which has learned at $4\cdot2^{s-1}$ px, is shown pictures
//:   of half that size, at full strength and whatever $\alpha$ is. In the paper's order (call the block, then halve)
//:   there is no such jump.

func measureContinuity(_ plan: Plan) throws {
  let random = plan.random()
  let generator = Generator(latents: 64, channels: 16, imageSize: 128, random: random)
  let noise = random.normal([4, 64, 1, 1], dtype: plan.dtype)
  generator.convert(to: plan.dtype)
  let critics = try criticsInBothOrders(drawnFrom: random.state, plan.dtype)

  // Step by step and α by α: the change of G's pixels, and of the scores of both critics.
  let changes = try (1...5).map { step -> [[Double]] in
    let photographs = plan.photographs.batch(0..<4, size: resolution(atStep: step), dtype: plan.dtype)
    let halved = photographs.averagePooled(PoolingWindow(size: 2))
    return try withoutRecording {
      let old = generator(noise, alpha: 1, step: step - 1).upsampledNearest(factor: 2)
      let oldScores = try critics.map { try $0(halved, alpha: 1, step: step - 1) }
      return try alphas.map { alpha in
        let change = generator(noise, alpha: alpha, step: step).largestDifference(from: old)
        let scoreChanges = try zip(critics, oldScores).map { critic, old in
          try critic(photographs, alpha: alpha, step: step).largestDifference(from: old) / old.largest
        }
        return [change] + scoreChanges
      }
    }
  }
  try showContinuity(changes)
  let (jumps, lines) = (changes.map { $0[0] }, changes[1])
  record(
    "continuity/jumps", series: jumps.flatMap { $0 }, atol: 1e-13, rtol: 1e-10, float32: .within(atol: 1e-5, rtol: 1e-4)
  )
  record(
    "continuity/growing-to-16", series: lines.flatMap { $0 }, atol: 1e-12, rtol: 1e-10,
    float32: .within(atol: 1e-5, rtol: 1e-4))
  claim("generator-jumps-only-without-tanh", jumps[0][0] > 0.01 && jumps[1...].allSatisfy { $0[0] < 1e-5 })
  claim("the-documents-critic-jumps", jumps[1...].allSatisfy { $0[1] > 0.01 })
  claim("the-papers-critic-does-not", jumps.allSatisfy { $0[2] < 1e-4 })
}

/// Two critics of equal weights, one in each order.
private func criticsInBothOrders(drawnFrom state: GeneratorState, _ dtype: DType) throws -> [Discriminator] {
  try [HalvingOrder.beforeBlock, .afterBlock].map { order in
    let critic = Discriminator(
      imageSize: 128, latents: 64, channels: 16, order: order, random: try TorchGenerator(state: state))
    critic.convert(to: dtype)
    return critic
  }
}

private let alphas = [0, 0.01, 0.1, 0.25, 0.5, 0.75, 1]

private func showContinuity(_ changes: [[[Double]]]) throws {
  let lines = changes[1]
  show(
    table: [
      "growth", "G, α = 0", "D document, α = 0", "D paper, α = 0", "G, α = 0.01", "D document, α = 0.01",
      "D paper, α = 0.01",
    ],
    zip(1..., changes).map { step, changes in
      ["\(resolution(atStep: step - 1)) → \(resolution(atStep: step)) px"]
        + (changes[0] + changes[1]).map { formatted($0, decimals: 6) }
    }, caption: "Largest change by growing: of G's pixels, and of D's scores as a share of their size")
  try show(
    LinePlot(
      title: "Growing from 8 to 16 px",
      description:
        "The change of G's pictures and of the paper's critic starts at 0 for alpha 0 and rises with alpha. The "
        + "document's critic starts far above 0.",
      xLabel: "α", yLabel: "largest change",
      series: [
        .init("G's pixels", x: alphas, y: lines.map { $0[0] }),
        .init("D's scores, document", x: alphas, y: lines.map { $0[1] }),
        .init("D's scores, paper's order", x: alphas, y: lines.map { $0[2] }),
      ]), as: "continuity")
}

//: {{weave ProGAN/GrowthSchedule.swift}}
//:
//: ## The schedule, drawn
//: $\alpha$ is a pure function of the images seen. At each resolution it starts at 0.01, reaches 1 after half of the
//: epochs, and stays. The rounding is part of it: the document adds a small number again and again, and chapter 6
//: prints $\alpha$ with six decimals, so we add in the same order.

func drawSchedule(_ plan: Plan) throws {
  let schedules = documentBatchSizes[..<6].map { FadeInSchedule(datasetSize: 2_000, batchSize: $0, epochs: 8) }
  var epochs: [Double] = []
  var alphas: [Double] = []
  for (step, schedule) in schedules.enumerated() {
    for epoch in 0...schedule.epochs {
      epochs.append(Double(step * schedule.epochs + epoch))
      alphas.append(schedule.alpha(afterBatches: epoch * schedule.batchesPerEpoch))
    }
  }
  try show(
    LinePlot(
      title: "The document's schedule, 8 epochs a resolution",
      description:
        "A saw tooth: at each of six resolutions alpha rises from 0.01 to 1 in four epochs and stays there for four.",
      xLabel: "epoch (4 px from 0, 8 px from 8, …)", yLabel: "α", series: [.init("α", x: epochs, y: alphas)]),
    as: "schedule")
  show(
    table: ["resolution", "batch size", "batches an epoch", "α after one batch", "batches until α = 1"],
    schedules.enumerated().map { step, schedule in
      let whole = schedule.epochs * schedule.batchesPerEpoch
      let full = (0...whole).first { schedule.alpha(afterBatches: $0) == 1 } ?? whole
      return [
        "\(resolution(atStep: step)) px", "\(schedule.batchSize)", "\(schedule.batchesPerEpoch)",
        formatted(schedule.alpha(afterBatches: 1), decimals: 6), "\(full)",
      ]
    }, caption: "For a data set of 2,000 images")
  record("schedule/alpha", series: alphas, atol: 0, rtol: 0)
}

//: # The loss
//: {{weave ProGAN/GradientPenalty.swift}}
