import Tensors

/// A network's state as plain values, by PyTorch's names and in its order.
package struct StateDictionary {
  package enum Value {
    case tensor(Tensor)
    case counter(Int)
  }

  package private(set) var entries: [(name: String, value: Value)]

  package init(_ entries: [(name: String, value: Value)]) { self.entries = entries }

  package subscript(name: String) -> Value? { entries.first { $0.name == name }?.value }
}

/// Why a state dictionary does not fit a network.
package enum StateDictionaryError: Error, Equatable, CustomStringConvertible {
  case missing(name: String)
  case unexpected(name: String)
  case shape(name: String, expected: [Int], found: [Int])
  case kind(name: String, expected: String, found: String)

  package var description: String {
    switch self {
    case .missing(let name): "the state has no '\(name)', which the network needs"
    case .unexpected(let name): "the state has '\(name)', which the network does not know"
    case .shape(let name, let expected, let found): "'\(name)' has shape \(found), the network expects \(expected)"
    case .kind(let name, let expected, let found): "'\(name)' is \(found), the network expects \(expected)"
    }
  }
}

extension Module {
  /// A copy of the state as it is now.
  package var stateDictionary: StateDictionary {
    StateDictionary(
      state.map { entry in
        switch entry.content {
        case .parameter(let box), .buffer(let box): (entry.name, .tensor(box.value))
        case .counter(let counter): (entry.name, .counter(counter.value))
        }
      })
  }

  /// Replaces the whole state, converted to the network's precision.
  ///
  /// - Throws: `StateDictionaryError` if a name is missing or unknown or a shape differs; the network is then
  ///   unchanged.
  package func load(_ dictionary: StateDictionary) throws {
    let state = self.state
    let known = Set(state.map(\.name))
    if let extra = dictionary.entries.first(where: { !known.contains($0.name) }) {
      throw StateDictionaryError.unexpected(name: extra.name)
    }
    let values = Dictionary(dictionary.entries.map { ($0.name, $0.value) }) { first, _ in first }
    let replacements = try state.map { entry in
      guard let value = values[entry.name] else { throw StateDictionaryError.missing(name: entry.name) }
      return (entry, try checked(value, for: entry))
    }
    for (entry, value) in replacements {
      switch (entry.content, value) {
      case (.parameter(let box), .tensor(let tensor)), (.buffer(let box), .tensor(let tensor)):
        box.path = box.path ?? "\(type(of: self)).\(entry.name)"
        box.takeTraced(tensor.converted(to: box.value.dtype))
      case (.counter(let counter), .counter(let count)): counter.value = count
      default: break
      }
    }
  }

  private func checked(_ value: StateDictionary.Value, for entry: StateEntry) throws -> StateDictionary.Value {
    switch (entry.content, value) {
    case (.parameter(let box), .tensor(let tensor)), (.buffer(let box), .tensor(let tensor)):
      guard tensor.shape == box.shape else {
        throw StateDictionaryError.shape(name: entry.name, expected: box.shape, found: tensor.shape)
      }
    case (.counter, .counter): break
    case (.counter, .tensor):
      throw StateDictionaryError.kind(name: entry.name, expected: "an integer", found: "a tensor")
    default: throw StateDictionaryError.kind(name: entry.name, expected: "a tensor", found: "an integer")
    }
    return value
  }
}
