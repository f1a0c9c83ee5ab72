import ArgumentParser
import Files
import Foundation
import Goldens
import Inception
import Literate
import Processes
import Scores
import TensorFiles
import Tensors

struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Scores folders of pictures with Inception v3, or with the book's own classifier.",
    discussion: """
      Every number is printed with what it depends on: weights, preparation, estimator, count and order. Scores of one \
      model differ by a factor of two through these, and only scores of one protocol may be compared.
      """,
    subcommands: [
      InceptionScoreCommand.self, FrechetScoreCommand.self, KernelScoreCommand.self, ClassifierScoreCommand.self,
      FrechetClassifierCommand.self,
    ])
}

/// What all scores need.
struct ScoreOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Inception v3's weights, .pth or .safetensors: torchvision's, or those of published FIDs (1,008 outputs). "
        + "With --classifier, those of a classifier like chapter 7's.",
      valueName: "file"))
  var weights: String?

  @Flag(help: "Score with chapter 7's classifier, which needs no download; its scores go by other names.")
  var classifier = false

  @Option(help: "Pictures to send through the network at a time.")
  var batch = 32

  @Option(help: "Precision of the network: float32 or float64.")
  var dtype: DType = .float32

  @Option(
    help: ArgumentHelp(
      "How pictures are prepared: torchvision, draft (the document's, commented out there) or pytorch-fid (default: as "
        + "the weights' publisher does)."))
  var prepared: PreparationName?

  @Option(help: "Threads to compute with (default: BOOK_THREADS, else all cores).")
  var threads: Int?

  @Option(help: ArgumentHelp("Also write the score and its protocol as JSON.", valueName: "file"))
  var json: String?

  func validate() throws {
    if !(1...4096).contains(batch) { throw ValidationError("--batch \(batch): expected 1 to 4096") }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 to 1024")
    }
    for (name, path) in [("--weights", weights), ("--json", json)] where path?.isEmpty == true {
      throw ValidationError("\(name): expected a file, found an empty text")
    }
  }

  /// Computes a score and prints it; everything that cannot be is one line, and nothing is half-written.
  func score(withClassifier: Bool = false, _ compute: (FolderScorer) throws -> ScoreReport) throws {
    if let threads { ThreadPool.shared.threads = threads }
    try ThreadPool.shared.start()
    // Minutes of work must not end in a file that cannot be written.
    if let json { try AtomicFile(json).discard() }
    Interruption.beginPolling()
    defer { Terminal.shared.setStatus("") }
    do {
      let usesClassifier = withClassifier || classifier
      let network = try network(usesClassifier)
      var bar: ProgressBar?
      var last = 0
      let report = try compute(
        FolderScorer(network, names: usesClassifier ? .classifier : .inception, batchSize: batch) { done, total in
          if Interruption.isRequested { throw Interrupted() }
          // A distance has two folders, one after the other.
          let shown = done > last ? bar ?? ProgressBar("pictures", total: total) : ProgressBar("pictures", total: total)
          (bar, last) = (shown, done)
          shown.advance(to: done)
        })
      bar?.finish()
      if let json { try AtomicFile.write(report.json.pretty + "\n", to: json) }
      Terminal.shared.printLine(report.text)
    } catch let error as Interrupted {
      Terminal.shared.printError("book score: \(error); nothing was written")
      throw ExitCode(Interrupted.exitCode)
    } catch let error where !(error is FileError) {
      throw CatalogError("\(error)")
    }
  }
}

extension ScoreOptions {
  private func network(_ usesClassifier: Bool) throws -> any FeatureNetwork {
    if usesClassifier {
      return try ClassifierNetwork(weights: weights, preprocessing: prepared?.preprocessing, dtype: dtype)
    }
    guard let weights else {
      throw CatalogError(
        "--weights: expected the file of Inception v3's weights, which `book fetch inception` downloads; without any "
          + "download, --classifier scores with chapter 7's own network")
    }
    return try InceptionNetwork(weights: weights, preprocessing: prepared?.preprocessing, dtype: dtype)
  }
}

