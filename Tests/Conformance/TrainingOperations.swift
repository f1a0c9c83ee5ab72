import Autograd
import NeuralNets
import Tensors

let trainingOperations: [String: Operation] = [
  "adam": { arguments in
    let weight = Parameter(arguments[0])
    let betas = (try arguments.number("beta1"), try arguments.number("beta2"))
    let optimizer = Adam(
      [weight], learningRate: try arguments.number("rate"), betas: betas, epsilon: try arguments.number("epsilon"))
    return arguments.inputs.dropFirst().map { gradient in
      optimizer.step([gradient])
      return weight.value
    }
  },
  "gradient-penalty": { arguments in
    let (real, fake, beta) = (arguments[0], arguments[1], arguments[2])
    let activation = try arguments.text("activation")
    let mixed = beta * real + (1 - beta) * fake
    let first = convolution(mixed, arguments[3], bias: arguments[4], stride: 1, padding: 1)
    let active = activation == "tanh" ? first.tanh() : first.leakyReLU(slope: 0.2)
    var hidden = active.averagePooled(PoolingWindow(size: 2))
    if try arguments.flag("deviation") { hidden = withMinibatchDeviation(hidden) }
    let score = convolution(hidden, arguments[5], bias: arguments[6])
    let slope = gradients(of: score.sum(), at: mixed, keepingGraph: true)
    return [(slope.flattened(from: 1).norm(axis: 1) - 1).squared().mean()]
  },
]
