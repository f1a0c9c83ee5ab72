import Files
import Pictures
import Scores
import Tensors
import Testing

@Suite struct PreparationTests {
  private func sha256(_ tensor: Tensor) -> String {
    tensor.withBytes { SHA256.hexadecimal(SHA256.hash(data: $0)) }
  }

  @Test func `pictures are torchvision's to the bit`() throws {
    for sample in try ScoreSamples.load().preparations {
      let prepared = PicturePreprocessing.torchvisionInception(sample.picture)
      #expect(prepared.shape == [3, 299, 299] && prepared.dtype == .float32)
      #expect(sha256(prepared) == sample.torchvision, "\(sample.width)x\(sample.height)")
    }
  }

  @Test func `pictures are the document's draft to the bit`() throws {
    for sample in try ScoreSamples.load().preparations {
      #expect(
        sha256(PicturePreprocessing.documentDraft(sample.picture)) == sample.draft, "\(sample.width)x\(sample.height)")
    }
  }

  // PyTorch's compiled loops fuse multiplications and additions as each build pleases: one rounding of a place, of up
  // to 700 pixels.
  @Test func `pictures are pytorch-fid's to rounding`() throws {
    for sample in try ScoreSamples.load().preparations {
      let prepared = PicturePreprocessing.pytorchFID(sample.picture)
      #expect(prepared.shape == [3, 299, 299])
      let all = prepared.values
      let values = stride(from: 0, to: all.count, by: 997).map { all[$0] }
      #expect(values.count == sample.pytorchFID.count)
      let worst = zip(values, sample.pytorchFID).map { abs($0 - Double($1)) }.max() ?? 1
      #expect(worst <= 1e-6, "\(sample.width)x\(sample.height): \(worst)")
    }
  }

  @Test func `a classifier's square is Pillow's with nothing cut off`() {
    let picture = Picture(width: 2, height: 1, channels: 3, pixels: [0, 0, 0, 255, 255, 255])
    let square = PicturePreprocessing(name: "test", resizing: .square(2), mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5])
    #expect(square(picture).values == [-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1])
  }

  @Test func `long pictures are refused before they fill the memory`() throws {
    let preparation = PicturePreprocessing.torchvisionInception
    try preparation.check(width: 100, height: 1, path: "a")
    for (width, height) in [(101, 1), (1, 65_536)] {
      #expect(throws: ScoreError.tooLong(path: "a", width: width, height: height, limit: 100)) {
        try preparation.check(width: width, height: height, path: "a")
      }
    }
    try PicturePreprocessing.pytorchFID.check(width: 1, height: 65_536, path: "a")
  }

  @Test func `it says what it does`() {
    #expect(
      PicturePreprocessing.torchvisionInception.summary
        == "torchvision: shorter side to 342 (bilinear with Pillow's filter, 8 bits), middle 299x299, "
        + "mean (0.485, 0.456, 0.406), std (0.229, 0.224, 0.225)")
    #expect(
      PicturePreprocessing.pytorchFID.summary
        == "pytorch-fid: to 299x299 (bilinear without a filter, float32), mean 0.0, std 1.0")
  }
}
