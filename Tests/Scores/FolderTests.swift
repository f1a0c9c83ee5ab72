import Files
import Foundation
import Pictures
import Scores
import TensorFiles
import Tensors
import TestSupport
import Testing

/// A network whose logits are the means of a picture's channels, scaled, and whose features are these and one pixel.
private struct ColorMeter: FeatureNetwork {
  let name = "color meter"
  let weightsDigest = "none"
  let preprocessing = PicturePreprocessing(
    name: "test", resizing: .square(4), mean: [0, 0, 0], std: [1, 1, 1])
  var dtype = DType.float64
  /// The picture, by number, for which it gives NaN.
  var failing: (call: Int, row: Int)?
  var calls = Calls()

  final class Calls: @unchecked Sendable { var sizes: [Int] = [] }

  func outputs(of pictures: Tensor) throws -> (logits: Tensor, features: Tensor) {
    let count = pictures.shape[0]
    calls.sizes.append(count)
    let values = pictures.values
    var (logits, features): ([Double], [Double]) = ([], [])
    for picture in 0..<count {
      var means = (0..<3).map { channel in
        let start = (picture * 3 + channel) * 16
        return values[start..<(start + 16)].reduce(0, +) / 16
      }
      if let failing, failing.call == calls.sizes.count - 1, failing.row == picture { means[2] = .nan }
      logits += means.map { 10 * $0 }
      features += means + [values[picture * 48]]
    }
    return (
      Tensor(logits, shape: [count, 3]).converted(to: dtype), Tensor(features, shape: [count, 4]).converted(to: dtype)
    )
  }
}

/// A folder of so many pictures, sizes and colors varying, named p000.png, p001.png, ….
private func folder(of count: Int, seed: UInt32 = 1) throws -> TemporaryFolder {
  let folder = try TemporaryFolder()
  for number in 0..<count {
    let (width, height) = (3 + number % 4, 2 + number % 3)
    let pixels = words(width * height * 3, seed: seed + UInt32(number)).enumerated().map { index, word in
      UInt8(index % 3 == number % 3 ? 155 + word >> 16 % 100 : word >> 18)
    }
    let name = "p" + String(String(1000 + number).dropFirst()) + ".png"
    try PNG.write(Picture(width: width, height: height, channels: 3, pixels: pixels), to: folder(name))
  }
  return folder
}

@Suite struct ScoredFolderTests {
  private let preparation = PicturePreprocessing.torchvisionInception

  private func png(width: Int = 4, height: Int = 4) throws -> [UInt8] {
    try PNG.encode(
      Picture(width: width, height: height, channels: 1, pixels: Array(repeating: 9, count: width * height)))
  }

  private func jpeg() throws -> [UInt8] {
    try FileSystem.read(Repository.sample("jpeg/gray.jpg", of: "Pictures").path)
  }

