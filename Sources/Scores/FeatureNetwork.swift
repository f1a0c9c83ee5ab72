import Tensors

/// A network that scores are made with: Inception v3 in one of its variants, or the book's own classifier.
package protocol FeatureNetwork {
  /// As scores name it, for example "Inception v3 (torchvision)".
  var name: String { get }
  /// SHA-256 of the file its weights came from, in hexadecimal digits.
  var weightsDigest: String { get }
  /// What its pictures must have gone through.
  var preprocessing: PicturePreprocessing { get }
  /// Precision it computes in.
  var dtype: DType { get }
  /// Logits [N, classes] and features [N, d] of pictures [N, 3, side, side].
  func outputs(of pictures: Tensor) throws -> (logits: Tensor, features: Tensor)
}
