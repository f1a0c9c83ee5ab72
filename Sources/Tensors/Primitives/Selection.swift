/// Flat positions of the elements that a maximum or minimum selected.
package struct ElementIndices: Sendable {
  /// Shape of the result; one index each.
  package let shape: [Int]
  package let indices: [Int]
}

extension Primitive {
  /// a[indices], in the shape of the indices.
  package static func gather(_ a: Tensor, _ selected: ElementIndices) -> Tensor {
    // Positions are those in the whole tensor.
    let a = a.whole
    return Trace.record(TracedOperation("gather"), [a]) {
      switch a.dtype {
      case .float32: gather(a, selected, Float.self)
      case .float64: gather(a, selected, Double.self)
      }
    }
  }

  /// The adjoint of `gather`: zeros of `shape` with every value added at its index.
  package static func scatter(_ a: Tensor, _ selected: ElementIndices, to shape: [Int]) -> Tensor {
    let a = a.whole
    return Trace.record(TracedOperation("scatter"), [a]) {
      switch a.dtype {
      case .float32: scatter(a, selected, to: shape, Float.self)
      case .float64: scatter(a, selected, to: shape, Double.self)
      }
    }
  }

  /// Where the maximum under each window lies; the first of equals, and NaN before numbers, as PyTorch.
  package static func maximumIndices(_ a: Tensor, _ window: PoolingWindow) -> ElementIndices {
    let (planes, height, width) = planes(of: a)
    let values = a.values
    let outHeight = window.outputExtent(height)
    let outWidth = window.outputExtent(width)
    var indices: [Int] = []
    indices.reserveCapacity(planes * outHeight * outWidth)
    for plane in 0..<planes {
      for y in 0..<outHeight {
        for x in 0..<outWidth {
          let columns = window.inputs(under: x, of: width)
          let positions = window.inputs(under: y, of: height).lazy.flatMap { row in
            columns.lazy.map { (plane * height + row) * width + $0 }
          }
          indices.append(first(in: values, among: positions) { $0 > $1 })
        }
      }
    }
    return ElementIndices(shape: Array(a.shape[..<2]) + [outHeight, outWidth], indices: indices)
  }

  /// Where the maximum (or minimum) along `axis` lies; the axis stays with extent 1.
  package static func extremeIndices(_ a: Tensor, axis: Int, largest: Bool) -> ElementIndices {
    precondition(a.shape.indices.contains(axis) && a.shape[axis] > 0, "no extreme along axis \(axis) of \(a.shape)")
    let values = a.values
    let extent = a.shape[axis]
    let inner = a.shape[(axis + 1)...].reduce(1, *)
    let outer = a.shape[..<axis].reduce(1, *)
    var indices: [Int] = []
    indices.reserveCapacity(outer * inner)
    for block in 0..<outer {
      for position in 0..<inner {
        let start = block * extent * inner + position
        let positions = stride(from: start, to: start + extent * inner, by: inner)
        indices.append(first(in: values, among: positions) { largest ? $0 > $1 : $0 < $1 })
      }
    }
    var shape = a.shape
    shape[axis] = 1
    return ElementIndices(shape: shape, indices: indices)
  }

  private static func first(
    in values: [Double], among positions: some Sequence<Int>, isBetter: (Double, Double) -> Bool
  ) -> Int {
    var best = -1
    for position in positions {
      if best < 0 || isBetter(values[position], values[best]) || (values[position].isNaN && !values[best].isNaN) {
        best = position
      }
    }
    precondition(best >= 0, "an empty window has no maximum")
    return best
  }

  private static func gather<Scalar: TensorScalar>(
    _ a: Tensor, _ selected: ElementIndices, _: Scalar.Type
  ) -> Tensor {
    make(selected.shape, Scalar.self) { out in
      let source = a.pointer(to: Scalar.self)
      for (position, index) in selected.indices.enumerated() { out[position] = source[index] }
    }
  }

  private static func scatter<Scalar: TensorScalar>(
    _ a: Tensor, _ selected: ElementIndices, to shape: [Int], _: Scalar.Type
  ) -> Tensor {
    precondition(a.shape == selected.shape, "\(a.shape) values for indices of shape \(selected.shape)")
    return make(shape, Scalar.self) { out in
      let source = a.pointer(to: Scalar.self)
      out.update(repeating: 0, count: Tensor.elementCount(of: shape))
      for (position, index) in selected.indices.enumerated() { out[index] += source[position] }
    }
  }
}
