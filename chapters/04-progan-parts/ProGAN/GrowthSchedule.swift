//: ## The schedule
//: How far the newest block has faded in follows from nothing but the number of images seen. It starts at 0.01 and
//: grows with every batch by
//:
//: $$\Delta\alpha = \frac{\text{batch size}}{\frac12\,\text{epochs}\cdot\text{images in the data set}},$$
//:
//: so it reaches 1 after half of the epochs at a resolution, and stays there. At 4 px there is nothing to fade in, and
//: it has no effect.

import Tensors  //src

/// How α grows at one resolution. Source: document 2, `train_fn` and `main`.
package struct FadeInSchedule: Sendable, Equatable {
  package static let start = 0.01

  package let datasetSize: Int
  package let batchSize: Int
  package let epochs: Int

  package init(datasetSize: Int, batchSize: Int, epochs: Int) {
    precondition(datasetSize > 0 && batchSize > 0 && epochs > 0, "\(datasetSize) images, batches of \(batchSize)")
    self.datasetSize = datasetSize
    self.batchSize = batchSize
    self.epochs = epochs
  }

  /// Batches of an epoch, the last of which may be short.
  package var batchesPerEpoch: Int { (datasetSize + batchSize - 1) / batchSize }

  /// Images in batch `index`, counted from the start of the resolution.
  package func images(inBatch index: Int) -> Int {
    min(batchSize, datasetSize - index % batchesPerEpoch * batchSize)
  }

  /// α after one more batch of `images`: the document's expression, rounding included.
  package func alpha(after alpha: Double, images: Int) -> Double {
    if Fault.slowFade.isPlanted { return min(alpha + slowStep(images), 1) }  //src
    return min(alpha + Double(images) / (Double(epochs) * 0.5 * Double(datasetSize)), 1)
  }

  //src begin
  /// The museum's mistake: without the half, so that α reaches 1 only at the end of all epochs.
  private func slowStep(_ images: Int) -> Double { Double(images) / (Double(epochs) * Double(datasetSize)) }
  //src end

  /// α after `batches` batches at this resolution, added up one by one as the document does, so that every bit agrees.
  package func alpha(afterBatches batches: Int) -> Double {
    var value = Self.start
    for index in 0..<batches where value < 1 { value = alpha(after: value, images: images(inBatch: index)) }
    return value
  }
}

/// Batch size at each resolution 4, 8, …, 1024 px, for a graphics card's memory. Source: document 2, `BATCH_SIZES`.
///
/// The last one cannot work: see `BatchOfOneError`.
package let documentBatchSizes = [128, 128, 64, 16, 8, 4, 2, 2, 1]
