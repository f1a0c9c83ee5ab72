import Tensors

/// Features that arrive batch by batch, kept in the precision they have: a kernel distance needs them all at once.
package struct FeatureTable: Sendable {
  package private(set) var count = 0
  /// The number of features, known from the first batch on.
  package private(set) var features: Int?
  private var batches: [Tensor] = []

  package init() {}

  /// Takes the features of the next pictures, [n, d].
  ///
  /// - Throws: `ScoreError` where their shape is another or one is not finite; then nothing was taken.
  package mutating func append(_ rows: Tensor) throws {
    try NetworkOutputs.check(rows, "feature", width: features, first: count)
    features = rows.shape[1]
    count += rows.shape[0]
    batches.append(rows)
  }

  /// All of them, [N, d]; float64 where one batch was.
  ///
  /// - Throws: `ScoreError` where there are none.
  package func tensor() throws -> Tensor {
    guard let features else { throw ScoreError.tooFewPictures(needed: 1, for: "a table of features", found: 0) }
    let dtype: DType = batches.contains { $0.dtype == .float64 } ? .float64 : .float32
    switch dtype {
    case .float32: return joined(features, Float.self)
    case .float64: return joined(features, Double.self)
    }
  }

  private func joined<Scalar: TensorScalar>(_ features: Int, _: Scalar.Type) -> Tensor {
    Tensor(shape: [count, features], of: Scalar.self) { out in
      var start = 0
      for batch in batches {
        batch.converted(to: Scalar.dtype).withElements(of: Scalar.self) { values in
          _ = UnsafeMutableBufferPointer(rebasing: out[start..<(start + values.count)])
            .initialize(fromContentsOf: values)
        }
        start += batch.count
      }
    }
  }
}
