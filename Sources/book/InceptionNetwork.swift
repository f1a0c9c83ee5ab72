import ArgumentParser
import Autograd
import Inception
import Scores
import Tensors

/// Inception v3 from a file of weights, as scores use it.
struct InceptionNetwork: FeatureNetwork {
  private let network: Inception3
  let name: String
  let weightsDigest: String
  let preprocessing: PicturePreprocessing
  let dtype: DType

  /// Throws `FileError` where the file does not hold such weights.
  init(weights path: String, preprocessing: PicturePreprocessing?, dtype: DType) throws {
    let weights = try InceptionWeights.load(path)
    network = weights.network
    network.convert(to: dtype)
    name = "Inception v3 (\(network.variant.rawValue)), \(weights.description)"
    weightsDigest = weights.sha256
    self.preprocessing = preprocessing ?? (network.variant == .fid ? .pytorchFID : .torchvisionInception)
    self.dtype = dtype
  }

  func outputs(of pictures: Tensor) throws -> (logits: Tensor, features: Tensor) {
    withoutRecording {
      let output = network(pictures)
      return (output.logits, output.features)
    }
  }
}

/// How pictures are prepared, by the names that the command takes.
enum PreparationName: String, CaseIterable, ExpressibleByArgument {
  case torchvision, draft
  case pytorchFID = "pytorch-fid"

  var preprocessing: PicturePreprocessing {
    switch self {
    case .torchvision: .torchvisionInception
    case .draft: .documentDraft
    case .pytorchFID: .pytorchFID
    }
  }
}
