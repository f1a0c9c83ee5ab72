/// Gradient descent on (x² + 10·y²) / 2 from (1, 1): the value after every step.
public func descent(steps: Int, rate: Double) -> [Double] {
  var (x, y) = (1.0, 1.0)
  return (0..<steps).map { _ in
    (x, y) = (x - rate * x, y - rate * 10 * y)
    return (x * x + 10 * y * y) / 2
  }
}
