//: ## Is it memory?
//: A generator that had learned its 4,000 portraits by heart would be read just as well. So here are eight samples, and
//: below each the training portrait nearest to it, by the Euclidean distance of their pixels. A learner by heart would
//: show pairs of equals. As a yardstick serve new portraits, drawn from another seed, which nobody has been trained on:
//: how far are *they* from the nearest of the 4,000? Memories would lie nearer than that. Samples that lie farther are
//: new, and not quite portraits: no training picture has their blur.

import Datasets
import GANBook
import ProGAN

/// Shows the nearest training portraits of eight samples, and the median distances of samples and of new portraits.
func showNearest(_ portraits: Portraits, _ samples: [Picture], as name: String = "nearest") throws {
  let size = samples[0].height
  func known(_ places: Range<Int>) throws -> Tensor {
    try Tensor.batch(places.map { try portraits.colorPicture($0, size: size) }, normalization: .unit)
  }
  let fresh = Portraits(count: samples.count, size: portraits.size, seed: 1)
  let news = try (0..<fresh.count).map { try fresh.colorPicture($0, size: size) }
  // Both at once: every training portrait is drawn for this alone.
  let near = try nearestPictures(
    to: Tensor.batch(samples + news, normalization: .unit), among: portraits.count, known)
  let (nearSamples, nearNews) = (near.prefix(samples.count), near.dropFirst(samples.count))
  let shown = Hyperparameters.fixedCount
  let pairs =
    Array(samples.prefix(shown))
    + (try nearSamples.prefix(shown).map { try portraits.colorPicture($0.index, size: size) })
  let grid = Tensor.batch(pairs, normalization: .unit).grid(columns: shown, padding: 2, padValue: 1)
  try show(
    Picture(grid).enlarged(size > 32 ? 2 : 3), as: name,
    caption: "Eight samples, and below each the training portrait nearest to it",
    description: "Two rows of eight faces. Those above each other are alike in their large areas and differ in details."
  )
  let (sampled, new) = (median(nearSamples.map(\.distance)), median(nearNews.map(\.distance)))
  say(
    "median distance to the nearest of \(portraits.count) training portraits: of samples "
      + "\(formatted(sampled, decimals: 2)), of new portraits \(formatted(new, decimals: 2))")
}

private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
