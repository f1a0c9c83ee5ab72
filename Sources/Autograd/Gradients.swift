import Tensors

/// ∂y/∂x for every x: vector-Jacobian products from `y` back to the tensors `xs`.
///
/// - Parameters:
///   - y: A scalar, or any tensor if `cotangent` is given.
///   - xs: Parameters, data or intermediate results that `y` was computed from. Identity counts, not equality: a
///     detached copy is another tensor.
///   - cotangent: The vector in the product, of y's shape; 1 by default.
///   - keepingGraph: Records the backward pass itself, so that the gradients can be differentiated again.
/// - Returns: One gradient per x, of its shape; zeros where no path leads from `y` to it.
///
/// Only operations on a path from `y` to one of the `xs` are visited, and a rule computes only what such a path needs.
package func gradients(
  of y: Tensor, at xs: [Tensor], cotangent: Tensor? = nil, keepingGraph: Bool = false
) -> [Tensor] {
  zip(xs, gradientsIfConnected(of: y, at: xs, cotangent: cotangent, keepingGraph: keepingGraph)).map { x, gradient in
    gradient ?? .zeros(x.shape, dtype: x.dtype)
  }
}

/// ∂y/∂x for a single x; see `gradients(of:at:cotangent:keepingGraph:)`.
package func gradients(
  of y: Tensor, at x: Tensor, cotangent: Tensor? = nil, keepingGraph: Bool = false
) -> Tensor {
  gradients(of: y, at: [x], cotangent: cotangent, keepingGraph: keepingGraph)[0]
}

/// Like `gradients(of:at:)`, but `nil` where `y` does not depend on an x.
package func gradientsIfConnected(
  of y: Tensor, at xs: [Tensor], cotangent: Tensor? = nil, keepingGraph: Bool = false
) -> [Tensor?] {
  precondition(
    cotangent != nil || y.count == 1, "the gradient of shape \(y.shape) needs a cotangent; only a scalar has none")
  precondition(
    cotangent == nil || (cotangent?.shape == y.shape && cotangent?.dtype == y.dtype),
    "a cotangent \(cotangent.map { "\($0.dtype) \($0.shape)" } ?? "") for a \(y.dtype) tensor of shape \(y.shape)")
  let seed = cotangent ?? .ones(y.shape, dtype: y.dtype)
  return Recording.$isOn.withValue(keepingGraph && Recording.isOn) {
    Trace.backward { backward(from: y, seed: seed, to: xs) }
  }
}

private func backward(from y: Tensor, seed: Tensor, to xs: [Tensor]) -> [Tensor?] {
  let targets = Set(xs.map(ObjectIdentifier.init))
  let path = Path(from: y, to: targets)
  guard path.leads(y) else { return xs.map { _ in nil } }
  var cotangents = [ObjectIdentifier(y): seed]
  // In this order every tensor comes before its inputs: when its turn comes, all its cotangents have been added.
  for tensor in path.order.reversed() {
    guard let origin = tensor.origin as? Origin, let cotangent = cotangents[ObjectIdentifier(tensor)] else { continue }
    let isNeeded = origin.inputs.map(path.leads)
    guard isNeeded.contains(true) else { continue }
    if !targets.contains(ObjectIdentifier(tensor)) { cotangents[ObjectIdentifier(tensor)] = nil }
    let step = BackwardStep(inputs: origin.inputs, output: tensor, cotangent: cotangent, isNeeded: isNeeded)
    for (index, contribution) in origin.rule(step).enumerated() where isNeeded[index] {
      guard let contribution else { continue }
      let input = origin.inputs[index]
      precondition(
        contribution.shape == input.shape && contribution.dtype == input.dtype,
        "a rule gave \(contribution.dtype) \(contribution.shape) for an input of \(input.dtype) \(input.shape)")
      let key = ObjectIdentifier(input)
      let held = contribution.held(like: input)
      cotangents[key] = cotangents[key].map { $0 + held } ?? held
    }
  }
  return xs.map { cotangents[ObjectIdentifier($0)] }
}

/// The part of the graph between a result and the tensors somebody asked about.
private struct Path {
  /// Every tensor below the result, inputs before what was computed from them.
  private(set) var order: [Tensor] = []
  private var isOnPath: [ObjectIdentifier: Bool] = [:]

  init(from y: Tensor, to targets: Set<ObjectIdentifier>) {
    // Depth first with an explicit stack: graphs can be deeper than the call stack.
    var stack: [(tensor: Tensor, isExpanded: Bool)] = [(y, false)]
    while let (tensor, isExpanded) = stack.popLast() {
      let key = ObjectIdentifier(tensor)
      let inputs = (tensor.origin as? Origin)?.inputs ?? []
      if isExpanded {
        isOnPath[key] = targets.contains(key) || inputs.contains { isOnPath[ObjectIdentifier($0)] == true }
        order.append(tensor)
      } else if isOnPath[key] == nil {
        isOnPath[key] = false
        stack.append((tensor, true))
        for input in inputs where isOnPath[ObjectIdentifier(input)] == nil { stack.append((input, false)) }
      }
    }
  }

  func leads(_ tensor: Tensor) -> Bool { isOnPath[ObjectIdentifier(tensor)] == true }
}
