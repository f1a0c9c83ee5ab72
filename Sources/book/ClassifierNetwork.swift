import Autograd
import Checkpoints
import Classifier
import Files
import Goldens
import Literate
import Scores
import TensorFiles
import Tensors
import TorchRandom

/// Chapter 7's classifier as scores use it: with the weights that the package keeps of its whole run, or with those of
/// a file.
struct ClassifierNetwork: FeatureNetwork {
  private let network = Classifier(random: TorchGenerator(seed: 0))
  let name: String
  let weightsDigest: String
  let preprocessing: PicturePreprocessing
  let dtype: DType

  /// Throws `FileError` where the weights are absent, damaged, or not those of such a network.
  init(weights path: String?, preprocessing: PicturePreprocessing?, dtype: DType) throws {
    if let path {
      let bytes = try FileSystem.read(path)
      try TensorFile(bytes: bytes, path: path).restoreWeights(of: network, known: "the state of chapter 7's classifier")
      weightsDigest = SHA256.hexadecimal(SHA256.hash(data: bytes))
      name = "classifier, weights with SHA-256 \(weightsDigest.prefix(16))…"
    } else {
      let kept = try TrainedWeights(readingFrom: goldenWholeRuns(of: "07-scores"), act: "classifier")
      try kept.file.restore(network)
      weightsDigest = kept.ledger.weights ?? ""
      name = "chapter 7's classifier, \(kept.ledger.iterations) iterations"
    }
    network.convert(to: dtype)
    network.setTraining(false)
    self.preprocessing = preprocessing ?? .classifier
    self.dtype = dtype
  }

  func outputs(of pictures: Tensor) throws -> (logits: Tensor, features: Tensor) {
    withoutRecording {
      let features = network.features(of: pictures)
      return (network.logits(of: features), features)
    }
  }
}
