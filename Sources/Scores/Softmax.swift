import Tensors

/// Class probabilities from logits: p_c = exp(x_c − max x)/Σ exp(x − max x), row by row, `F.softmax(logits, dim=1)`.
enum Softmax {
  /// Probabilities of `logits`, [N, C], computed in their precision and widened: in float32 the document's, each
  /// rounded to seven digits, those below 10⁻⁴⁵ gone.
  static func probabilities(of logits: Tensor) -> [Double] {
    switch logits.dtype {
    case .float32: probabilities(logits, Float.self)
    case .float64: probabilities(logits, Double.self)
    }
  }

  private static func probabilities<Scalar: TensorScalar>(_ logits: Tensor, _: Scalar.Type) -> [Double] {
    let classes = logits.shape[1]
    return logits.withElements(of: Scalar.self) { elements in
      [Double](unsafeUninitializedCapacity: logits.count) { out, initialized in
        let rows = UnsafeMutableBufferPointer(rebasing: out[..<logits.count])
        Parallel.forEach(logits.shape[0], costPerIndex: 8 * classes) { row in
          withUnsafeTemporaryAllocation(of: Scalar.self, capacity: classes) { values in
            guard let source = elements.baseAddress else { return }
            let logits = UnsafeBufferPointer(start: source + row * classes, count: classes)
            let largest = logits.reduce(logits[0]) { max($0, $1) }
            for c in 0..<classes { values[c] = logits[c] - largest }
            values.apply(.exponential)
            let total = Scalar(UnsafeBufferPointer(values).sum)
            for c in 0..<classes { rows[row * classes + c] = Double(values[c] / total) }
          }
        }
        initialized = logits.count
      }
    }
  }
}
