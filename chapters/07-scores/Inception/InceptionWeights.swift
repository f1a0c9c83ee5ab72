import NeuralNets
import TensorFiles
import Tensors
import TorchRandom

//: ## Weights
//: A score is only as good as the weights behind it, and a file says nothing about itself but its bytes. Publishers write the beginning of
//: a file's SHA-256 into its name, so the bytes tell which of the known files it is, whatever it is called.

/// A published file of weights, known by how the SHA-256 of its bytes begins.
package struct KnownWeights: Sendable, Equatable {
  /// The publisher's name of the file.
  package let name: String
  package let hashPrefix: String
  package let variant: InceptionVariant

  package static let all = [
    KnownWeights(name: "inception_v3_google-0cc3c7bd.pth", hashPrefix: "0cc3c7bd", variant: .torchvision),
    KnownWeights(name: "pt_inception-2015-12-05-6726825d.pth", hashPrefix: "6726825d", variant: .fid),
  ]

  /// The known file of this digest, in lowercase hexadecimal digits; `nil` for any other.
  package init?(sha256: String) {
    guard let known = Self.all.first(where: { sha256.hasPrefix($0.hashPrefix) }) else { return nil }
    self = known
  }

  private init(name: String, hashPrefix: String, variant: InceptionVariant) {
    (self.name, self.hashPrefix, self.variant) = (name, hashPrefix, variant)
  }
}

/// Inception v3 with weights from a file.
package struct InceptionWeights {
  package let network: Inception3
  /// Of the file's bytes, in lowercase hexadecimal digits.
  package let sha256: String
  /// The published file these are the bytes of, if any.
  package let known: KnownWeights?

  /// The publisher's name where the file is known, the first digits of its SHA-256 where it is not: to stand beside a score.
  package var description: String { known?.name ?? "weights with SHA-256 \(sha256.prefix(16))…" }

  /// Reads a state dictionary, `.pth` or safetensors; 1,008 outputs make it the variant of published FIDs, any other number torchvision's.
  ///
  /// Files older than PyTorch 0.4.1 do not count the batches a normalization has seen; nothing here depends on the count, and it may be absent.
  ///
  /// - Throws: `FileError` where the file cannot be read, holds more than a network's state (an optimizer's, say), lacks a tensor, has one
  ///   too many or one of another shape, or holds a number that is not finite.
  package static func load(_ path: String) throws -> InceptionWeights {
    let bytes = try FileSystem.read(path)
    let sha256 = SHA256.hexadecimal(SHA256.hash(data: bytes))
    return InceptionWeights(
      network: try network(from: TensorFile(bytes: bytes, path: path)), sha256: sha256,
      known: KnownWeights(sha256: sha256))
  }

  /// The network whose state `file` holds. Throws as `load` does.
  package static func network(from file: TensorFile) throws -> Inception3 {
    try refuseTrainingState(file)
    let outputs = file["fc.bias"]?.shape
    let variant: InceptionVariant = outputs == [InceptionVariant.fid.classes] ? .fid : .torchvision
    let network = Inception3(variant: variant, random: TorchGenerator(seed: 0))
    try checkNames(file, network)
    try network.load(StateDictionary(network.state.compactMap { try value(of: $0, in: file) }))
    return network
  }

  // MARK: - What is refused

  /// A checkpoint holds an optimizer and more beside the weights, all under longer names.
  private static func refuseTrainingState(_ file: TensorFile) throws {
    let marks = ["optim", "param_groups", "exp_avg", "momentum_buffer"]
    guard let entry = file.entries.first(where: { entry in marks.contains { entry.name.lowercased().contains($0) } })
    else { return }
    throw FileError(
      file.path, .inconsistent, at: "tensor \(entry.name)", expected: "the weights of a network and nothing else",
      found: "the state of an optimizer", remedy: "save the network's state_dict() by itself")
  }

  private static func checkNames(_ file: TensorFile, _ network: Inception3) throws {
    let state = network.state
    let names = Set(state.map(\.name))
    let missing = state.first { !isCounter($0) && file[$0.name] == nil }?.name
    let unexpected = file.entries.first { !names.contains($0.name) }?.name
    let found = [missing.map { "no '\($0)'" }, unexpected.map { "'\($0)'" }].compactMap { $0 }
    guard found.isEmpty else {
      throw FileError(
        file.path, .inconsistent, at: "its \(file.entries.count) tensors",
        expected: "the state of Inception v3 as \(network.variant.publisher) names it",
        found: found.joined(separator: ", but "))
    }
  }

  /// `nil` for a counter that the file leaves out.
  private static func value(of entry: StateEntry, in file: TensorFile) throws -> (
    name: String, value: StateDictionary.Value
  )? {
    let name = entry.name
    switch entry.content {
    case .counter: return (name, .counter(0))
    case .parameter(let box), .buffer(let box):
      let found = try file.entry(name)
      guard found.shape == box.shape else {
        throw FileError(
          file.path, .badShape, at: "tensor \(name)", expected: "shape \(box.shape)", found: "\(found.shape)")
      }
      let tensor = try found.tensor(file: file.path)
      if let place = tensor.firstNotFinite {
        throw FileError(
          file.path, .badValue, at: "tensor \(name), element \(place.index)", expected: "finite weights",
          found: "\(place.value)")
      }
      return (name, .tensor(tensor))
    }
  }

  private static func isCounter(_ entry: StateEntry) -> Bool {
    if case .counter = entry.content { true } else { false }
  }
}

extension InceptionVariant {
  fileprivate var publisher: String { self == .torchvision ? "torchvision" : "pytorch-fid" }
}
