/// What an operation is called, and the numbers that decide what it computes beside its inputs: an epsilon, axes,
/// strides.
package struct TracedOperation: Sendable {
  package let name: StaticString
  package let settings: [Double]
  /// What it is about, such as a parameter's name.
  package let text: String?
  /// A digest of the random stream's state where the operation draws from it.
  package let stream: UInt64?

  package init(_ name: StaticString, _ settings: [Double] = [], text: String? = nil, stream: UInt64? = nil) {
    self.name = name
    self.settings = settings
    self.text = text
    self.stream = stream
  }
}

/// A value that an operation was given: the number of what made it, and the shape in which it was read.
struct TracedInput: Sendable {
  let number: Int
  let shape: [Int]
}

/// A value that is to be digested. Holds its memory until then, and not the graph behind the tensor.
struct TracedValue: Sendable {
  let storage: Storage
  let shape: [Int]
  let dtype: DType
  let byteCount: Int

  init(_ tensor: Tensor) {
    (storage, shape, dtype) = (tensor.storage, tensor.shape, tensor.dtype)
    byteCount = tensor.count * tensor.dtype.byteCount
  }
}

/// One line of a trace, before its digests are taken.
enum TraceEntry: Sendable {
  struct Operation: Sendable {
    let operation: TracedOperation
    let isBackward: Bool
    let inputs: [TracedInput]
    /// The number of the first output; the others follow.
    let firstOutput: Int
    let outputs: [TracedValue]
  }

  case operation(Operation)
  /// What no operation made.
  case data(TracedValue)
  /// The value of that number is the output of the layer of that name.
  case layer(String, Int)
  case progress(String, Int)

  /// Bytes of memory that it holds.
  var byteCount: Int {
    switch self {
    case .operation(let operation): operation.outputs.reduce(0) { $0 + $1.byteCount }
    case .data(let value): value.byteCount
    case .layer, .progress: 0
    }
  }
}
