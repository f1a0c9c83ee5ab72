import Tensors

/// Layers one after the other; their state is named by position: `0.weight`, `1.weight`, ….
package final class Sequential: Layer {
  package let children: [any Layer]

  package init(_ layers: [any Layer]) { children = layers }

  package func callAsFunction(_ x: Tensor) -> Tensor { children.reduce(x) { $1($0) } }

  package var state: [StateEntry] {
    children.enumerated().flatMap { index, layer in layer.state.prefixed(String(index)) }
  }
}
