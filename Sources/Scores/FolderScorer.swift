import Tensors

/// Scores folders of pictures with a network, batch by batch.
package struct FolderScorer {
  /// What the scores are called: only Inception's may be compared with published ones.
  package enum Names: Sendable {
    case inception, classifier

    var score: String { self == .inception ? "Inception Score" : "Classifier score" }
    var frechet: String { self == .inception ? "Fréchet Inception Distance" : "Fréchet classifier distance" }
    var kernel: String { self == .inception ? "Kernel Inception Distance" : "Kernel classifier distance" }
  }

  package let network: any FeatureNetwork
  package let names: Names
  package let batchSize: Int
  /// Called after each batch with the pictures done and all of the folder; what it throws ends the work.
  package var progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }

  package init(
    _ network: any FeatureNetwork, names: Names, batchSize: Int = 32,
    progress: @escaping (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) {
    (self.network, self.names, self.batchSize, self.progress) = (network, names, batchSize, progress)
  }

  /// The folder's pictures, prepared for the network; all headers are read.
  package func folder(_ path: String, namedLike prefix: String = "") throws -> ScoredFolder {
    try ScoredFolder(path, namedLike: prefix, preprocessing: network.preprocessing)
  }

  /// Sends all pictures through the network.
  ///
  /// `logitsFile` and `featuresFile` get all rows as .npy, and appear only when everything has gone well.
  package func forEachOutput(
    of folder: ScoredFolder, logitsFile: String? = nil, featuresFile: String? = nil,
    _ body: (_ logits: Tensor, _ features: Tensor) throws -> Void
  ) throws {
    let logitsFile = try logitsFile.map { try RowFile($0, rows: folder.count) }
    let featuresFile = try featuresFile.map { try RowFile($0, rows: folder.count) }
    try folder.forEachBatch(of: batchSize, dtype: network.dtype) { numbers, pictures in
      let (logits, features) = try network.outputs(of: pictures)
      for (rows, what) in [(logits, "logit"), (features, "feature")] {
        guard rows.rank == 2, rows.shape[0] == numbers.count else {
          throw ScoreError.wrongShape(what: what, expected: "[\(numbers.count), width]", found: rows.shape)
        }
      }
      do { try body(logits, features) } catch ScoreError.notFinite(let what, _, let column, let value) {
        throw ScoreError.notFinite(
          what: what, picture: Self.culprit(of: what == "logit" ? logits : features, numbers, folder), column: column,
          value: value)
      }
      try logitsFile?.append(logits)
      try featuresFile?.append(features)
      try progress(numbers.upperBound, folder.count)
    }
    try logitsFile?.commit()
    try featuresFile?.commit()
  }

  /// The Inception Score of a folder, or of the files in it whose names begin with `prefix`; or the classifier's.
  package func inceptionScore(
    of path: String, namedLike prefix: String = "", splits: Int = 10, softmax: DType = .float32,
    logitsFile: String? = nil, featuresFile: String? = nil
  ) throws -> ScoreReport {
    let folder = try folder(path, namedLike: prefix)
    var score = try InceptionScore(pictures: folder.count, splits: splits, precision: softmax)
    try forEachOutput(of: folder, logitsFile: logitsFile, featuresFile: featuresFile) { logits, _ in
      try score.append(logits)
    }
    let result = try score.result()
    return report(
      names.score, result.score, result.deviation, [folder],
      .inceptionScore(splits: splits, epsilon: score.epsilon, softmax: softmax.rawValue))
  }

  /// The Fréchet distance between two folders.
  package func frechetDistance(
    from first: String, to second: String, featuresFiles: (String?, String?) = (nil, nil)
  ) throws -> ScoreReport {
    let folders = try [folder(first), folder(second)]
    // Said before the work: one picture has no covariance.
    for folder in folders where folder.count < 2 {
      throw ScoreError.tooFewPictures(needed: 2, for: "a covariance", found: folder.count)
    }
    let moments = try zip(folders, [featuresFiles.0, featuresFiles.1]).map { folder, file in
      var statistics = FeatureStatistics()
      try forEachOutput(of: folder, featuresFile: file) { try statistics.append($1) }
      return try statistics.moments()
    }
    let distance = try FrechetDistance(moments[0], moments[1])
    return report(names.frechet, distance.value, nil, folders, .frechetDistance(features: moments[0].features))
  }

  /// The kernel distance between two folders.
  package func kernelDistance(
    from first: String, to second: String, subsets: Int = KernelDistance.defaultSubsets, subsetSize: Int? = nil,
    seed: UInt64 = 0, featuresFiles: (String?, String?) = (nil, nil)
  ) throws -> ScoreReport {
    let folders = try [folder(first), folder(second)]
    try KernelDistance.check(
      folders.map(\.count).min() ?? 0, subsets: subsets, subsetSize: subsetSize)
    let tables = try zip(folders, [featuresFiles.0, featuresFiles.1]).map { folder, file in
      var table = FeatureTable()
      try forEachOutput(of: folder, featuresFile: file) { try table.append($1) }
      return try table.tensor()
    }
    let distance = try KernelDistance(tables[0], tables[1], subsets: subsets, subsetSize: subsetSize, seed: seed)
    return report(
      names.kernel, distance.value, distance.deviation, folders,
      .kernelDistance(
        features: tables[0].shape[1], subsets: subsets, subsetSize: distance.subsetSize, seed: seed))
  }

  private func report(
    _ name: String, _ score: Double, _ deviation: Double?, _ folders: [ScoredFolder],
    _ estimator: ScoreReport.Estimator
  ) -> ScoreReport {
    ScoreReport(
      name: name, score: score, deviation: deviation, network: network.name, weights: network.weightsDigest,
      precision: network.dtype.rawValue, preprocessing: network.preprocessing.summary,
      sets: folders.map { .init(path: $0.path, count: $0.count, passedOver: $0.passedOver) }, estimator: estimator)
  }

  /// The file of the first row that is not finite.
  private static func culprit(of rows: Tensor, _ numbers: Range<Int>, _ folder: ScoredFolder) -> String {
    let index = rows.firstNotFinite?.index ?? 0
    return folder.file(numbers.lowerBound + index / max(1, rows.shape[1]))
  }
}
