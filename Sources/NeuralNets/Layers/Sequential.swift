import Tensors

/// Layers one after the other; their state is named by position: `0.weight`, `1.weight`, ….
package final class Sequential: Layer {
  package let children: [any Layer]

  package init(_ layers: [any Layer]) { children = layers }

  /// One layer after the other; a convolution, or a batch normalization in training mode, takes the activation behind
  /// it into its own pass, with the same bits.
  package func callAsFunction(_ x: Tensor) -> Tensor {
    var x = x
    var rest = children[...]
    while let layer = rest.popFirst() {
      if let activation = (rest.first as? any FusibleActivation)?.channelActivation,
        let fused = (layer as? any ActivatingLayer)?.callAsFunction(x, activation: activation)
      {
        rest.removeFirst()
        x = fused
      } else {
        x = layer(x)
      }
    }
    return x
  }

  package var state: [StateEntry] {
    children.enumerated().flatMap { index, layer in layer.state.prefixed(String(index)) }
  }
}