struct InceptionScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inception", abstract: "The Inception Score of a folder, as the GAN document computes it.")

  @OptionGroup var folder: ScoredFolderOptions

  @OptionGroup var options: ScoreOptions

  func run() throws { try options.score(folder.score) }
}

struct ClassifierScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classifier",
    abstract: "The same score of a folder by the book's own classifier; no download, and comparable only with itself.")

  @OptionGroup var folder: ScoredFolderOptions

  @OptionGroup var options: ScoreOptions

  func run() throws { try options.score(withClassifier: true, folder.score) }
}

/// The folder of a score, and how it is cut into parts.
struct ScoredFolderOptions: ParsableArguments {
  @Argument(help: "Folder of PNG and JPEG files; they are taken by name.")
  var folder: String

  @Option(help: "Parts, as numpy.array_split makes them; the score is their mean, ± their deviation.")
  var splits = 10

  @Option(help: "Precision of the softmax.")
  var softmax: DType = .float32

  @Option(help: ArgumentHelp("Also write all logits, a row a picture.", valueName: "file.npy"))
  var saveLogits: String?

  @Option(help: ArgumentHelp("Also write all features, a row a picture.", valueName: "file.npy"))
  var saveFeatures: String?

  func validate() throws {
    if splits < 1 { throw ValidationError("--splits \(splits): expected 1 or more") }
  }

  func score(_ scorer: FolderScorer) throws -> ScoreReport {
    try scorer.inceptionScore(
      of: folder, splits: splits, softmax: softmax, logitsFile: saveLogits, featuresFile: saveFeatures)
  }
}

/// The two folders of a distance.
struct FolderPair: ParsableArguments {
  @Argument(help: "One folder of pictures.")
  var first: String

  @Argument(help: "The other.")
  var second: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Also write all features of both, a row a picture, to two files.", valueName: "file.npy"))
  var saveFeatures: [String] = []

  func validate() throws {
    guard saveFeatures.isEmpty || saveFeatures.count == 2 else {
      throw ValidationError(
        "--save-features: expected two files, one of each folder's features, found \(saveFeatures.count)")
    }
    if saveFeatures.count == 2, saveFeatures[0] == saveFeatures[1] {
      throw ValidationError("--save-features \(saveFeatures[0]): expected two files, found one twice")
    }
  }

  var featuresFiles: (String?, String?) { (saveFeatures.first, saveFeatures.dropFirst().first) }

  func frechetDistance(_ scorer: FolderScorer) throws -> ScoreReport {
    try scorer.frechetDistance(from: first, to: second, featuresFiles: featuresFiles)
  }
}

struct FrechetScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fid", abstract: "The Fréchet distance between two folders: of Inception's features, the FID.")

  @OptionGroup var folders: FolderPair

  @OptionGroup var options: ScoreOptions

  func run() throws { try options.score(folders.frechetDistance) }
}

struct FrechetClassifierCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frechet-classifier",
    abstract: "The Fréchet distance between two folders by the book's own classifier: no FID, and no download.")

  @OptionGroup var folders: FolderPair

  @OptionGroup var options: ScoreOptions

  func run() throws { try options.score(withClassifier: true, folders.frechetDistance) }
}

struct KernelScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kid", abstract: "The kernel distance between two folders: of Inception's features, the KID.")

  @OptionGroup var folders: FolderPair

  @Option(help: "Subsets to take the mean over.")
  var subsets = KernelDistance.defaultSubsets

  @Option(help: "Pictures of each folder in a subset (default: 1,000, or as many as there are).")
  var subsetSize: Int?

  @Option(parsing: .unconditional, help: "Seed of the subsets.", transform: seedArgument)
  var seed: UInt64 = 0

  @OptionGroup var options: ScoreOptions

  func validate() throws {
    if !(1...100_000).contains(subsets) { throw ValidationError("--subsets \(subsets): expected 1 to 100000") }
    if let subsetSize, subsetSize < 2 { throw ValidationError("--subset-size \(subsetSize): expected 2 or more") }
  }

  func run() throws {
    try options.score {
      try $0.kernelDistance(
        from: folders.first, to: folders.second, subsets: subsets, subsetSize: subsetSize, seed: seed,
        featuresFiles: folders.featuresFiles)
    }
  }
}
