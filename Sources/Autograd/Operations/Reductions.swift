import Tensors

extension Tensor {
  /// Σ over `axes` (all by default). The axes vanish unless `keepingAxes`.
  package func sum(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let axes = normalized(axes)
    let kept = Tensor.recorded(Primitive.sum(self, axes: axes), from: [self]) { step in
      [step.cotangent.broadcast(like: step.inputs[0])]
    }
    return keepingAxes ? kept : kept.reshaped(shapeWithout(axes))
  }

  /// The mean over `axes` (all by default).
  package func mean(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    sum(axes: axes, keepingAxes: keepingAxes) / Double(elementCount(along: axes))
  }

  /// Σ(x − mean)²/(n − 1), or /n if not `unbiased`. PyTorch's default is unbiased too: one element gives NaN.
  package func variance(axes: [Int]? = nil, unbiased: Bool = true, keepingAxes: Bool = false) -> Tensor {
    let deviation = self - mean(axes: axes, keepingAxes: true)
    let degrees = elementCount(along: axes) - (unbiased && !Fault.biasedDeviation.isPlanted ? 1 : 0)
    return deviation.squared().sum(axes: axes, keepingAxes: keepingAxes) / Double(degrees)
  }

  /// √variance, with slope 0 where the spread is 0.
  package func standardDeviation(axes: [Int]? = nil, unbiased: Bool = true, keepingAxes: Bool = false) -> Tensor {
    variance(axes: axes, unbiased: unbiased, keepingAxes: keepingAxes).squareRootWithFlatOrigin()
  }

  /// √Σx² along `axis`, with slope 0 at the zero vector.
  package func norm(axis: Int, keepingAxis: Bool = false) -> Tensor {
    squared().sum(axes: [axis], keepingAxes: keepingAxis).squareRootWithFlatOrigin()
  }

  /// The largest element along `axis`; the first of equals takes the gradient.
  package func maximum(axis: Int, keepingAxis: Bool = false) -> Tensor {
    extreme(axis: axis, keepingAxis: keepingAxis, largest: true)
  }

  /// The smallest element along `axis`; the first of equals takes the gradient.
  package func minimum(axis: Int, keepingAxis: Bool = false) -> Tensor {
    extreme(axis: axis, keepingAxis: keepingAxis, largest: false)
  }

  private func extreme(axis: Int, keepingAxis: Bool, largest: Bool) -> Tensor {
    let axes = normalized([axis])
    let kept = gathered(Primitive.extremeIndices(self, axis: axes[0], largest: largest))
    return keepingAxis ? kept : kept.reshaped(shapeWithout(axes))
  }

  /// Σ down to `shape`, from which this tensor's shape can be had by broadcasting.
  func summed(to target: [Int]) -> Tensor {
    if shape == target { return self }
    let added = rank - target.count
    let axes = shape.indices.filter { $0 < added || (target[$0 - added] == 1 && shape[$0] != 1) }
    return sum(axes: axes, keepingAxes: true).reshaped(target)
  }

  /// Negative axes count from the end.
  func normalized(_ axes: [Int]?) -> [Int] {
    guard let axes else { return Array(0..<rank) }
    return axes.map { axis in
      precondition((-rank..<rank).contains(axis), "axis \(axis) of shape \(shape)")
      return axis < 0 ? axis + rank : axis
    }
  }

  private func elementCount(along axes: [Int]?) -> Int { normalized(axes).reduce(1) { $0 * shape[$1] } }

  private func shapeWithout(_ axes: [Int]) -> [Int] { shape.indices.filter { !axes.contains($0) }.map { shape[$0] } }
}
