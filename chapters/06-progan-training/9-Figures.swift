//: ## What the run shows
//: The strip below is the growth itself: the same eight latents at the end of every resolution, enlarged to one size. The generator keeps what it has
//: learned: a picture's large patches of color stay when the next resolution adds to them.

import Autograd
import Datasets
import Goldens
import Literate
import Pictures
import ProGAN
import Tensors

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
    Picture(grid.upsampledThreefold), as: "growth",
    caption: "The same eight latents at the end of \(sizes) px, from top to bottom",
    description: "A grid of generated pictures; each row repeats the row above it with more detail.")
}

extension Tensor {
  /// [C, H, W] three times as large, for readers' eyes.
  fileprivate var upsampledThreefold: Tensor {
    withoutRecording {
      reshaped([1] + shape).upsampledNearest(factor: 3).reshaped([shape[0], shape[1] * 3, shape[2] * 3])
    }
  }
}

//: Between two latents lie others, and a generator that has learned a distribution, not a list of pictures, makes something of each of
//: them. The animation walks on great circles through the first four of the eight latents and back.

/// Walks through latents and shows the generator's pictures on the way. Latents of a normal distribution lie near a sphere, and a
/// straight line would leave it.
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
      Picture(unit.sliced(axis: 0, index..<(index + 1)).reshaped(Array(unit.shape.dropFirst())).upsampledThreefold)
    },
    millisecondsEach: 100, as: "interpolation", caption: "From latent to latent to latent",
    description:
      "A generated picture that changes smoothly from one to the next of four pictures and back to the first.")
}

//: The curves: the critic's estimate of the distance between data and fakes, and the penalty. At every growth the penalty leaps,
//: because the new blocks have a slope of their own, and is brought down again within some tens of iterations; the estimate means little
//: until then. A penalty that stays far from zero says that the critic's slope is not under control.

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
        .init("penalty", history.lines.map { min($0.penalty, 1.5) }), .init("alpha", history.lines.map(\.alpha)),
      ]),
    as: "penalty", caption: "The penalty (cut off at 1.5) and alpha")
}

//: And the measured distances to the photographs, before and after training.

/// What the meters, one for each resolution from the first, say of a generator before training.
func measureUntrained(_ plan: Plan, _ meters: [QualityMeter]) -> [Quality] {
  let untrained = Training(plan.parameters, data: plan.data, seed: plan.seed, dtype: plan.dtype)
  return meters.enumerated().map { step, meter in
    meter.measure { untrained.generator($0, alpha: 1, step: step) }
  }
}

/// Shows the distances before and after training at each resolution, and records the claim that each has at least halved.
func showQuality(_ progress: [(size: Int, before: Quality, after: Quality)]) {
  show(
    table: ["px", "color before", "after", "share", "patches before", "after", "share"],
    progress.map { row in
      ["\(row.size)"]
        + [(row.before.color, row.after.color), (row.before.patches, row.after.patches)].flatMap { before, after in
          [before, after, after / before].map { formatted($0, decimals: 3) }
        }
    }, caption: "Distances to the photographs of an untrained generator and of the trained one")
  for row in progress {
    let halved = row.after.color < row.before.color / 2 && row.after.patches < row.before.patches / 2
    claim("distances-halved-\(row.size)px", halved)
  }
}