  @Test func `pictures come sorted by name and other files are passed over`() throws {
    let folder = try TemporaryFolder()
    // Python: sorted(["b.png", "a.jpeg", "B.PNG", "gen_00010.png", "epoch_9.Jpg", "ä.png", "10.png", "9.png"])
    let sorted = ["10.png", "9.png", "B.PNG", "a.jpeg", "b.png", "epoch_9.Jpg", "gen_00010.png", "ä.png"]
    for name in sorted.reversed() { try AtomicFile.write(png(), to: folder(name)) }
    for name in ["notes.txt", "x.webp", "png"] { try AtomicFile.write("no picture", to: folder(name)) }
    try FileSystem.createFolder(folder("below"))
    try AtomicFile.write(png(), to: folder("below/1.png"))
    let scored = try ScoredFolder(folder.path, preprocessing: preparation)
    #expect(scored.files == sorted)
    #expect(scored.passedOver == 4)
    let generated = try ScoredFolder(folder.path, namedLike: "gen_", preprocessing: preparation)
    #expect(generated.files == ["gen_00010.png"] && generated.passedOver == 11)
    #expect(throws: ScoreError.noPictures(path: folder.path)) {
      try ScoredFolder(folder.path, namedLike: "grid_", preprocessing: preparation)
    }
  }

  @Test func `batches hold all pictures in order whatever their size`() throws {
    let folder = try folder(of: 7)
    let scored = try ScoredFolder(folder.path, preprocessing: .pytorchFID)
    let whole = try scored.pictures(0..<7, dtype: .float32)
    #expect(whole.shape == [7, 3, 299, 299])
    for size in [1, 3, 7, 50] {
      var (values, ranges): ([Double], [Range<Int>]) = ([], [])
      try scored.forEachBatch(of: size, dtype: .float64) { numbers, pictures in
        #expect(pictures.dtype == .float64)
        ranges.append(numbers)
        values += pictures.values
      }
      #expect(ranges.map(\.count).reduce(0, +) == 7 && ranges.allSatisfy { $0.count <= size })
      #expect(values == whole.values)
    }
    #expect(throws: ScoreError.badOption(name: "batch", expected: "at least 1", found: 0)) {
      try scored.forEachBatch(of: 0, dtype: .float32) { _, _ in }
    }
  }

  @Test func `JPEG that is called PNG is read`() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(jpeg(), to: folder("a.png"))
    let scored = try ScoredFolder(folder.path, preprocessing: preparation)
    #expect(try scored.pictures(0..<1, dtype: .float32).shape == [1, 3, 299, 299])
  }

  // MARK: - What is refused, before any pixel is decoded

  @Test func `folders without pictures are refused`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: ScoreError.noPictures(path: folder.path)) {
      try ScoredFolder(folder.path, preprocessing: preparation)
    }
    #expect(throws: ScoreError.missingFolder(path: folder("none"))) {
      try ScoredFolder(folder("none"), preprocessing: preparation)
    }
    try AtomicFile.write("text", to: folder("notes.txt"))
    #expect(throws: ScoreError.noPictures(path: folder.path)) {
      try ScoredFolder(folder.path, preprocessing: preparation)
    }
    #expect(throws: ScoreError.missingFolder(path: folder("notes.txt"))) {
      try ScoredFolder(folder("notes.txt"), preprocessing: preparation)
    }
  }

  /// The error for a folder in which one file among good ones has these bytes.
  private func error(_ name: String, _ bytes: [UInt8]) throws -> (error: (any Error)?, path: String) {
    let folder = try TemporaryFolder()
    for good in ["a.png", "z.png"] { try AtomicFile.write(png(), to: folder(good)) }
    try AtomicFile.write(bytes, to: folder(name))
    do {
      _ = try ScoredFolder(folder.path, preprocessing: preparation)
      return (nil, folder(name))
    } catch { return (error, folder(name)) }
  }

  @Test func `one unreadable picture is named before any work`() throws {
    let jpeg = try jpeg()
    let wide = try Array(png(width: 500, height: 1))
    var hugeHeader = try png()
    hugeHeader.replaceSubrange(16..<20, with: [0x7F, 0xFF, 0xFF, 0xFF])
    let sixteen = try FileSystem.read(Repository.sample("png/sixteen.png", of: "Pictures").path)
    let cmyk = try FileSystem.read(Repository.sample("jpeg/cmyk.jpg", of: "Pictures").path)
    for (name, bytes) in try [
      ("b.png", []), ("b.jpg", Array("no picture".utf8)), ("b.png", Array(png().prefix(20))), ("b.png", hugeHeader),
      ("b.jpeg", Array(jpeg.prefix(30))), ("b.png", wide),
      ("b.png", Array(png().prefix(8)) + [0xFF, 0xFF, 0xFF, 0xFF] + Array(png().dropFirst(12))),
    ] {
      let (error, path) = try error(name, bytes)
      let text = error.map { "\($0)" } ?? "nothing"
      #expect(text.hasPrefix(path + ": expected"), "\(bytes.count) bytes: \(text)")
    }
    // Sixteen bits and four inks are read as Pillow reads them.
    for (name, bytes) in try [("b.png", png()), ("b.png", sixteen), ("b.jpg", cmyk)] {
      #expect(try error(name, bytes).error == nil)
    }
  }

  @Test func `a folder with a picture's name is refused`() throws {
    let folder = try folder(of: 1)
    try FileSystem.createFolder(folder("a.png"))
    #expect(throws: ScoreError.notAPicture(path: folder("a.png"), found: "a folder")) {
      try ScoredFolder(folder.path, preprocessing: preparation)
    }
    try FileManager.default.createSymbolicLink(atPath: folder("0.png"), withDestinationPath: folder("nowhere"))
    #expect(throws: FileError.self) { try ScoredFolder(folder.path, preprocessing: preparation) }
  }

  @Test func `damaged pixels are named when their turn comes`() throws {
    let folder = try folder(of: 4)
    try AtomicFile.write(Array(png(width: 30, height: 30).dropLast(30)), to: folder("p001.png"))
    let scored = try ScoredFolder(folder.path, preprocessing: preparation)
    #expect(throws: PNGError.self) { try scored.pictures(0..<4, dtype: .float32) }
    do { _ = try scored.pictures(1..<2, dtype: .float32) } catch {
      #expect("\(error)".hasPrefix(folder("p001.png") + ": expected"))
    }
  }
}

