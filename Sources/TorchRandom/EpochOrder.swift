/// The order in which one epoch of `DataLoader(shuffle=True)` visits a dataset.
///
/// Per epoch the loader takes two `nextInt64()` from the program's generator: first the base seed (when its iterator is
/// made; workers would be seeded with it, nothing else depends on it), then the sampler's seed (when the first batch is
/// asked for). A fresh generator with that second seed, of which the low 32 bits count, gives `permutation(count)`.
/// Both come before the first batch's noise. Nothing else in the loader draws.
///
/// Source: PyTorch `_BaseDataLoaderIter.__init__` and `RandomSampler.__iter__`; the same for any number of workers.
package struct EpochOrder: Sendable, Equatable {
  /// What the order follows from: saving it is saving the order.
  package let samplerSeed: Int64
  /// A permutation of 0 ..< count.
  package let indices: [Int]

  /// The order of an epoch whose sampler seed is known.
  package init(count: Int, samplerSeed: Int64) {
    self.samplerSeed = samplerSeed
    indices = TorchGenerator(seed: UInt64(bitPattern: samplerSeed)).permutation(count)
  }

  /// Draws the base seed, as making a loader's iterator does.
  @discardableResult
  package static func drawBaseSeed(from random: TorchGenerator) -> Int64 { random.nextInt64() }

  /// Draws the sampler's seed, as asking a loader for the first batch of an epoch does, and takes the order from it.
  package init(count: Int, drawingFrom random: TorchGenerator) {
    self.init(count: count, samplerSeed: random.nextInt64())
  }
}
