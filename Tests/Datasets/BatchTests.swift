import Datasets
import Pictures
import Tensors
import Testing

@Suite struct BatchTests {
  @Test func `batches are torchvision's to the bit`() throws {
    let data = try CIFAR10.embedded()
    for sample in try DatasetSamples.load().batches {
      let batch = data.batch(sample.indices, size: sample.size)
      #expect(batch.shape == sample.shape)
      #expect(batch.withElements(of: Float.self) { $0.prefix(8).map(\.bitPattern) } == sample.firstBits)
      #expect(sha256(batch) == sample.sha256, "size \(sample.size)")
      let mean = batch.values.reduce(0, +) / Double(batch.count)
      #expect(abs(mean - sample.mean) < 1e-12)
      #expect(sha256(data.batch(sample.indices, size: sample.size, dtype: .float64)) == sample.doubleSHA256)
    }
  }

  @Test func `embedded images are two hundred of each class`() throws {
    let data = try CIFAR10.embedded()
    let samples = try DatasetSamples.load()
    #expect(data.count == 2_000)
    var counts = [Int](repeating: 0, count: 10)
    for index in 0..<data.count { counts[data.label(index)] += 1 }
    #expect(counts == samples.labelCounts)
    #expect(counts.allSatisfy { $0 == 200 })
  }

  @Test func `batch at the image's own size is the picture itself`() throws {
    let data = try CIFAR10.embedded()
    let batch = data.batch([3], size: 32)
    #expect(batch.values == Tensor(data.picture(3), normalization: .symmetric).values)
    #expect(data.batch([], size: 8).shape == [0, 3, 8, 8])
  }
}
