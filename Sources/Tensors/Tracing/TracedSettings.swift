import KernelContract

extension UnaryOperation {
  /// As a trace holds it.
  var traced: TracedOperation {
    switch self {
    case .negate: TracedOperation("negate")
    case .absolute: TracedOperation("absolute")
    case .exponential: TracedOperation("exponential")
    case .logarithm: TracedOperation("logarithm")
    case .tanh: TracedOperation("tanh")
    case .sigmoid: TracedOperation("sigmoid")
    case .softplus: TracedOperation("softplus")
    case .squareRoot: TracedOperation("squareRoot")
    case .reciprocalOrZero: TracedOperation("reciprocalOrZero")
    case .add(let number): TracedOperation("addNumber", [number])
    case .multiply(let number): TracedOperation("multiplyByNumber", [number])
    case .leakyReLU(let slope): TracedOperation("leakyReLU", [slope])
    case .relu: TracedOperation("relu")
    case .clamp(let lower, let upper): TracedOperation("clamp", [lower, upper])
    }
  }
}

extension BinaryOperation {
  /// As a trace holds it.
  var traced: TracedOperation {
    switch self {
    case .add: TracedOperation("add")
    case .subtract: TracedOperation("subtract")
    case .multiply: TracedOperation("multiply")
    case .divide: TracedOperation("divide")
    case .maximum: TracedOperation("maximum")
    case .minimum: TracedOperation("minimum")
    case .step: TracedOperation("step")
    case .bySign: TracedOperation("bySign")
    case .leakyReLUGradient(let slope): TracedOperation("leakyReLUGradient", [slope])
    case .clampGradient(let lower, let upper): TracedOperation("clampGradient", [lower, upper])
    }
  }
}

extension Optional<ChannelActivation> {
  /// The slope of an activation that was applied in the same pass; nothing where there was none.
  var settings: [Double] { map { [$0.slope] } ?? [] }
}

extension ConvolutionGeometry {
  /// As a trace holds it: what the shapes do not say.
  var settings: [Double] { [stride.height, stride.width, padding.height, padding.width].map(Double.init) }
}
