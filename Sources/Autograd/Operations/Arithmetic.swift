import Tensors

// MARK: - Two tensors, broadcasting

extension Tensor {
  /// a + b.
  package static func + (a: Tensor, b: Tensor) -> Tensor {
    recorded(Primitive.binary(.add, a, b), from: [a, b]) { step in
      [step.sum(0) { step.cotangent }, step.sum(1) { step.cotangent }]
    }
  }

  /// a − b.
  package static func - (a: Tensor, b: Tensor) -> Tensor {
    recorded(Primitive.binary(.subtract, a, b), from: [a, b]) { step in
      [step.sum(0) { step.cotangent }, step.sum(1) { -step.cotangent }]
    }
  }

  /// a·b, element by element.
  package static func * (a: Tensor, b: Tensor) -> Tensor {
    recorded(Primitive.binary(.multiply, a, b), from: [a, b]) { step in
      [step.sum(0) { step.cotangent * step.inputs[1] }, step.sum(1) { step.cotangent * step.inputs[0] }]
    }
  }

  /// a/b, element by element.
  package static func / (a: Tensor, b: Tensor) -> Tensor {
    recorded(Primitive.binary(.divide, a, b), from: [a, b]) { step in
      [
        step.sum(0) { step.cotangent / step.inputs[1] },
        step.sum(1) { -(step.cotangent * step.output) / step.inputs[1] },
      ]
    }
  }

  /// −a.
  package static prefix func - (a: Tensor) -> Tensor {
    recorded(Primitive.unary(.negate, a), from: [a]) { [-$0.cotangent] }
  }
}

extension BackwardStep {
  /// The cotangent of a broadcast operand: the result's, summed over the axes along which the operand was repeated.
  func sum(_ index: Int, _ cotangent: () -> Tensor) -> Tensor? {
    ifNeeded(index) { cotangent().summed(to: inputs[index].shape) }
  }
}

/// The larger of both, element by element; where they are equal each gets half of the gradient.
package func elementwiseMaximum(_ a: Tensor, _ b: Tensor) -> Tensor {
  .recorded(Primitive.binary(.maximum, a, b), from: [a, b]) { step in
    let (a, b) = (step.inputs[0], step.inputs[1])
    return [
      step.sum(0) { step.cotangent * Primitive.binary(.step, a, b) },
      step.sum(1) { step.cotangent * Primitive.binary(.step, b, a) },
    ]
  }
}

/// The smaller of both, element by element; where they are equal each gets half of the gradient.
package func elementwiseMinimum(_ a: Tensor, _ b: Tensor) -> Tensor {
  .recorded(Primitive.binary(.minimum, a, b), from: [a, b]) { step in
    let (a, b) = (step.inputs[0], step.inputs[1])
    return [
      step.sum(0) { step.cotangent * Primitive.binary(.step, b, a) },
      step.sum(1) { step.cotangent * Primitive.binary(.step, a, b) },
    ]
  }
}

// MARK: - A tensor and a number

extension Tensor {
  package static func + (a: Tensor, b: Double) -> Tensor {
    recorded(Primitive.unary(.add(b), a), from: [a]) { [$0.cotangent] }
  }

  package static func * (a: Tensor, b: Double) -> Tensor {
    recorded(Primitive.unary(.multiply(b), a), from: [a]) { [$0.cotangent * b] }
  }

  package static func + (a: Double, b: Tensor) -> Tensor { b + a }
  package static func * (a: Double, b: Tensor) -> Tensor { b * a }
  package static func - (a: Tensor, b: Double) -> Tensor { a + -b }
  package static func - (a: Double, b: Tensor) -> Tensor { Tensor(a, dtype: b.dtype) - b }
  package static func / (a: Tensor, b: Double) -> Tensor { a / Tensor(b, dtype: a.dtype) }
  package static func / (a: Double, b: Tensor) -> Tensor { Tensor(a, dtype: b.dtype) / b }
}
