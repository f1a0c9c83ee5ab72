import Autograd
import Tensors

/// A layer that can apply the activation behind it in its own pass over memory.
protocol ActivatingLayer: Layer {
  /// The layer and the activation; `nil` where they have to be two passes.
  func callAsFunction(_ x: Tensor, activation: ChannelActivation) -> Tensor?
}

/// An activation that the layer in front of it can apply.
protocol FusibleActivation {
  var channelActivation: ChannelActivation? { get }
}

/// max(x, 0).
package final class ReLU: Layer, FusibleActivation {
  package init() {}
  var channelActivation: ChannelActivation? { .relu }
  package func callAsFunction(_ x: Tensor) -> Tensor { x.relu() }
}

/// x where positive, slope·x elsewhere.
package final class LeakyReLU: Layer, FusibleActivation {
  let slope: Double
  package init(_ slope: Double) { self.slope = slope }
  // A negative slope would turn the sign, by which the fused gradient tells the two branches apart.
  var channelActivation: ChannelActivation? { slope >= 0 ? .leakyReLU(slope: slope) : nil }
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
