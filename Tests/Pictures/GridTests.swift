import Pictures
import Tensors
import Testing

@Suite struct GridTests {
  @Test func `grids and their pixels are torchvision's to the bit`() throws {
    for sample in try PictureSamples.load().grids {
      let images = PictureSamples.tensor(
        sample.shape, seed: sample.seed, low: sample.low, high: sample.high, dtype: sample.dtype)
      let grid = images.grid(
        columns: sample.columns, padding: sample.padding, normalized: sample.normalized, padValue: sample.padValue)
      let label: Comment =
        """
        \(sample.shape) \(sample.dtype) columns \(sample.columns) padding \(sample.padding) normalized \
        \(sample.normalized)
        """
      #expect(grid.shape == sample.gridShape, label)
      #expect(grid.dtype == sample.dtype, label)
      #expect(sha256(grid) == sample.gridSHA256, label)
      if grid.shape[0] == 3 { #expect(sha256(Picture(grid).pixels) == sample.sha256, label) }
    }
  }

  @Test func `normalizations are torchvision's to the bit`() throws {
    let picture = Picture(width: 16, height: 16, channels: 3, pixels: (0..<768).map { UInt8(truncatingIfNeeded: $0) })
    for sample in try PictureSamples.load().normalizations {
      let normalization = PixelNormalization(mean: sample.mean, std: sample.std)
      let tensor = Tensor(picture, normalization: normalization)
      #expect(sha256(tensor) == sample.sha256)
      #expect(Tensor(picture, normalization: normalization, dtype: .float64).values == tensor.values)
    }
  }

  @Test func `not a number makes a normalized grid black instead of trapping`() {
    let images = Tensor([0, 1, Float.nan, 2], shape: [1, 1, 2, 2])
    #expect(images.grid(normalized: true).values.allSatisfy { $0.isNaN })
    #expect(Picture(images.grid(normalized: true)).pixels.allSatisfy { $0 == 0 })
    let extremes = Tensor([-Double.infinity, .infinity, 1e300], shape: [1, 1, 3])
    #expect(Picture(extremes).pixels == [0, 255, 255])
  }

  @Test func `pixels survive the way to a tensor and back`() {
    let picture = PictureSamples.picture(width: 40, height: 30, channels: 3, seed: 4)
    #expect(Picture(Tensor(picture)) == picture)
    #expect(Picture(Tensor(picture, dtype: .float64)) == picture)
  }
}
