import Autograd
import Foundation
import Inception
import NeuralNets
import TensorFiles
import Tensors
import TestSupport
import TorchRandom

/// What PyTorch found, from `goldens/reference/inception.py`.
struct Reference: Sendable {
  struct Description: Decodable, Sendable {
    let seed: UInt64
    let stages: [String]
    let torchvision: Variant
    let fid: Variant
    /// The first digits of the SHA-256 of every parameter of torchvision's own construction from seed 0.
    let initial: [String]
  }

  struct Variant: Decodable, Sendable {
    let state: [Entry]
  }

  /// A name and a shape, as `["fc.bias", [1000]]`.
  struct Entry: Decodable, Sendable, Equatable {
    let name: String
    let shape: [Int]

    init(name: String, shape: [Int]) { (self.name, self.shape) = (name, shape) }

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      name = try container.decode(String.self)
      shape = try container.decode([Int].self)
    }
  }

  let description: Description
  private let file: TensorFile

  static let shared = Result { try Reference() }

  private init() throws {
    let path = Repository.sample("inception.safetensors.zst", of: "Inception").path
    file = try TensorFile(contentsOf: path)
    description = try JSONDecoder().decode(Description.self, from: Data((file.metadata["inception"] ?? "").utf8))
  }

  func state(_ variant: InceptionVariant) -> [Entry] {
    (variant == .torchvision ? description.torchvision : description.fid).state
  }

  func tensor(_ name: String, _ variant: InceptionVariant) throws -> Tensor {
    try file.entry("\(variant.rawValue)/\(name)").tensor(file: file.path)
  }
}

/// Weights and pictures as the reference program draws them, float32, in this order.
struct Drawn {
  let network: Inception3
  let pictures: Tensor

  init(_ variant: InceptionVariant, seed: UInt64) {
    let random = TorchGenerator(seed: seed)
    network = Inception3(variant: variant, random: TorchGenerator(seed: 0))
    for entry in network.state {
      guard let box = entry.box else { continue }
      box.value = Self.draw(entry.name, box.shape, random)
    }
    pictures = random.normal([8, 3, 38, 38]).upsampledNearest(factor: 8).sliced(axis: 2, 0..<299).sliced(
      axis: 3, 0..<299)
  }

  private static func draw(_ name: String, _ shape: [Int], _ random: TorchGenerator) -> Tensor {
    let n = random.normal(shape)
    if shape.count > 1 { return n * (2 / Double(shape[1...].reduce(1, *))).squareRoot() }
    if name.hasSuffix("bn.weight") { return n * 0.125 + 1 }
    if name.hasSuffix("running_var") { return (n * 0.125 + 1) * (n * 0.125 + 1) }
    return n * 0.125
  }
}

extension StateEntry {
  /// The tensor's place; `nil` for a counter.
  var box: Parameter? {
    switch content {
    case .parameter(let box), .buffer(let box): box
    case .counter: nil
    }
  }
}
