import Files
import Foundation
import Inception
import NeuralNets
import TensorFiles
import Tensors
import TestSupport
import Testing
import TorchRandom

@Suite struct WeightsTests {
  /// The state of a network as a file would hold it.
  private func file(_ network: Inception3, _ change: (StateEntry) -> StateEntry? = { $0 }) throws -> TensorFile {
    var file = try TensorFile(path: "weights.pth")
    for entry in network.state.compactMap(change) {
      switch entry.content {
      case .parameter(let box), .buffer(let box): try file.append(entry.name, box.value)
      case .counter:
        try file.append(
          .init(name: entry.name, elementType: .int64, shape: [], bytes: [UInt8](repeating: 0, count: 8)[...]))
      }
    }
    return file
  }

  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch let error as FileError { return error.description } catch {
      return "not a FileError: \(error)"
    }
    return "nothing was thrown"
  }

  @Test(arguments: InceptionVariant.allCases)
  func `a saved state makes the same network, told apart by its outputs`(_ variant: InceptionVariant) throws {
    let folder = try TemporaryFolder()
    let network = Inception3(variant: variant, random: TorchGenerator(seed: 6))
    try file(network).writeSafetensors(to: folder("weights.safetensors"))
    let loaded = try InceptionWeights.load(folder("weights.safetensors"))
    #expect(loaded.network.variant == variant)
    #expect(loaded.known == nil)
    #expect(loaded.sha256.count == 64 && loaded.description.contains(loaded.sha256.prefix(16)))
    for (found, expected) in zip(loaded.network.state, network.state) {
      #expect(found.name == expected.name)
      let same = found.box?.value.withBytes { a in expected.box?.value.withBytes { a.elementsEqual($0) } ?? false }
      #expect(same ?? (expected.box == nil), "\(expected.name)")
    }
  }

  @Test func `published files are known by the beginning of their hash`() {
    let digits = String(repeating: "0", count: 56)
    #expect(KnownWeights(sha256: "0cc3c7bd" + digits)?.name == "inception_v3_google-0cc3c7bd.pth")
    #expect(KnownWeights(sha256: "0cc3c7bd" + digits)?.variant == .torchvision)
    #expect(KnownWeights(sha256: "6726825d" + digits)?.name == "pt_inception-2015-12-05-6726825d.pth")
    #expect(KnownWeights(sha256: "6726825d" + digits)?.variant == .fid)
    #expect(KnownWeights(sha256: "6726825e" + digits) == nil)
    for known in KnownWeights.all { #expect(known.name.hasSuffix("-\(known.hashPrefix).pth")) }
  }

  @Test func `counters may be absent, as in files of older PyTorch`() throws {
    let network = Inception3(variant: .fid, random: TorchGenerator(seed: 7))
    let old = try file(network) { $0.box == nil ? nil : $0 }
    let loaded = try InceptionWeights.network(from: old)
    #expect(loaded.variant == .fid)
    #expect(loaded.parameters[3].value.values == network.parameters[3].value.values)
  }

  @Test func `the first missing and the first unexpected name are told`() throws {
    let network = Inception3(random: TorchGenerator(seed: 8))
    let other = try file(network) { entry in
      entry.name == "Mixed_5c.branch5x5_1.bn.weight" || entry.name == "Mixed_7b.branch1x1.bn.bias" ? nil : entry
    }
    #expect(
      message { _ = try InceptionWeights.network(from: other) }
        == "weights.pth, its 578 tensors: expected the state of Inception v3 as torchvision names it, found no "
        + "'Mixed_5c.branch5x5_1.bn.weight'")
    let renamed = try file(network) { entry in
      StateEntry(
        entry.name == "Mixed_6a.branch3x3.conv.weight" ? "Mixed_6a.branch3.conv.weight" : entry.name, entry.content)
    }
    let text = message { _ = try InceptionWeights.network(from: renamed) }
    #expect(text.hasSuffix("found no 'Mixed_6a.branch3x3.conv.weight', but 'Mixed_6a.branch3.conv.weight'"))
    var extra = try file(network)
    try extra.append("ema.decay", Tensor([0.5], shape: [1]))
    #expect(message { _ = try InceptionWeights.network(from: extra) }.hasSuffix("found 'ema.decay'"))
  }

  @Test func `another network's file is refused from disk`() throws {
    let folder = try TemporaryFolder()
    var other = try TensorFile(path: "other")
    try other.append("net.0.weight", Tensor([1, 2, 3], shape: [3]))
    try other.writeSafetensors(to: folder("other.safetensors"))
    let text = message { _ = try InceptionWeights.load(folder("other.safetensors")) }
    #expect(text.hasPrefix(folder("other.safetensors")))
    #expect(text.hasSuffix("found no 'Conv2d_1a_3x3.conv.weight', but 'net.0.weight'"))
    #expect(message { _ = try InceptionWeights.load(folder("nothing.pth")) }.hasPrefix(folder("nothing.pth")))
  }

  @Test func `a training checkpoint is refused by the name of what is too much`() throws {
    let sample = Repository.sample("torch-checkpoint.pth", of: "TensorFiles").path
    let text = message { _ = try InceptionWeights.load(sample) }
    #expect(text.contains("found the state of an optimizer; save the network's state_dict() by itself"))
    #expect(text.contains("tensor optim"))
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `weights that are not finite are refused by name and place`(_ value: Double) throws {
    let network = Inception3(variant: .fid, random: TorchGenerator(seed: 9))
    let box = try #require(network.state.first { $0.name == "Mixed_6b.branch7x7_2.bn.running_var" }?.box)
    var values = box.value.values
    values[17] = value
    box.value = Tensor(values, shape: box.shape).converted(to: .float32)
    #expect(
      message { _ = try InceptionWeights.network(from: file(network)) }
        == """
        weights.pth, tensor Mixed_6b.branch7x7_2.bn.running_var, element 17: expected finite weights, found \(value)
        """
    )
  }

  @Test func `a tensor of another shape is refused`() throws {
    let network = Inception3(variant: .fid, random: TorchGenerator(seed: 10))
    let box = try #require(network.state.first { $0.name == "Mixed_7c.branch_pool.bn.bias" }?.box)
    box.value = .zeros([191], dtype: .float32)
    #expect(
      message { _ = try InceptionWeights.network(from: file(network)) }
        == "weights.pth, tensor Mixed_7c.branch_pool.bn.bias: expected shape [192], found [191]")
  }
}
