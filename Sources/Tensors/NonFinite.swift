extension Tensor {
  /// The first element that is NaN or infinite, in row-major order; `nil` where all are finite.
  package var firstNotFinite: (index: Int, value: Double)? {
    func search<Scalar: TensorScalar>(_: Scalar.Type) -> (index: Int, value: Double)? {
      withElements(of: Scalar.self) { elements in
        elements.firstIndex { !$0.isFinite }.map { ($0, Double(elements[$0])) }
      }
    }
    return switch dtype {
    case .float32: search(Float.self)
    case .float64: search(Double.self)
    }
  }
}
