import Autograd
import Tensors

let shapeOperations: [String: Operation] = [
  "reshape": { [$0[0].reshaped(try $0.integers("shape"))] },
  "permute": { [$0[0].permuted(try $0.integers("order"))] },
  "transpose": { arguments in
    let axes = try arguments.integers("axes")
    return [arguments[0].transposed(axes[0], axes[1])]
  },
  "slice": { [$0[0].sliced(axis: try $0.integer("axis"), try $0.integer("start")..<$0.integer("end"))] },
  "concat": { [concatenated($0.inputs, axis: try $0.integer("axis"))] },
  "broadcast": { [$0[0].broadcast(to: try $0.integers("shape"))] },
]
