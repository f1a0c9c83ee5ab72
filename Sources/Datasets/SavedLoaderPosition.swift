/// A loader's position as checkpoints keep it.
extension ShuffledLoader.Position {
  /// Epoch, batch, and what the epoch's order follows from, −1 where it has not been drawn.
  package var integers: [Int] { [epoch, batch, samplerSeed.map(Int.init) ?? -1] }

  /// What `integers` gave for a loader of so many images. Whether a loader can stand there, its initializer says.
  package init(count: Int, batchSize: Int, integers: [Int]) {
    precondition(integers.count == 3, "a position is 3 integers, not \(integers.count)")
    self.init(count: count, batchSize: batchSize)
    (epoch, batch) = (integers[0], integers[1])
    samplerSeed = integers[2] < 0 ? nil : Int64(integers[2])
  }
}

extension ShuffledLoader {
  /// Throws `LoaderPositionError` unless a loader that stands here has handed out so many batches.
  package func requireIterations(_ iterations: Int) throws {
    let (whole, overflow) = position.epoch.multipliedReportingOverflow(by: batchesPerEpoch)
    guard !overflow, whole.addingReportingOverflow(position.batch) == (iterations, false) else {
      throw LoaderPositionError.history(batch: position.batch, epoch: position.epoch, found: iterations)
    }
  }
}
