import Tensors

extension Tensor {
  /// The same elements under another shape; one extent may be −1 and is worked out.
  package func reshaped(_ shape: [Int]) -> Tensor {
    var target = shape
    if let open = target.firstIndex(of: -1) {
      let rest = target.enumerated().reduce(1) { $1.offset == open ? $0 : $0 * $1.element }
      precondition(rest > 0 && count % rest == 0, "shape \(self.shape) cannot be read as \(shape)")
      target[open] = count / rest
    }
    if target == self.shape { return self }
    return .recorded(withShape(target), from: [self]) { [$0.cotangent.reshaped($0.inputs[0].shape)] }
  }

  /// Axes from `axis` on as one.
  package func flattened(from axis: Int) -> Tensor {
    reshaped(Array(shape[..<axis]) + [shape[axis...].reduce(1, *)])
  }

  /// The axes in another order: result axis i is axis `order[i]`.
  package func permuted(_ order: [Int]) -> Tensor {
    .recorded(Primitive.permute(self, order), from: [self]) { step in
      [step.cotangent.permuted(order.indices.map { order.firstIndex(of: $0) ?? $0 })]
    }
  }

  /// Two axes exchanged.
  package func transposed(_ first: Int = 0, _ second: Int = 1) -> Tensor {
    var order = Array(shape.indices)
    order.swapAt(first, second)
    return permuted(order)
  }

  /// Repeated along axes of extent 1 until it has `shape`.
  package func broadcast(to shape: [Int]) -> Tensor {
    if self.shape == shape { return self }
    return .recorded(Primitive.broadcast(self, to: shape), from: [self]) {
      [$0.cotangent.summed(to: $0.inputs[0].shape)]
    }
  }

  /// Repeated until it has the shape of `other`, and shared out as that is.
  func broadcast(like other: Tensor) -> Tensor {
    if shape == other.shape { return self }
    return .recorded(Primitive.broadcast(self, to: other.shape, sharing: other.sharing), from: [self]) {
      [$0.cotangent.summed(to: $0.inputs[0].shape)]
    }
  }

  /// `range` of `axis`.
  package func sliced(axis: Int, _ range: Range<Int>) -> Tensor {
    .recorded(Primitive.slice(self, axis: axis, range), from: [self]) { step in
      [step.cotangent.padded(axis: axis, before: range.lowerBound, to: step.inputs[0].shape[axis])]
    }
  }

  /// Zeros around: `before` of them along `axis` in front, and so many behind that the extent becomes `extent`.
  package func padded(axis: Int, before: Int, to extent: Int) -> Tensor {
    .recorded(Primitive.pad(self, axis: axis, before: before, to: extent), from: [self]) { step in
      [step.cotangent.sliced(axis: axis, before..<before + step.inputs[0].shape[axis])]
    }
  }

  /// The elements at flat positions, in the shape of the indices.
  func gathered(_ selected: ElementIndices) -> Tensor {
    .recorded(Primitive.gather(self, selected), from: [self]) { step in
      [step.cotangent.scattered(selected, to: step.inputs[0].shape)]
    }
  }

  /// Zeros of `shape` with every element added at its flat position.
  func scattered(_ selected: ElementIndices, to shape: [Int]) -> Tensor {
    .recorded(Primitive.scatter(self, selected, to: shape), from: [self]) { [$0.cotangent.gathered(selected)] }
  }
}

/// The tensors one behind the other along `axis`.
package func concatenated(_ tensors: [Tensor], axis: Int) -> Tensor {
  .recorded(Primitive.concatenate(tensors, axis: axis), from: tensors) { step in
    var start = 0
    return step.inputs.indices.map { index in
      let range = start..<start + step.inputs[index].shape[axis]
      start = range.upperBound
      return step.ifNeeded(index) { step.cotangent.sliced(axis: axis, range) }
    }
  }
}
