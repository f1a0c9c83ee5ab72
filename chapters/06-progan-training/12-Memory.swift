//: ## Is it memory?
//: A generator that had learned its 4,000 portraits by heart would be read just as well. So here are eight samples, and below each the
//: training portrait nearest to it, by the Euclidean distance of their pixels. A learner by heart would show pairs of equals.
//: As a yardstick serve new portraits, drawn from another seed, which nobody has been trained on: how far are *they* from the nearest of the
//: 4,000? Memories would lie nearer than that. Samples that lie farther are new, and not quite portraits: no training picture has
//: their blur.

import Autograd
import Datasets
import Goldens
import Literate
import Pictures
import ProGAN
import Tensors

/// Shows the nearest training portraits of eight samples, and the median distances of samples and of new portraits.
func showNearest(_ portraits: Portraits, _ samples: [Picture]) throws {
  let size = samples[0].height
  let known = try flattened((0..<portraits.count).map { try portraits.colorPicture($0, size: size) })
  let fresh = Portraits(count: samples.count, size: portraits.size, seed: 1)
  let news = try (0..<fresh.count).map { try fresh.colorPicture($0, size: size) }
  let (nearSamples, nearNews) = (nearest(flattened(samples), known), nearest(flattened(news), known))
  let shown = Hyperparameters.fixedCount
  let pairs =
    Array(samples.prefix(shown))
    + (try nearSamples.prefix(shown).map { try portraits.colorPicture($0.index, size: size) })
  let grid = Tensor.batch(pairs, normalization: .unit).grid(columns: shown, padding: 2, padValue: 1)
  try show(
    Picture(grid.enlarged(3)), as: "nearest",
    caption: "Eight samples, and below each the training portrait nearest to it",
    description: "Two rows of eight faces. Those above each other are alike in their large areas and differ in details."
  )
  let (sampled, new) = (median(nearSamples.map(\.distance)), median(nearNews.map(\.distance)))
  say(
    "median distance to the nearest of \(portraits.count) training portraits: of samples \(formatted(sampled, decimals: 2)), "
      + "of new portraits \(formatted(new, decimals: 2))")
}

/// Pictures as rows of numbers from 0 to 1.
private func flattened(_ pictures: [Picture]) -> Tensor {
  withoutRecording {
    let images = Tensor.batch(pictures, normalization: .unit)
    return images.reshaped([images.shape[0], images.count / images.shape[0]])
  }
}

/// For each row of `samples` the nearest row of `known`, and its distance: |a − b|² = |a|² − 2ab + |b|².
private func nearest(_ samples: Tensor, _ known: Tensor) -> [(index: Int, distance: Double)] {
  withoutRecording {
    let products = matrixProduct(samples, known.transposed()).values
    let lengths = known.squared().sum(axes: [1]).values
    let own = samples.squared().sum(axes: [1]).values
    return own.indices.map { row in
      let squares = lengths.indices.map { lengths[$0] - 2 * products[row * lengths.count + $0] }
      let best = squares.indices.reduce(0) { squares[$1] < squares[$0] ? $1 : $0 }
      return (best, max(0, own[row] + squares[best]).squareRoot())
    }
  }
}

private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
