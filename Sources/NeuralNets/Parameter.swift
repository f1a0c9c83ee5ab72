import Tensors

/// A tensor that a network owns and an optimizer replaces.
///
/// Tensors are immutable; a training step puts a new one in the box. Graphs recorded before the step keep the old one.
package final class Parameter {
  package var value: Tensor
  /// What a trace calls it: the network's type and PyTorch's name. Set by `convert(to:)`.
  package internal(set) var path: String?

  package init(_ value: Tensor) { self.value = value }

  /// What a trace calls the layer that it belongs to.
  var layerPath: String? {
    guard let path, let dot = path.lastIndex(of: ".") else { return nil }
    return String(path[..<dot])
  }

  package var shape: [Int] { value.shape }
}

/// A count that belongs to a network's state, such as the batches a batch normalization has seen.
package final class Counter {
  package var value = 0
  package init() {}
}

/// One named piece of a network's state, under PyTorch's name.
package struct StateEntry {
  package enum Content {
    /// Trained by the optimizer.
    case parameter(Parameter)
    /// Kept by the layer itself, such as running statistics.
    case buffer(Parameter)
    /// An int64 scalar in PyTorch's state dictionaries.
    case counter(Counter)
  }

  package let name: String
  package let content: Content

  package init(_ name: String, _ content: Content) {
    self.name = name
    self.content = content
  }
}

extension [StateEntry] {
  /// The entries of a child called `name`.
  package func prefixed(_ name: String) -> [StateEntry] { map { StateEntry("\(name).\($0.name)", $0.content) } }
}
