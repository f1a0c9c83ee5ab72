import Autograd
import Tensors

/// max(x, 0).
package final class ReLU: Layer {
  package init() {}
  package func callAsFunction(_ x: Tensor) -> Tensor { x.relu() }
}

/// x where positive, slope·x elsewhere.
package final class LeakyReLU: Layer {
  private let slope: Double
  package init(_ slope: Double) { self.slope = slope }
  package func callAsFunction(_ x: Tensor) -> Tensor { x.leakyReLU(slope: slope) }
}

/// The hyperbolic tangent, to (−1, 1).
package final class Tanh: Layer {
  package init() {}
  package func callAsFunction(_ x: Tensor) -> Tensor { x.tanh() }
}

/// The logistic function, to (0, 1).
package final class Sigmoid: Layer {
  package init() {}
  package func callAsFunction(_ x: Tensor) -> Tensor { x.sigmoid() }
}
