import Tensors

/// What a rule is given: the operation's own inputs and output, and the cotangent that arrived at the output.
package struct BackwardStep {
  package let inputs: [Tensor]
  package let output: Tensor
  package let cotangent: Tensor
  /// Which inputs lie on a path that somebody asked for.
  package let isNeeded: [Bool]

  /// `value()` where input `index` is needed, `nil` otherwise: what nobody needs is not computed.
  package func ifNeeded(_ index: Int, _ value: () -> Tensor) -> Tensor? { isNeeded[index] ? value() : nil }
}

/// A rule: the vector-Jacobian product of one primitive, one entry per input, `nil` where the derivative is zero.
///
/// Rules are written with differentiable primitives, so a backward pass can itself be recorded and differentiated. They
/// read inputs from the step rather than capturing them, which lets a graph be freed without recursion.
package typealias Rule = @Sendable (BackwardStep) -> [Tensor?]

/// How a tensor was computed: the inputs and the rule that leads back to them.
final class Origin: TensorOrigin, @unchecked Sendable {
  private(set) var inputs: [Tensor]
  let rule: Rule

  init(inputs: [Tensor], rule: @escaping Rule) {
    self.inputs = inputs
    self.rule = rule
  }

  /// Frees long graphs step by step: the default, one deinit inside the next, overflows the stack after some ten
  /// thousand operations.
  deinit {
    var released = inputs
    inputs = []
    while var tensor = released.popLast() {
      guard isKnownUniquelyReferenced(&tensor), var origin = tensor.takeOrigin() as? Origin,
        isKnownUniquelyReferenced(&origin)
      else { continue }
      released.append(contentsOf: origin.inputs)
      origin.inputs = []
    }
  }
}

extension Tensor {
  /// `raw` as the result of an operation on `inputs`; recorded unless recording is off.
  package static func recorded(_ raw: Tensor, from inputs: [Tensor], rule: @escaping Rule) -> Tensor {
    guard Recording.isOn else { return raw }
    return Tensor(
      shape: raw.shape, dtype: raw.dtype, storage: raw.storage, sharing: raw.sharing,
      origin: Origin(inputs: inputs, rule: rule))
  }

  /// The same values as data: gradients stop here.
  package var detached: Tensor { Tensor(shape: shape, dtype: dtype, storage: storage, sharing: sharing) }
}
