//: ## What the run shows
//: The strip below is the growth itself: the same eight latents at the end of every resolution, enlarged to one size.
//: At 4 px there are patches of the right colors; at 8 px a dark blot in the middle and a strip below it; at 16 px
//: heads, hair, shoulders, in front of one color; at 32 px eyes, glasses and mouths. What is coarse is settled before
//: there is anything fine: that is the paper's idea.
//:
//: Do not expect each row to be the row above with more detail, though. The 8 px row has hardly a color in common with
//: the 4 px row, and few of the people at 32 px wear what they wore at 16 px. At 4 px the document's generator has no
//: $\tanh$, and from 8 px on it has one (chapter 4 measured the jump); the old `toRGB` fades out with the old
//: resolution, and the new one learns colors of its own; and while the new block learns, all older weights go on
//: moving.
//:
//: The quick profile has 250, 375, 1,250 and 2,250 steps at the four resolutions, with 32 channels, and shows each
//: portrait 19 times. The full profile has the document's 128 channels and 8 epochs at each of six resolutions, and a
//: tenth of the paper's learning rate; it is made for larger data, given by `--data`: 8 epochs of 4,000 pictures are
//: only 256 steps at 4 px. The paper showed 1.6 million pictures at each resolution but the first.

import Datasets
import GANBook
import ProGAN

/// The pictures of the fixed noise after each resolution, enlarged to one size, one row each.
func showGrowth(_ finished: [FinishedResolution], firstStep: Int) throws {
  let grown = finished.map(\.pictures)
  guard let last = grown.last else { return }
  let size = last.shape[2]
  let rows = withoutRecording {
    concatenated(
      grown.map { pictures in
        let unit = ((pictures + 1) / 2).clamped(to: 0...1)
        return size == unit.shape[2] ? unit : unit.upsampledNearest(factor: size / unit.shape[2])
      }, axis: 0)
  }
  let sizes = grown.indices.map { "\(resolution(atStep: firstStep + $0))" }.joined(separator: ", ")
  let grid = rows.grid(columns: Hyperparameters.fixedCount, padding: 2)
  try show(
    Picture(grid).enlarged(3), as: "growth",
    caption: "The same eight latents at the end of \(sizes) px, from top to bottom",
    description:
      "A grid of generated pictures, eight in a row. First row: 4 by 4 patches of color. Second row: a dark blot in "
      + "the middle of 8 by 8 patches. Third row: blurred heads with hair above shirts. Fourth row: people with eyes "
      + "and mouths, some with glasses.",
    isCover: true
  )
}

//: Between two latents lie others, and a generator makes something of each of them; one that had learned a list of
//: pictures would jump from one to the next. The animation walks on great circles through the first four of the eight
//: latents and back.

/// Walks through latents and shows the generator's pictures on the way. Latents of a normal distribution lie near a
/// sphere, and a straight line would leave it.
func showInterpolation(_ training: Training) throws {
  let latents = 4
  let framesEach = 8
  let points = (0..<latents).map { training.fixedNoise.sliced(axis: 0, $0..<($0 + 1)) }
  let path = withoutRecording {
    points.indices.flatMap { index in
      (0..<framesEach).map { frame in
        sphericallyInterpolated(
          points[index], points[(index + 1) % latents], at: Double(frame) / Double(framesEach))
      }
    }
  }
  let images = training.sample(concatenated(path, axis: 0), alpha: training.alpha, step: training.step)
  let unit = withoutRecording { ((images + 1) / 2).clamped(to: 0...1) }
  try show(
    animation: path.indices.map { index in
      Picture(unit.sliced(axis: 0, index..<(index + 1)).reshaped(Array(unit.shape.dropFirst()))).enlarged(3)
    },
    millisecondsEach: 100, as: "interpolation", caption: "From latent to latent to latent",
    description:
      "A generated picture that changes smoothly from one to the next of four pictures and back to the first.")
}

//: The curves: the critic's estimate of the distance between data and fakes, and the penalty. At every growth the
//: penalty leaps, because the new blocks have a slope of their own, and is brought down again within some tens of
//: iterations; the estimate means little until then. A penalty that stays far from zero says that the critic's slope is
//: not under control. The table has, for every resolution, its largest value in the first twenty iterations, and the
//: means of the last hundred.

