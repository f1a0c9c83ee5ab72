import Datasets
import Foundation
import Tensors
import Testing
import TorchRandom

@Suite struct ShuffledLoaderTests {
  private func noise(_ random: TorchGenerator) -> [UInt32] {
    random.normal([3]).withElements(of: Float.self) { $0.map(\.bitPattern) }
  }

  @Test func `batches and the draws between them are torch's`() throws {
    for sample in try DatasetSamples.load().loaders {
      let random = TorchGenerator(seed: sample.seed)
      var loader = ShuffledLoader(count: sample.count, batchSize: sample.batchSize)
      #expect(loader.batchesPerEpoch * 3 == sample.steps.count)
      for (index, step) in sample.steps.enumerated() {
        let batch = loader.next(drawingFrom: random)
        #expect(batch.epoch == step.epoch && batch.number == step.number)
        #expect(Array(batch.indices) == step.indices)
        #expect(noise(random) == step.noise)
        #expect(batch.isLast == ((index + 1) % loader.batchesPerEpoch == 0))
      }
      #expect(loader.position.epoch == 3)
    }
  }

  @Test(arguments: [(10, 4), (12, 4), (5, 1), (6, 50), (1, 1), (7, .max)])
  func `every epoch visits every image once`(count: Int, batchSize: Int) {
    let random = TorchGenerator(seed: 8)
    var loader = ShuffledLoader(count: count, batchSize: batchSize)
    for epoch in 0..<3 {
      var seen: [Int] = []
      while loader.position.epoch == epoch { seen += loader.next(drawingFrom: random).indices }
      #expect(seen.sorted() == Array(0..<count))
    }
  }

  @Test(arguments: [(10, 4), (12, 4), (5, 1), (6, 50)])
  func `resuming at any batch continues with the same batches and noise`(count: Int, batchSize: Int) throws {
    for stop in 0..<8 {
      let random = TorchGenerator(seed: 21)
      var loader = ShuffledLoader(count: count, batchSize: batchSize)
      func step(_ loader: inout ShuffledLoader, _ random: TorchGenerator) -> [Int] {
        loader.next(drawingFrom: random).indices + noise(random).map(Int.init)
      }
      for _ in 0..<stop { _ = step(&loader, random) }
      let saved = try JSONEncoder().encode(loader.position)
      let state = random.state
      let expected = (0..<9).map { _ in step(&loader, random) }

      let position = try JSONDecoder().decode(ShuffledLoader.Position.self, from: saved)
      var resumed = try ShuffledLoader(count: count, batchSize: batchSize, resumingAt: position)
      let resumedRandom = try TorchGenerator(state: state)
      #expect((0..<9).map { _ in step(&resumed, resumedRandom) } == expected)
      #expect(resumed.position == loader.position)
    }
  }

  @Test func `making a loader draws nothing`() {
    let random = TorchGenerator(seed: 1)
    let before = random.state
    _ = ShuffledLoader(count: 10, batchSize: 3)
    #expect(random.state == before)
  }

  @Test func `position of another loader or of none is refused`() throws {
    let random = TorchGenerator(seed: 1)
    var loader = ShuffledLoader(count: 10, batchSize: 3)
    _ = loader.next(drawingFrom: random)
    let good = loader.position
    func refusal(_ change: (inout ShuffledLoader.Position) -> Void) throws -> LoaderPositionError? {
      var bad = good
      change(&bad)
      return #expect(throws: LoaderPositionError.self) {
        try ShuffledLoader(count: 10, batchSize: 3, resumingAt: bad)
      }
    }
    #expect(try refusal { $0.count = 11 } == .differentLoader(expected: [10, 3], found: [11, 3]))
    #expect(try refusal { $0.batchSize = 4 } == .differentLoader(expected: [10, 3], found: [10, 4]))
    #expect(try refusal { $0.epoch = -1 } == .epoch(found: -1))
    #expect(try refusal { $0.batch = 4 } == .batch(found: 4, batchesPerEpoch: 4))
    #expect(try refusal { $0.batch = -1 } == .batch(found: -1, batchesPerEpoch: 4))
    #expect(try refusal { $0.samplerSeed = nil } == .samplerSeed(found: nil, batch: 1))
    #expect(try refusal { $0.samplerSeed = -7 } == .samplerSeed(found: -7, batch: 1))
    #expect(try refusal { $0.batch = 0 } == .samplerSeed(found: good.samplerSeed, batch: 0))
  }
}