@Suite struct FolderScorerTests {
  @Test func `scores of a folder are those of its rows`() throws {
    let (first, second) = (try folder(of: 23), try folder(of: 31, seed: 77))
    let scorer = FolderScorer(ColorMeter(), names: .classifier, batchSize: 5)
    var tables = [FeatureTable(), FeatureTable()]
    var logits = FeatureTable()
    for (number, folder) in [first, second].enumerated() {
      try scorer.forEachOutput(of: scorer.folder(folder.path)) { rows, features in
        if number == 0 { try logits.append(rows) }
        try tables[number].append(features)
      }
    }
    var score = try InceptionScore(pictures: 23, splits: 4)
    try score.append(logits.tensor())
    let report = try scorer.inceptionScore(of: first.path, splits: 4)
    #expect(try report.score == score.result().score && report.deviation == score.result().deviation)
    #expect(report.score > 1 && report.score < 3)

    let moments = try tables.map { table in
      var statistics = FeatureStatistics()
      try statistics.append(table.tensor())
      return try statistics.moments()
    }
    let frechet = try scorer.frechetDistance(from: first.path, to: second.path)
    #expect(try frechet.score == FrechetDistance(moments[0], moments[1]).value && frechet.deviation == nil)
    #expect(abs(try scorer.frechetDistance(from: first.path, to: first.path).score) < 1e-10)

    let kernel = try scorer.kernelDistance(from: first.path, to: second.path, subsets: 6, subsetSize: 20, seed: 8)
    let expected = try KernelDistance(tables[0].tensor(), tables[1].tensor(), subsets: 6, subsetSize: 20, seed: 8)
    #expect(kernel.score == expected.value && kernel.deviation == expected.deviation)
  }