/// Draws loss and penalty over the whole run.
func showCurves(_ history: History) throws {
  let beginnings = history.beginnings.map { "\(resolution(atStep: $0.step)) px from iteration \($0.iteration)" }
  let text = beginnings.joined(separator: ", ")
  try show(
    LinePlot(
      title: "The critic's estimate of the Wasserstein distance",
      description: "C(x) − C(G(z)) per iteration; \(text).", xLabel: "iteration", yLabel: "C(x) − C(G(z))",
      series: [.init("estimate", history.lines.map(\.distance)), .init("Loss_C", history.lines.map(\.lossC))]),
    as: "distance", caption: "The critic's estimate and its loss: \(text)")
  try show(
    LinePlot(
      title: "Gradient penalty and alpha",
      description: "The penalty before it is weighted, and alpha, per iteration; \(text).",
      xLabel: "iteration", yLabel: "penalty, alpha",
      series: [
        // In a run that goes astray the penalty would hide everything else; in this one nothing is cut off.
        .init("penalty", history.lines.map { min($0.penalty, 1.5) }), .init("alpha", history.lines.map(\.alpha)),
      ]),
    as: "penalty", caption: "The penalty, before it is weighted, and alpha")
  show(
    table: ["px", "penalty at first", "penalty at the end", "estimate at the end"],
    Dictionary(grouping: history.lines, by: \.step).sorted { $0.key < $1.key }.map { step, lines in
      let last = lines.suffix(100)
      return ["\(resolution(atStep: step))"]
        + [lines.prefix(20).map(\.penalty).max() ?? .nan, mean(last.map(\.penalty)), mean(last.map(\.distance))]
        .map { formatted($0, decimals: 3) }
    }, caption: "Penalty and estimate at the beginning and at the end of every resolution")
}

//: A distance cannot be negative, and yet the estimate is, in most of the iterations at 4 px. $W_1$ is the *largest*
//: difference of mean scores that a critic of slope 1 can reach, and a constant critic already reaches 0; the critic at
//: hand is not the best one. It takes one step for each of the generator's, and the generator's step goes where the
//: critic of that moment gives high scores. So the fakes are always where the critic that is being read has just
//: overrated them, and the critic is always one answer late. To see that it is the critic who is late, and not the
//: fakes who are good, train to an iteration at which the estimate is negative, stop the generator and let the critic
//: go on alone:

/// Trains at 4 px, then goes on with the critic alone, and says what it thinks of the same generator before and after.
func showCriticsDelay(_ plan: Plan, after history: History) throws {
  let first = history.lines.filter { $0.step == 0 }
  say("at 4 px the estimate is negative in \(first.count { $0.distance < 0 }) of \(first.count) iterations")
  let (together, alone) = (400, 100)
  let training = Training(plan.parameters, data: plan.data, seed: plan.seed, dtype: plan.dtype)
  let estimates = try iterate("a critic alone", together + alone, place: { _ in "the critic alone" }) { number in
    try number < together ? training.iterate().line.distance : training.stepCriticAlone()
  }
  let late = mean(estimates[..<together].suffix(50))
  let inTime = mean(estimates.suffix(20))
  say(
    "the critic's estimate, mean of iterations \(together - 49) to \(together): \(formatted(late, decimals: 3)); of "
      + "the same generator, after \(alone) more steps of the critic alone: \(formatted(inTime, decimals: 3))")
}

private func mean(_ values: some Collection<Double>) -> Double { values.reduce(0, +) / Double(values.count) }

//: The generator is the same, and the estimate is now that of a critic that has had time: a distance that was there all
//: along. What the curve shows is therefore not the distance but two players answering each other. It is a bound of the
//: distance from below, up to the penalty's slack, and a tight one only where the critic is near its optimum. The WGAN
//: papers give the critic five steps for that reason; this chapter's third exercise tries them. All of this is one
//: seed; with another, other stretches are negative.

//: And the measured distances to the data, before and after training: in numbers, what eyes may be too kind to or too
//: hard on. But they compare colors and small patches over whole sets and know nothing of where in a picture something
//: stands: a head on the wrong side of its shirt would cost little here. What could tell is a program that knows what a
//: portrait is, and the next sections have one.

/// What the meters, one for each resolution from the first, say of a generator before training.
func measureUntrained(_ plan: Plan, _ meters: [QualityMeter]) -> [Quality] {
  let untrained = Training(plan.parameters, data: plan.data, seed: plan.seed, dtype: plan.dtype)
  return meters.enumerated().map { step, meter in
    meter.measure { untrained.generator($0, alpha: 1, step: step) }
  }
}

/// Shows the distances before and after training at each resolution, and records the claim that each has at least
/// halved.
func showQuality(_ progress: [(size: Int, before: Quality, after: Quality)]) {
  show(
    table: ["px", "color before", "after", "share", "patches before", "after", "share"],
    progress.map { row in
      ["\(row.size)"]
        + [(row.before.color, row.after.color), (row.before.patches, row.after.patches)].flatMap { before, after in
          [before, after, after / before].map { formatted($0, decimals: 3) }
        }
    }, caption: "Distances to the data of an untrained generator and of the trained one")
  for row in progress {
    let halved = row.after.color < row.before.color / 2 && row.after.patches < row.before.patches / 2
    claim("distances-halved-\(row.size)px", halved)
  }
}
