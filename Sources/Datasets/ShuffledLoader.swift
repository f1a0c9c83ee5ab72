import TorchRandom

/// Which images come in which batch: PyTorch's `DataLoader(dataset, batch_size, shuffle=True)`, epoch after epoch.
///
/// At the start of every epoch it draws from the program's generator what PyTorch draws (`EpochOrder`), all of it
/// before the first batch is handed out; between the batches of an epoch it draws nothing. The last batch of an epoch
/// is shorter where the count is no multiple of the batch size.
///
/// ```swift
/// var loader = ShuffledLoader(count: data.count, batchSize: 64)
/// while loader.position.epoch < epochs {
///   let batch = loader.next(drawingFrom: random)
///   let real = data.batch(batch.indices)
/// ```
package struct ShuffledLoader: Sendable {
  /// One batch and its place.
  package struct Batch: Sendable, Equatable {
    /// Counted from 0.
    package let epoch: Int
    /// Counted from 0 in every epoch.
    package let number: Int
    /// Indices into the dataset.
    package let indices: ArraySlice<Int>
    /// Whether the epoch ends with this batch.
    package let isLast: Bool
  }

  /// Where a loader stands, before its next batch. With the generator's state, this is all that resuming needs.
  package struct Position: Codable, Sendable, Equatable {
    package var count: Int
    package var batchSize: Int
    /// The epoch of the next batch.
    package var epoch = 0
    /// The next batch's number in its epoch.
    package var batch = 0
    /// What the current epoch's order follows from; nil before the epoch's first batch, when it has not been drawn.
    package var samplerSeed: Int64?
  }

  package private(set) var position: Position
  /// The current epoch's images in the order they come; empty before the first batch.
  package private(set) var order: [Int]

  package var count: Int { position.count }
  package var batchSize: Int { position.batchSize }
  package var batchesPerEpoch: Int { (count - 1) / batchSize + 1 }

  /// A loader before its first epoch. Making one draws nothing.
  package init(count: Int, batchSize: Int) {
    precondition(count > 0 && batchSize > 0, "cannot load \(count) images in batches of \(batchSize)")
    position = Position(count: count, batchSize: batchSize)
    order = []
  }

  /// A loader that goes on where `position` was taken, in the middle of an epoch too. Draws nothing.
  ///
  /// - Throws: `LoaderPositionError` when the position is of another dataset or batch size, or of no loader at all.
  package init(count: Int, batchSize: Int, resumingAt position: Position) throws {
    self.init(count: count, batchSize: batchSize)
    guard position.count == count, position.batchSize == batchSize else {
      throw LoaderPositionError.differentLoader(
        expected: [count, batchSize], found: [position.count, position.batchSize])
    }
    guard position.epoch >= 0 else { throw LoaderPositionError.epoch(found: position.epoch) }
    guard (0..<batchesPerEpoch).contains(position.batch) else {
      throw LoaderPositionError.batch(found: position.batch, batchesPerEpoch: batchesPerEpoch)
    }
    // Between epochs there is no order yet; inside one there must be, and PyTorch draws it from 0 ..< 2⁶³.
    guard position.batch == 0 ? position.samplerSeed == nil : (position.samplerSeed ?? -1) >= 0 else {
      throw LoaderPositionError.samplerSeed(found: position.samplerSeed, batch: position.batch)
    }
    self.position = position
    if let samplerSeed = position.samplerSeed {
      order = EpochOrder(count: count, samplerSeed: samplerSeed).indices
    }
  }

  /// The next batch; the first one of an epoch draws the epoch's order, as `for batch in loader` does in PyTorch.
  package mutating func next(drawingFrom random: TorchGenerator) -> Batch {
    if position.batch == 0 {
      EpochOrder.drawBaseSeed(from: random)
      let drawn = EpochOrder(count: count, drawingFrom: random)
      position.samplerSeed = drawn.samplerSeed
      order = drawn.indices
    }
    let start = position.batch * batchSize
    let end = min(start + min(batchSize, count), count)
    let batch = Batch(
      epoch: position.epoch, number: position.batch, indices: order[start..<end], isLast: end == count)
    position.batch += 1
    if batch.isLast {
      position.epoch += 1
      position.batch = 0
      position.samplerSeed = nil
    }
    return batch
  }
}

/// Why a saved loader position was refused.
package enum LoaderPositionError: Error, Equatable, CustomStringConvertible {
  case differentLoader(expected: [Int], found: [Int])
  case epoch(found: Int)
  case batch(found: Int, batchesPerEpoch: Int)
  case samplerSeed(found: Int64?, batch: Int)
  case history(batch: Int, epoch: Int, found: Int)

  package var description: String {
    switch self {
    case .differentLoader(let expected, let found):
      "loader position: expected one of \(expected[0]) images in batches of \(expected[1]), "
        + "found one of \(found[0]) in batches of \(found[1])"
    case .epoch(let found): "loader position: expected an epoch of 0 or more, found \(found)"
    case .batch(let found, let batchesPerEpoch):
      "loader position: expected a batch from 0 through \(batchesPerEpoch - 1), found \(found)"
    case .samplerSeed(let found, let batch):
      "loader position: expected \(batch == 0 ? "no sampler seed before an epoch" : "a sampler seed of 0 or more"), "
        + "found \(found.map(String.init) ?? "none")"
    case .history(let batch, let epoch, let found):
      "expected the history up to batch \(batch) of epoch \(epoch), found \(found) iterations"
    }
  }
}