  @Test func `neither batches nor threads show in the score`() throws {
    let folder = try folder(of: 13)
    let (one, two, isShared) = try onOneAndTwoThreads {
      try FolderScorer(ColorMeter(), names: .classifier, batchSize: 4).inceptionScore(of: folder.path, splits: 3)
    }
    #expect(one == two && isShared)
    #expect(
      try FolderScorer(ColorMeter(), names: .classifier, batchSize: 32).inceptionScore(of: folder.path, splits: 3)
        == one)
  }

  @Test(arguments: DType.allCases) func `saved rows are what NumPy reads`(_ dtype: DType) throws {
    let (folder, out) = (try folder(of: 7), try TemporaryFolder())
    let scorer = FolderScorer(ColorMeter(dtype: dtype), names: .classifier, batchSize: 3)
    _ = try scorer.inceptionScore(
      of: folder.path, splits: 2, logitsFile: out("logits.npy"), featuresFile: out("features.npy"))
    #expect(out.names == ["features.npy", "logits.npy"])
    var expected = FeatureTable()
    try scorer.forEachOutput(of: scorer.folder(folder.path)) { try expected.append($1) }
    let entry = try TensorFile(contentsOf: out("features.npy")).entry("array")
    let saved = try entry.tensor(file: "features.npy")
    #expect(saved.dtype == dtype && saved.shape == [7, 4])
    #expect(try saved.values == expected.tensor().values)
    #expect(try TensorFile(contentsOf: out("logits.npy")).entry("array").shape == [7, 3])
  }

  @Test func `where the work fails no rows are left`() throws {
    let (folder, out) = (try folder(of: 7), try TemporaryFolder())
    let scorer = FolderScorer(ColorMeter(failing: (1, 2)), names: .classifier, batchSize: 3)
    #expect {
      try scorer.inceptionScore(
        of: folder.path, splits: 2, logitsFile: out("logits.npy"), featuresFile: out("features.npy"))
    } throws: { error in
      "\(error)".hasPrefix(folder("p005.png") + ": expected finite logits from the network, found nan as logit 2")
    }
    #expect(out.names.isEmpty)
  }

  @Test func `progress is told and may end the work`() throws {
    struct Enough: Error {}
    let folder = try folder(of: 7)
    var told: [Int] = []
    let meter = ColorMeter()
    let scorer = FolderScorer(meter, names: .classifier, batchSize: 3) { done, total in
      #expect(total == 7)
      told.append(done)
      if done == 6 { throw Enough() }
    }
    #expect(throws: Enough.self) { try scorer.inceptionScore(of: folder.path, splits: 1) }
    #expect(told == [3, 6] && meter.calls.sizes == [3, 3])
  }

  @Test func `what cannot work is refused before the network runs`() throws {
    let (few, one) = (try folder(of: 5), try folder(of: 1))
    let meter = ColorMeter()
    let scorer = FolderScorer(meter, names: .inception)
    #expect(throws: ScoreError.tooFewPictures(needed: 10, for: "10 splits", found: 5)) {
      try scorer.inceptionScore(of: few.path)
    }
    #expect(throws: ScoreError.tooFewPictures(needed: 2, for: "a covariance", found: 1)) {
      try scorer.frechetDistance(from: few.path, to: one.path)
    }
    #expect(throws: ScoreError.tooFewPictures(needed: 2, for: "a kernel distance", found: 1)) {
      try scorer.kernelDistance(from: few.path, to: one.path)
    }
    #expect(throws: ScoreError.tooFewPictures(needed: 6, for: "a subset of 6", found: 5)) {
      try scorer.kernelDistance(from: few.path, to: few.path, subsetSize: 6)
    }
    #expect(throws: ScoreError.missingFolder(path: few("none"))) {
      try scorer.frechetDistance(from: few.path, to: few("none"))
    }
    #expect(meter.calls.sizes.isEmpty)
  }

  @Test func `rows that are not one for each picture are refused`() throws {
    struct Miscounting: FeatureNetwork {
      let name = "miscounting"
      let weightsDigest = "none"
      let preprocessing = PicturePreprocessing.pytorchFID
      let dtype = DType.float32
      func outputs(of pictures: Tensor) -> (logits: Tensor, features: Tensor) {
        (.zeros([pictures.shape[0], 2], dtype: dtype), .zeros([1, 2], dtype: dtype))
      }
    }
    let folder = try folder(of: 3)
    #expect(throws: ScoreError.wrongShape(what: "feature", expected: "[3, width]", found: [1, 2])) {
      try FolderScorer(Miscounting(), names: .classifier).inceptionScore(of: folder.path, splits: 1)
    }
  }
}
