/// What a pickle can turn into here: inert values. Nothing of a pickle is ever executed.
///
/// Containers are numbers into `PickleDocument`'s arena rather than owned values: a hostile pickle can build cycles and
/// nests millions deep, and neither must leak or overflow the stack when it is released.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case int(Int)
  /// Above 2^63, as seeds are.
  case unsigned(UInt64)
  /// Beyond 64 bits: no tensor's business.
  case bigInt(byteCount: Int)
  case double(Double)
  case complex(Double, Double)
  case string(String)
  /// Raw bytes and what else is data without being numbers.
  case bytes
  case tuple(Int)
  case list(Int)
  case set(Int)
  case dictionary(Int)
  case storage(Int)
  case tensor(Int)
  /// One of the names that `PickleNames` knows.
  case global(String)
  /// Anything else: noted by name, never looked up, never called.
  case object(Int)

  var typeName: String {
    switch self {
    case .none: "None"
    case .bool: "a bool"
    case .int, .unsigned: "an integer"
    case .bigInt(let count): "an integer of \(count * 8) bits"
    case .double: "a float"
    case .complex: "a complex number"
    case .string: "a text"
    case .bytes: "bytes"
    case .tuple: "a tuple"
    case .list: "a list"
    case .set: "a set"
    case .dictionary: "a dictionary"
    case .storage: "a storage"
    case .tensor: "a tensor"
    case .global(let name): name
    case .object: "a foreign object"
    }
  }
}

/// A tensor's place in a storage, as PyTorch pickles it.
struct PickledTensor: Sendable {
  let storage: PickledStorage
  let elementType: ElementType
  let offset: Int
  let shape: [Int]
  let strides: [Int]
  /// PyTorch's lazy bits: the storage holds the conjugates, or the negatives, of the elements.
  var isConjugated = false
  var isNegated = false
}

/// A named block of elements, stored beside the pickle.
struct PickledStorage: Sendable {
  let elementType: ElementType
  let key: String
  /// Elements in the whole block.
  let count: Int
  /// The part of the block that this storage is: older files have storages within storages.
  let part: Range<Int>
  /// Whether one byte holds several elements.
  let isPacked: Bool
}

/// Something that this package does not know. What a pickle puts into it as into a list or dictionary is kept, as inert
/// as all else.
struct PickledObject: Sendable {
  let name: String
  var items: [PickleValue] = []
  var members: [(key: PickleValue, value: PickleValue)] = []
}

/// A pickle's value and everything it refers to.
struct PickleDocument: Sendable {
  var root = PickleValue.none
  /// Tuples, lists and sets.
  var sequences: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [PickledStorage] = []
  /// `nil` for one that was announced and never filled.
  var tensors: [PickledTensor?] = []
  var objects: [PickledObject] = []
}
