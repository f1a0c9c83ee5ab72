import Tensors

/// Something that owns state under PyTorch's names: a layer, or a network whose call takes more than one tensor or may
/// fail.
package protocol Module: AnyObject {
  /// Parameters, buffers and counters in PyTorch's order, under PyTorch's names.
  var state: [StateEntry] { get }
  /// The layers this one is made of, in order; none for a layer that computes by itself.
  var children: [any Layer] { get }
}

/// A module that computes one tensor from another.
package protocol Layer: Module {
  func callAsFunction(_ x: Tensor) -> Tensor
}

extension Module {
  package var state: [StateEntry] { [] }
  package var children: [any Layer] { [] }

  /// What an optimizer trains, with names.
  package var namedParameters: [(name: String, parameter: Parameter)] {
    state.compactMap { entry in
      guard case .parameter(let parameter) = entry.content else { return nil }
      return (entry.name, parameter)
    }
  }

  package var parameters: [Parameter] { namedParameters.map(\.parameter) }

  /// This layer and all below it, children before parents: the order in which PyTorch's `Module.apply` visits them.
  package var allLayers: [any Layer] { children.flatMap(\.allLayers) + ((self as? any Layer).map { [$0] } ?? []) }

  /// Switches every layer below to another precision, as PyTorch's `.double()` does.
  ///
  /// Networks are built in float32, because that is how their weights are drawn, and widened afterwards.
  package func convert(to dtype: DType) {
    for entry in state {
      switch entry.content {
      case .parameter(let box), .buffer(let box):
        box.path = "\(type(of: self)).\(entry.name)"
        box.takeTraced(box.value.converted(to: dtype))
      case .counter: break
      }
    }
  }

  /// Training mode (batch statistics) or evaluation mode (running statistics) for every layer below.
  package func setTraining(_ isTraining: Bool) {
    for case let layer as BatchNorm2d in allLayers { layer.isTraining = isTraining }
  }
}

extension Parameter {
  /// Takes a value from outside of training: drawn, loaded or converted.
  func takeTraced(_ given: Tensor) {
    value = Fault.flippedBit.planted(over: given) { given.withFlippedBit }
    Trace.parameter(path ?? "?", value, from: given)
  }
}

extension [Parameter] {
  /// The tensors to differentiate with respect to.
  package var values: [Tensor] { map(\.value) }
}
