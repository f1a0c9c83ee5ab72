import Files
import NeuralNets
import TensorFiles
import Tensors

// Networks in files, under PyTorch's names: what a checkpoint and a file of trained weights share.

extension TensorFile {
  /// Adds a network's parameters, buffers and counters; `prefix` stands before each name.
  package mutating func append(_ network: any Module, prefix: String = "") throws {
    for (name, value) in network.stateDictionary.entries {
      switch value {
      case .tensor(let tensor): try append(prefix + name, tensor)
      case .counter(let count): try append([count], as: prefix + name, shape: [])
      }
    }
  }

  package mutating func append(_ integers: [Int], as name: String, shape: [Int]) throws {
    let bytes = integers.map(Int64.init).withUnsafeBytes { Array($0) }
    try append(.init(name: name, elementType: .int64, shape: shape, bytes: bytes[...]))
  }

  /// Loads what `append` has added.
  ///
  /// - Throws: `FileError` where a tensor is absent, of another type or another shape.
  package func restore(_ network: any Module, from prefix: String = "") throws {
    let entries = try network.state.map { entry -> (name: String, value: StateDictionary.Value) in
      let name = prefix + entry.name
      if case .counter = entry.content {
        let count = try integers(name, count: 1)[0]
        // It will be counted on; no run comes anywhere near this.
        guard (0..<1 << 53).contains(count) else {
          throw FileError(path, .badValue, at: "tensor \(name)", expected: "a count of 0 to 2^53", found: "\(count)")
        }
        return (entry.name, .counter(count))
      }
      return (entry.name, .tensor(try self.entry(name).tensor(file: path)))
    }
    try naming(prefix.isEmpty ? "network" : String(prefix.dropLast())) { try network.load(StateDictionary(entries)) }
  }

  /// The integers stored under `name`; there must be `count` of them where that is given.
  package func integers(_ name: String, count: Int? = nil) throws -> [Int] {
    let entry = try entry(name)
    guard entry.elementType == .int64, count == nil || entry.count == count else {
      throw FileError(
        path, .wrongType, at: "tensor \(name)", expected: "\(count.map(String.init) ?? "some") int64 numbers",
        found: "\(entry.elementType.name) \(entry.shape)")
    }
    return entry.bytes.withUnsafeBytes { raw in
      (0..<entry.count).map { Int(raw.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self)) }
    }
  }

  /// Says which file and part a state that does not fit came from.
  func naming(_ part: String, _ body: () throws -> Void) throws {
    do { try body() } catch let error as FileError { throw error } catch {
      throw FileError(path, .inconsistent, at: part, expected: "the state of this run's \(part)", found: "\(error)")
    }
  }
}
