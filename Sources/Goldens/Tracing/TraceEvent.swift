import Tensors

/// 128 bits that tell contents apart.
package struct TraceDigest: Sendable, Equatable {
  package let first: UInt64
  package let second: UInt64

  package var text: String {
    [first, second].map { number in
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

/// One record of a trace.
package enum TraceEvent: Sendable {
  /// An operation, or, under the name `data`, a value that none has made.
  package struct Operation: Sendable {
    package struct Input: Sendable, Equatable {
      /// The number of the value, counted from 1 through the whole trace.
      package let number: Int
      package let shape: [Int]
      package let digest: TraceDigest
    }

    package struct Output: Sendable, Equatable {
      package let dtype: DType
      package let shape: [Int]
      package let digest: TraceDigest
    }

    /// Counted from 0 among operations and data: what `--trace-dump` takes.
    package let entry: Int
    package let name: String
    package let settings: [Double]
    /// What it is about: a parameter's name.
    package let text: String?
    /// The digest of the random stream's state.
    package let stream: UInt64?
    package let isBackward: Bool
    package let inputs: [Input]
    package let outputs: [Output]
    /// The number of the first output.
    package let firstOutput: Int

    package static let dataName = "data"
  }

  case operation(Operation)
  /// The value of that number is what the layer of that name put out.
  case layer(String, Int)
  case progress(String, Int)
}
