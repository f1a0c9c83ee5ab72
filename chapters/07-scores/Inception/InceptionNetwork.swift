import Autograd
import Scores
import Tensors

/// Inception v3 from a file of weights, as scores use it.
package struct InceptionNetwork: FeatureNetwork {
  private let network: Inception3
  package let name: String
  package let weightsDigest: String
  package let preprocessing: PicturePreprocessing
  package let dtype: DType

  /// Throws `FileError` where the file does not hold such weights.
  package init(weights path: String, preprocessing: PicturePreprocessing?, dtype: DType) throws {
    let weights = try InceptionWeights.load(path)
    network = weights.network
    network.convert(to: dtype)
    name = "Inception v3 (\(network.variant.rawValue)), \(weights.description)"
    weightsDigest = weights.sha256
    self.preprocessing = preprocessing ?? (network.variant == .fid ? .pytorchFID : .torchvisionInception)
    self.dtype = dtype
  }

  package func outputs(of pictures: Tensor) throws -> (logits: Tensor, features: Tensor) {
    withoutRecording {
      let output = network(pictures)
      return (output.logits, output.features)
    }
  }
}
