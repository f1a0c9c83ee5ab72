/// What a pickle can turn into here: inert values. Nothing of a pickle is ever executed.
///
/// Containers are numbers into `PickleDocument`'s arena rather than owned values: a hostile pickle can build cycles and nests
/// millions deep, and neither must leak or overflow the stack when it is released.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case storage(Int)
  case tensor(Int)
  /// One of the whitelisted classes and functions, by name.
  case global(String)

  var typeName: String {
    switch self {
    case .none: "None"
    case .bool: "a bool"
    case .int: "an integer"
    case .double: "a float"
    case .string: "a text"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .storage: "a storage"
    case .tensor: "a tensor"
    case .global(let name): name
    }
  }
}

/// A tensor's place in a storage, as PyTorch pickles it.
struct PickledTensor: Sendable {
  let storage: PickledStorage
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}

/// A named block of elements, stored beside the pickle.
struct PickledStorage: Sendable {
  let elementType: ElementType
  let key: String
  let count: Int
}

/// A pickle's value and everything it refers to.
struct PickleDocument: Sendable {
  var root = PickleValue.none
  /// Tuples and lists.
  var sequences: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [PickledStorage] = []
  var tensors: [PickledTensor] = []
}
