import Autograd
import Tensors

/// Functions whose every element is computed from one element of each input: held element by element.
let exactFunctions: Set<String> = [
  "add", "subtract", "multiply", "divide", "maximum", "minimum", "negate",
  "scalar-add", "scalar-multiply", "scalar-subtract-from", "scalar-divide", "scalar-divided-by",
  "exp", "log", "tanh", "sigmoid", "softplus", "sqrt", "square", "absolute", "relu", "leaky_relu", "clamp",
  "reshape", "permute", "transpose", "slice", "concat", "broadcast",
  "maximum-over", "minimum-over", "maximum-pool", "upsample-nearest",
]

let elementwiseOperations: [String: Operation] = [
  "add": { [$0[0] + $0[1]] },
  "subtract": { [$0[0] - $0[1]] },
  "multiply": { [$0[0] * $0[1]] },
  "divide": { [$0[0] / $0[1]] },
  "maximum": { [elementwiseMaximum($0[0], $0[1])] },
  "minimum": { [elementwiseMinimum($0[0], $0[1])] },
  "scalar-add": { [$0[0] + (try $0.number("value"))] },
  "scalar-multiply": { [$0[0] * (try $0.number("value"))] },
  "scalar-subtract-from": { [(try $0.number("value")) - $0[0]] },
  "scalar-divide": { [$0[0] / (try $0.number("value"))] },
  "scalar-divided-by": { [(try $0.number("value")) / $0[0]] },
  "negate": { [-$0[0]] },
  "exp": { [$0[0].exp()] },
  "log": { [$0[0].log()] },
  "tanh": { [$0[0].tanh()] },
  "sigmoid": { [$0[0].sigmoid()] },
  "softplus": { [$0[0].softplus()] },
  "sqrt": { [$0[0].squareRoot()] },
  "square": { [$0[0].squared()] },
  "absolute": { [$0[0].absolute()] },
  "relu": { [$0[0].relu()] },
  "leaky_relu": { [$0[0].leakyReLU(slope: try $0.number("slope"))] },
  "clamp": { [$0[0].clamped(to: try $0.number("minimum")...$0.number("maximum"))] },
]
