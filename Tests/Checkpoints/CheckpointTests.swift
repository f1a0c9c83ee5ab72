import Checkpoints
import Files
import Foundation
import NeuralNets
import TensorFiles
import Tensors
import Testing
import TorchRandom

/// A small run whose every part is saved.
private final class Run {
  let network: Sequential
  let adam: Adam
  let random: TorchGenerator

  init(seed: UInt64) {
    random = TorchGenerator(seed: seed)
    network = Sequential([Conv2d(2, 3, kernel: 3, random: random), BatchNorm2d(3)])
    adam = Adam(network.parameters, learningRate: 0.1)
  }

  func step() {
    _ = network(random.normal([2, 2, 5, 5]))
    adam.step(network.parameters.map { random.normal($0.shape) })
    _ = random.normal([3])  // leaves the serial normal's cache full
  }

  var everything: [[Double]] { network.parameters.map(\.value.values) + [random.normal([7]).values] }

  func save(_ path: String, identity: [String: String] = Run.identity) throws {
    var checkpoint = try Checkpoint(identity: identity)
    try checkpoint.add(network, as: "N")
    try checkpoint.add(adam, as: "optimizer")
    try checkpoint.add(random, as: "random")
    try checkpoint.add([3, -5], as: "position")
    try checkpoint.write(to: path)
  }

  func restore(_ path: String, identity: [String: String] = Run.identity) throws {
    let checkpoint = try Checkpoint(readingFrom: path, identity: identity)
    try checkpoint.restore(network, from: "N")
    try checkpoint.restore(adam, from: "optimizer", atMost: 1000)
    try checkpoint.restore(random, from: "random")
    #expect(try checkpoint.integers("position") == [3, -5])
  }

  static let identity = ["chapter": "test", "seed": "7"]
}

@Suite struct CheckpointTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "checkpoints-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private var path: String { folder.appending(path: "run.safetensors").path }

  @Test func `a restored run continues bit for bit`() throws {
    let original = Run(seed: 7)
    for _ in 0..<3 { original.step() }
    try original.save(path)
    let copy = Run(seed: 99)
    try copy.restore(path)
    for _ in 0..<3 {
      original.step()
      copy.step()
    }
    #expect(copy.everything == original.everything)
  }

  @Test func `saving the same state twice gives the same bytes`() throws {
    let run = Run(seed: 7)
    run.step()
    try run.save(path)
    let first = try Data(contentsOf: URL(filePath: path))
    try run.save(path)
    #expect(try Data(contentsOf: URL(filePath: path)) == first)
  }

  @Test func `a foreign run is refused by option`() throws {
    try Run(seed: 7).save(path)
    #expect {
      try Run(seed: 8).restore(path, identity: ["chapter": "test", "seed": "8"])
    } throws: { error in
      guard let foreign = error as? ForeignCheckpoint else { return false }
      return (foreign.file, foreign.option, foreign.expected, foreign.found) == (path, "seed", "8", "7")
    }
  }

  @Test func `one flipped bit anywhere is refused`() throws {
    try Run(seed: 7).save(path)
    let intact = try Data(contentsOf: URL(filePath: path))
    for offset in [0, 9, 200, intact.count / 2, intact.count - 1] {
      var damaged = intact
      damaged[offset] ^= 1
      try damaged.write(to: URL(filePath: path))
      #expect(throws: (any Error).self, "bit 0 of byte \(offset)") { try Run(seed: 7).restore(path) }
    }
  }

  @Test func `a truncated or missing file is refused`() throws {
    try Run(seed: 7).save(path)
    let intact = try Data(contentsOf: URL(filePath: path))
    for length in [0, 7, 100, intact.count - 1] {
      try intact.prefix(length).write(to: URL(filePath: path))
      #expect(throws: FileError.self, "\(length) bytes") { try Run(seed: 7).restore(path) }
    }
    #expect(throws: FileError.self) { try Run(seed: 7).restore(path + ".absent") }
  }

  @Test func `a network of another shape is refused and left alone`() throws {
    try Run(seed: 7).save(path)
    let other = Sequential([
      Conv2d(2, 4, kernel: 3, random: TorchGenerator(seed: 1)), BatchNorm2d(4),
    ])
    let before = other.parameters.map(\.value.values)
    let checkpoint = try Checkpoint(readingFrom: path, identity: Run.identity)
    #expect(throws: FileError.self) { try checkpoint.restore(other, from: "N") }
    #expect(other.parameters.map(\.value.values) == before)
  }
}
