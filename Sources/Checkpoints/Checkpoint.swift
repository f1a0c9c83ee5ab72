import Files
import NeuralNets
import Ranks
import TensorFiles
import Tensors
import TorchRandom

/// The whole state of a training run in one safetensors file: networks, optimizers, random stream, counters.
///
/// Networks stand under PyTorch's names behind a prefix (`G/GAN_Generator.0.weight`), so weights move both ways. The
/// metadata names the chapter and the options that shaped the run, and carries a digest of everything else: a damaged
/// file, or one of another run, is refused before anything is restored.
package struct Checkpoint {
  private static let format = "gan-book checkpoint 1"

  private(set) var file: TensorFile
  /// Chapter and options that a resumed run must share.
  private let identity: [String: String]

  /// An empty checkpoint of a run with this identity.
  package init(identity: [String: String]) throws {
    self.identity = identity
    file = try TensorFile(path: "checkpoint")
  }

  /// What a checkpoint that was read says of its run: chapter and options.
  package var options: [String: String] { file.metadata }

  // MARK: - Writing

  package mutating func add(_ network: any Module, as prefix: String) throws {
    try file.append(network, prefix: prefix + "/")
  }

  package mutating func add(_ optimizer: Adam, as prefix: String) throws {
    for (index, moments) in optimizer.moments.enumerated() {
      try add([moments.step], as: "\(prefix)/\(index)/step", shape: [])
      try file.append("\(prefix)/\(index)/exp_avg", moments.first)
      try file.append("\(prefix)/\(index)/exp_avg_sq", moments.second)
    }
  }

  package mutating func add(_ random: TorchGenerator, as prefix: String) throws {
    let state = random.state
    try add([Int(bitPattern: UInt(state.initialSeed)), state.position], as: "\(prefix)/seed-and-position")
    try add(state.words.map(Int.init), as: "\(prefix)/words")
    try add(state.cachedNormal.map { [$0] } ?? [], as: "\(prefix)/cached-normal")
  }

  package mutating func add(_ integers: [Int], as name: String, shape: [Int]? = nil) throws {
    try file.append(integers, as: name, shape: shape ?? [integers.count])
  }

  package mutating func add(_ numbers: [Double], as name: String) throws {
    try file.append(.init(name: name, values: numbers, shape: [numbers.count]))
  }

  package mutating func add(_ tensor: Tensor, as name: String) throws { try file.append(name, tensor) }

  /// Adds something that is already bytes.
  package mutating func add(bytes: [UInt8], as name: String) throws {
    try file.append(.init(name: name, elementType: .uint8, shape: [bytes.count], bytes: bytes[...]))
  }

  package mutating func add(_ entry: TensorFile.Entry) throws { try file.append(entry) }

  /// All that was added, or read.
  package var entries: [TensorFile.Entry] { file.entries }

  /// SHA-256 of all that has been added so far, names, shapes and bytes.
  package var digest: String { Self.digest(of: file) }

  /// Writes the checkpoint whole or not at all; an older one stays until the new one is complete.
  package func write(to path: String) throws {
    // Every rank of a run has the same.
    guard Ranks.isFirst else { return }
    var complete = file
    complete.metadata = identity
    complete.metadata["format"] = Self.format
    complete.metadata["digest"] = Self.digest(of: file)
    try complete.writeSafetensors(to: path)
  }

  // MARK: - Reading

  /// Reads a checkpoint of a run with this identity.
  ///
  /// - Throws: `FileError` for a file that is missing, damaged or not a checkpoint; `ForeignCheckpoint` for another
  ///   run's.
  package init(readingFrom path: String, identity: [String: String]) throws {
    file = try TensorFile(safetensorsAt: path)
    self.identity = identity
    guard file.metadata["format"] == Self.format else {
      throw FileError(
        path, .wrongVersion, at: "metadata", expected: Self.format,
        found: file.metadata["format"] ?? "a safetensors file that is no checkpoint")
    }
    let digest = Self.digest(of: file)
    guard file.metadata["digest"] == digest else {
      throw FileError(
        path, .hashMismatch, at: "metadata", expected: "digest \(file.metadata["digest"] ?? "of the contents")",
        found: digest, remedy: "the file is damaged; resume from another one, or start anew")
    }
    for (key, value) in identity.sorted(by: { $0.key < $1.key }) where file.metadata[key] != value {
      if file.metadata[key] == nil && Self.isOwn(key, value) { continue }
      throw ForeignCheckpoint(file: path, option: key, expected: value, found: file.metadata[key] ?? "nothing")
    }
  }

  /// What a checkpoint of before these keys does not say, but was: made with the package's own kernels, from the data
  /// inside it.
  private static func isOwn(_ key: String, _ value: String) -> Bool {
    key == kernelsKey && value == "own" || key == dataKey && value.hasPrefix(builtIn)
  }

  /// The identity's keys for what computed the products, and for what was learned from; other data than the package's
  /// own are named by a digest of their names and contents.
  package static let kernelsKey = "kernels"
  package static let dataKey = "data"
  package static let builtIn = "built-in"

  package func restore(_ network: any Module, from prefix: String) throws {
    try file.restore(network, from: prefix + "/")
  }

  /// Restores an optimizer that cannot have made more than `limit` steps.
  package func restore(_ optimizer: Adam, from prefix: String, atMost limit: Int) throws {
    let saved = try optimizer.moments.indices.map { index in
      let name = "\(prefix)/\(index)/step"
      let step = try integers(name, count: 1)[0]
      guard (0...max(0, limit)).contains(step) else {
        throw FileError(file.path, .badValue, at: "tensor \(name)", expected: "0 to \(limit) steps", found: "\(step)")
      }
      return (
        step: step, first: try tensor("\(prefix)/\(index)/exp_avg"), second: try tensor("\(prefix)/\(index)/exp_avg_sq")
      )
    }
    if Fault.forgottenMoments.isPlanted { return }
    try file.naming(prefix) { try optimizer.load(saved) }
  }

  package func restore(_ random: TorchGenerator, from prefix: String) throws {
    if Fault.forgottenRandomState.isPlanted { return }
    let seedAndPosition = try integers("\(prefix)/seed-and-position", count: 2)
    let words = try integers("\(prefix)/words", count: MersenneTwister.wordCount)
    try file.naming(prefix) {
      try random.restore(
        GeneratorState(
          initialSeed: UInt64(UInt(bitPattern: seedAndPosition[0])),
          words: words.map { UInt32(truncatingIfNeeded: $0) },
          position: seedAndPosition[1], cachedNormal: numbers("\(prefix)/cached-normal").first))
    }
  }

  /// The integers stored under `name`; there must be `count` of them where that is given.
  package func integers(_ name: String, count: Int? = nil) throws -> [Int] {
    try file.integers(name, count: count)
  }

  package func bytes(_ name: String) throws -> [UInt8] { Array(try file.entry(name).bytes) }

  package func numbers(_ name: String) throws -> [Double] { try file.entry(name).values }

  package func tensor(_ name: String) throws -> Tensor { try file.entry(name).tensor(file: file.path) }

  private static func digest(of file: TensorFile) -> String {
    var hash = SHA256()
    for entry in file.entries {
      hash.update(data: Array("\(entry.name) \(entry.elementType.name) \(entry.shape)\n".utf8))
      entry.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
    return SHA256.hexadecimal(hash.finalize())
  }
}

/// A checkpoint of a run with other options than this one.
package struct ForeignCheckpoint: Error, Equatable, CustomStringConvertible {
  package let file: String
  package let option: String
  package let expected: String
  package let found: String

  package var description: String {
    "\(file): the checkpoint is of another run: \(option) is \(found) there and \(expected) here; "
      + "resume with the options it was made with, or choose another --out"
  }
}
