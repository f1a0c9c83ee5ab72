import Files
import NeuralNets
import TensorFiles
import Tensors

/// Weights from anywhere, which only the network that they are of may take.
extension TensorFile {
  /// Loads a network's state, where the file holds that and nothing else; `known` is what is expected, in words.
  ///
  /// Files older than PyTorch 0.4.1 do not count the batches a normalization has seen; nothing here depends on the
  /// count, and it may be absent.
  ///
  /// - Throws: `FileError` where the file holds more than a network's state (an optimizer's, say), lacks a tensor, has
  ///   one too many or one of another shape, or holds a number that is not finite.
  package func restoreWeights(of network: any Module, known: String) throws {
    try refuseTrainingState()
    try checkNames(network, known)
    try network.load(StateDictionary(network.state.compactMap(value(of:))))
  }

  /// A checkpoint holds an optimizer and more beside the weights, all under longer names.
  private func refuseTrainingState() throws {
    let marks = ["optim", "param_groups", "exp_avg", "momentum_buffer"]
    guard let entry = entries.first(where: { entry in marks.contains { entry.name.lowercased().contains($0) } })
    else { return }
    throw FileError(
      path, .inconsistent, at: "tensor \(entry.name)", expected: "the weights of a network and nothing else",
      found: "the state of an optimizer", remedy: "save the network's state_dict() by itself")
  }

  private func checkNames(_ network: any Module, _ known: String) throws {
    let state = network.state
    let names = Set(state.map(\.name))
    let missing = state.first { !$0.isCounter && self[$0.name] == nil }?.name
    let unexpected = entries.first { !names.contains($0.name) }?.name
    let found = [missing.map { "no '\($0)'" }, unexpected.map { "'\($0)'" }].compactMap { $0 }
    guard found.isEmpty else {
      throw FileError(
        path, .inconsistent, at: "its \(entries.count) tensors", expected: known,
        found: found.joined(separator: ", but "))
    }
  }

  /// `nil` for a counter.
  private func value(of entry: StateEntry) throws -> (name: String, value: StateDictionary.Value)? {
    let name = entry.name
    switch entry.content {
    case .counter: return (name, .counter(0))
    case .parameter(let box), .buffer(let box):
      let found = try self.entry(name)
      guard found.shape == box.shape else {
        throw FileError(
          path, .badShape, at: "tensor \(name)", expected: "shape \(box.shape)", found: "\(found.shape)")
      }
      let tensor = try found.tensor(file: path)
      if let place = tensor.firstNotFinite {
        throw FileError(
          path, .badValue, at: "tensor \(name), element \(place.index)", expected: "finite weights",
          found: "\(place.value)")
      }
      return (name, .tensor(tensor))
    }
  }
}

extension StateEntry {
  fileprivate var isCounter: Bool {
    if case .counter = content { true } else { false }
  }
}
