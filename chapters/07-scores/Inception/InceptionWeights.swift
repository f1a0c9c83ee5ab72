import Checkpoints
import Files
import NeuralNets
import TensorFiles
import Tensors
import TorchRandom

//: ### Weights
//: A score is only as good as the weights behind it, and a file says nothing about itself but its bytes. Publishers
//: write the beginning of a file's SHA-256 into its name, so the bytes tell which of the known files it is, whatever it
//: is called.

/// A published file of weights, known by how the SHA-256 of its bytes begins.
package struct KnownWeights: Sendable, Equatable {
  /// The publisher's name of the file.
  package let name: String
  package let hashPrefix: String
  package let variant: InceptionVariant

  /// The folder at its publisher's.
  private let folder: String

  /// Where its publisher offers it.
  package var address: String { folder + name }

  private static let torchvision = KnownWeights(
    name: "inception_v3_google-0cc3c7bd.pth", hashPrefix: "0cc3c7bd", variant: .torchvision,
    folder: "https://download.pytorch.org/models/")
  private static let fid = KnownWeights(
    name: "pt_inception-2015-12-05-6726825d.pth", hashPrefix: "6726825d", variant: .fid,
    folder: "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/")

  package static let all = [torchvision, fid]

  /// The published file of a variant.
  package static func of(_ variant: InceptionVariant) -> KnownWeights {
    switch variant {
    case .torchvision: torchvision
    case .fid: fid
    }
  }

  /// The known file of this digest, in lowercase hexadecimal digits; `nil` for any other.
  package init?(sha256: String) {
    guard let known = Self.all.first(where: { sha256.hasPrefix($0.hashPrefix) }) else { return nil }
    self = known
  }

  private init(name: String, hashPrefix: String, variant: InceptionVariant, folder: String) {
    (self.name, self.hashPrefix, self.variant, self.folder) = (name, hashPrefix, variant, folder)
  }
}

/// Inception v3 with weights from a file.
package struct InceptionWeights {
  package let network: Inception3
  /// Of the file's bytes, in lowercase hexadecimal digits.
  package let sha256: String
  /// The published file these are the bytes of, if any.
  package let known: KnownWeights?

  /// The publisher's name where the file is known, the first digits of its SHA-256 where it is not: to stand beside a
  /// score.
  package var description: String { known?.name ?? "weights with SHA-256 \(sha256.prefix(16))…" }

  /// Reads a state dictionary, `.pth` or safetensors; 1,008 outputs make it the variant of published FIDs, any other
  /// number torchvision's.
  ///
  /// Files older than PyTorch 0.4.1 do not count the batches a normalization has seen; nothing here depends on the
  /// count, and it may be absent.
  ///
  /// - Throws: `FileError` where the file cannot be read, holds more than a network's state (an optimizer's, say),
  ///   lacks a tensor, has one too many or one of another shape, or holds a number that is not finite.
  package static func load(_ path: String) throws -> InceptionWeights {
    let bytes = try FileSystem.read(path)
    let sha256 = SHA256.hexadecimal(SHA256.hash(data: bytes))
    return InceptionWeights(
      network: try network(from: TensorFile(bytes: bytes, path: path)), sha256: sha256,
      known: KnownWeights(sha256: sha256))
  }

  /// The network whose state `file` holds. Throws as `load` does.
  package static func network(from file: TensorFile) throws -> Inception3 {
    let outputs = file["fc.bias"]?.shape
    let variant: InceptionVariant = outputs == [InceptionVariant.fid.classes] ? .fid : .torchvision
    let network = Inception3(variant: variant, random: TorchGenerator(seed: 0))
    try file.restoreWeights(of: network, known: "the state of Inception v3 as \(variant.publisher) names it")
    return network
  }
}

extension InceptionVariant {
  fileprivate var publisher: String { self == .torchvision ? "torchvision" : "pytorch-fid" }
}
