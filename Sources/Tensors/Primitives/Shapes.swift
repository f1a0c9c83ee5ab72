extension Primitive {
  /// The axes in another order: result axis i is axis `order[i]` of `a`.
  package static func permute(_ a: Tensor, _ order: [Int]) -> Tensor {
    precondition(order.sorted() == Array(0..<a.rank), "order \(order) does not permute the axes of \(a.shape)")
    if a.sharing != nil {
      guard order[0] == 0 else { return permute(a.whole, order) }
      if let shared = a.ofOwnImages({ permute($0, order) }) { return shared }
    }
    return Trace.record(TracedOperation("permute", order.map(Double.init)), [a]) {
      switch a.dtype {
      case .float32: permute(a, order, Float.self)
      case .float64: permute(a, order, Double.self)
      }
    }
  }

  private static func permute<Scalar: TensorScalar>(_ a: Tensor, _ order: [Int], _: Scalar.Type) -> Tensor {
    var strides = [Int](repeating: 1, count: a.rank)
    for axis in stride(from: a.rank - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * a.shape[axis + 1] }
    let shape = order.map { a.shape[$0] }
    guard let lastAxis = order.last else { return a }
    let innerExtent = a.shape[lastAxis]
    let innerStride = strides[lastAxis]
    let outer = Array(zip(shape, order.map { strides[$0] }).dropLast().reversed())
    return make(shape, Scalar.self) { out in
      let source = a.pointer(to: Scalar.self)
      Parallel.forEach(a.count / innerExtent, costPerIndex: innerExtent) { index in
        var rest = index
        var offset = 0
        for (extent, step) in outer {
          offset += rest % extent * step
          rest /= extent
        }
        let from = source + offset
        let to = out + index * innerExtent
        for position in 0..<innerExtent { to[position] = from[position &* innerStride] }
      }
    }
  }

  /// `range` of `axis`.
  package static func slice(_ a: Tensor, axis: Int, _ range: Range<Int>) -> Tensor {
    precondition(a.shape.indices.contains(axis), "axis \(axis) of shape \(a.shape)")
    precondition(
      range.lowerBound >= 0 && range.upperBound <= a.shape[axis], "slice \(range) of axis \(axis) of shape \(a.shape)")
    var shape = a.shape
    shape[axis] = range.count
    if a.sharing != nil, axis == 0 { return slice(a.whole, axis: axis, range) }
    if let shared = a.ofOwnImages({ slice($0, axis: axis, range) }) { return shared }
    let settings = [axis, range.lowerBound, range.upperBound]
    return Trace.record(TracedOperation("slice", settings.map(Double.init)), [a]) {
      let result = Tensor.zeros(shape, dtype: a.dtype)
      copyRows(from: a, at: range.lowerBound, to: result, at: 0, axis: axis, count: range.count)
      return result
    }
  }

  /// `a` between zeros: `before` of them along `axis` in front and so many behind that the extent becomes `extent`.
  package static func pad(_ a: Tensor, axis: Int, before: Int, to extent: Int) -> Tensor {
    precondition(
      before >= 0 && before + a.shape[axis] <= extent, "padding axis \(axis) of \(a.shape) from \(before) to \(extent)")
    var shape = a.shape
    shape[axis] = extent
    if a.sharing != nil, axis == 0 { return pad(a.whole, axis: axis, before: before, to: extent) }
    if let shared = a.ofOwnImages({ pad($0, axis: axis, before: before, to: extent) }) { return shared }
    return Trace.record(TracedOperation("pad", [axis, before, extent].map(Double.init)), [a]) {
      let result = Tensor.zeros(shape, dtype: a.dtype)
      copyRows(from: a, at: 0, to: result, at: before, axis: axis, count: a.shape[axis])
      return result
    }
  }

  /// The tensors one behind the other along `axis`.
  package static func concatenate(_ tensors: [Tensor], axis: Int) -> Tensor {
    precondition(!tensors.isEmpty, "nothing to concatenate")
    var shape = tensors[0].shape
    precondition(shape.indices.contains(axis), "axis \(axis) of shape \(shape)")
    for tensor in tensors {
      var other = tensor.shape
      if other.count == shape.count { other[axis] = shape[axis] }
      precondition(
        other == shape && tensor.dtype == tensors[0].dtype,
        "shapes \(tensors.map(\.shape)) (\(tensors.map(\.dtype))) cannot be concatenated along axis \(axis)")
    }
    shape[axis] = tensors.reduce(0) { $0 + $1.shape[axis] }
    if let sharing = tensors.lazy.compactMap(\.sharing).first {
      if axis == 0 { return concatenate(tensors.map(\.whole), axis: axis) }
      return sharing.shared(concatenate(tensors.map { sharing.own($0) }, axis: axis))
    }
    return Trace.record(TracedOperation("concatenate", [Double(axis)]), tensors) {
      let result = Tensor.zeros(shape, dtype: tensors[0].dtype)
      var position = 0
      for tensor in tensors {
        copyRows(from: tensor, at: 0, to: result, at: position, axis: axis, count: tensor.shape[axis])
        position += tensor.shape[axis]
      }
      return result
    }
  }

  /// Copies `count` positions of `axis` between tensors that agree in every other axis.
  private static func copyRows(
    from source: Tensor, at sourceStart: Int, to destination: Tensor, at destinationStart: Int, axis: Int, count: Int
  ) {
    let outer = source.shape[..<axis].reduce(1, *)
    let rowBytes = source.shape[(axis + 1)...].reduce(source.dtype.byteCount, *)
    let blockBytes = count * rowBytes
    guard blockBytes > 0 else { return }
    let from = source.storage.pointer + sourceStart * rowBytes
    let to = destination.storage.pointer + destinationStart * rowBytes
    let sourceStep = source.shape[axis] * rowBytes
    let destinationStep = destination.shape[axis] * rowBytes
    Parallel.forEach(outer, costPerIndex: blockBytes / source.dtype.byteCount) { block in
      (to + block * destinationStep).copyMemory(from: from + block * sourceStep, byteCount: blockBytes)
    }
  }
}
