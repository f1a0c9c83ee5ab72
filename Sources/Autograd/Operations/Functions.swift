import Tensors

extension Tensor {
  /// eˣ.
  package func exp() -> Tensor {
    .recorded(Primitive.unary(.exponential, self), from: [self]) { [$0.cotangent * $0.output] }
  }

  /// The natural logarithm; −∞ at 0, NaN below.
  package func log() -> Tensor {
    .recorded(Primitive.unary(.logarithm, self), from: [self]) { [$0.cotangent / $0.inputs[0]] }
  }

  /// (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ).
  package func tanh() -> Tensor {
    .recorded(Primitive.unary(.tanh, self), from: [self]) { [$0.cotangent * (1 - $0.output.squared())] }
  }

  /// 1/(1 + e⁻ˣ).
  package func sigmoid() -> Tensor {
    .recorded(Primitive.unary(.sigmoid, self), from: [self]) { [$0.cotangent * ($0.output * (1 - $0.output))] }
  }

  /// log(1 + eˣ), without overflow.
  package func softplus() -> Tensor {
    .recorded(Primitive.unary(.softplus, self), from: [self]) { [$0.cotangent * $0.inputs[0].sigmoid()] }
  }

  /// √x; the slope at 0 is infinite.
  package func squareRoot() -> Tensor {
    .recorded(Primitive.unary(.squareRoot, self), from: [self]) { [$0.cotangent * 0.5 / $0.output] }
  }

  /// √x with slope 0 at 0, as PyTorch's `norm` and `std` have it.
  func squareRootWithFlatOrigin() -> Tensor {
    .recorded(Primitive.unary(.squareRoot, self), from: [self]) { step in
      [step.cotangent * 0.5 * step.output.reciprocalOrZero()]
    }
  }

  /// 1/x, but 0 at 0.
  private func reciprocalOrZero() -> Tensor {
    .recorded(Primitive.unary(.reciprocalOrZero, self), from: [self]) { [-($0.cotangent * $0.output.squared())] }
  }

  /// x².
  package func squared() -> Tensor {
    .recorded(Primitive.binary(.multiply, self, self), from: [self]) { [$0.cotangent * ($0.inputs[0] * 2)] }
  }

  /// |x|, with slope 0 at 0.
  package func absolute() -> Tensor {
    .recorded(Primitive.unary(.absolute, self), from: [self]) { [bySign($0.cotangent, $0.inputs[0])] }
  }

  /// max(x, 0), with slope 0 at 0.
  package func relu() -> Tensor {
    .recorded(Primitive.unary(.relu, self), from: [self]) { [gate($0.cotangent, by: $0.inputs[0], slope: 0)] }
  }

  /// x where x > 0, slope·x elsewhere; at 0 the slope is `slope`, as in PyTorch.
  package func leakyReLU(slope: Double) -> Tensor {
    .recorded(Primitive.unary(.leakyReLU(slope: slope), self), from: [self]) { step in
      [gate(step.cotangent, by: step.inputs[0], slope: slope)]
    }
  }

  /// min(max(x, lower), upper); the slope is 1 between the bounds, 0 at and outside them, as in PyTorch 2.
  package func clamped(to bounds: ClosedRange<Double>) -> Tensor {
    .recorded(
      Primitive.unary(.clamp(lower: bounds.lowerBound, upper: bounds.upperBound), self), from: [self]
    ) { step in [gate(step.cotangent, by: step.inputs[0], inside: bounds)] }
  }
}

// Derivatives of the piecewise linear functions: linear in a, and piecewise constant (so without a derivative) in x.

private func bySign(_ a: Tensor, _ x: Tensor) -> Tensor {
  .recorded(Primitive.binary(.bySign, a, x), from: [a, x]) { [bySign($0.cotangent, $0.inputs[1]), nil] }
}

/// a where x > 0, slope·a elsewhere.
func gate(_ a: Tensor, by x: Tensor, slope: Double) -> Tensor {
  .recorded(Primitive.binary(.leakyReLUGradient(slope: slope), a, x), from: [a, x]) { step in
    [gate(step.cotangent, by: step.inputs[1], slope: slope), nil]
  }
}

private func gate(_ a: Tensor, by x: Tensor, inside bounds: ClosedRange<Double>) -> Tensor {
  .recorded(
    Primitive.binary(.clampGradient(lower: bounds.lowerBound, upper: bounds.upperBound), a, x), from: [a, x]
  ) { step in [gate(step.cotangent, by: step.inputs[1], inside: bounds), nil] }
}
