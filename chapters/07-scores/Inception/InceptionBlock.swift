import Autograd
import NeuralNets
import Tensors

//: ### Blocks
//: Should a layer look at 1×1, 3×3 or 5×5 pixels? An Inception block does not choose. It runs several *branches* on the
//: same input and stacks their outputs as channels. Most branches begin with a 1×1 convolution that thins the channels
//: out, since what follows costs in proportion to them. One branch pools instead of looking.

/// A block or head whose parts have names, in the order in which PyTorch constructs them.
protocol NamedParts: Module {
  var parts: [(name: String, layer: any Layer)] { get }
}

extension NamedParts {
  package var children: [any Layer] { parts.map(\.layer) }
  package var state: [StateEntry] { parts.flatMap { $0.layer.state.prefixed($0.name) } }
}

//: In torchvision's network the pooling branch takes a mean that counts the padding's zeros, so that it sinks at the
//: border. The Inception v3 of TensorFlow divides by the pixels that are there, and in one block takes the maximum
//: instead; the weights behind published FIDs come from it. Nothing in a file of weights tells: loaded into the other
//: variant they would run without complaint and give other numbers.

/// What the pooling branch of blocks A, C and E does: 3×3, stride 1, the size kept.
package enum PoolingBranch: Sendable {
  /// The mean of nine values, zeros outside the picture among them.
  case meanWithPadding
  /// The mean of the pixels alone.
  case meanOfPixels
  case maximum

  func callAsFunction(_ x: Tensor) -> Tensor {
    let window = PoolingWindow(size: 3, stride: 1, padding: 1)
    return switch self {
    case .meanWithPadding: x.averagePooled(window)
    case .meanOfPixels: x.averagePooled(window, countingPadding: false)
    case .maximum: x.maximumPooled(window)
    }
  }
}
