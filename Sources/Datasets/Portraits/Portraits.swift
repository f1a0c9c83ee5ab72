import Pictures
import Synchronization
import Tensors
import TorchRandom

/// Drawn people: pictures whose every factor is known, as many as one likes, and free of anyone's rights.
///
/// Portrait i of a seed is the same whatever the count and the size. Nothing is drawn before it is asked for, and
/// nothing is kept but the factors: a portrait of 64 pixels takes less time to draw than a photograph takes to decode.
package struct Portraits: ImageDataset {
  package static let sizes = 32...256
  package static let counts = 1...1_000_000

  package let factors: [PortraitFactors]
  package let size: Int

  package var count: Int { factors.count }

  /// The first `count` portraits of the stream of `seed`, at `size`×`size` pixels.
  package init(count: Int, size: Int, seed: UInt64) {
    precondition(Self.counts.contains(count) && Self.sizes.contains(size), "\(count) portraits of \(size) pixels")
    let random = TorchGenerator(seed: seed)
    factors = (0..<count).map { _ in PortraitFactors(drawingFrom: random) }
    self.size = size
  }

  package func colorPicture(_ index: Int) -> Picture {
    precondition(factors.indices.contains(index), "portrait \(index) of \(count) was asked for")
    return factors[index].picture(size: size)
  }

  /// The pictures with these numbers, drawn on all threads.
  package func pictures(_ numbers: Range<Int>) -> [Picture] {
    let drawn = Mutex([Int: Picture](minimumCapacity: numbers.count))
    ThreadPool.current.run(parts: numbers.count) { part in
      let picture = colorPicture(numbers.lowerBound + part)
      drawn.withLock { $0[part] = picture }
    }
    let pictures = drawn.withLock { $0 }
    return (0..<numbers.count).compactMap { pictures[$0] }
  }
}
