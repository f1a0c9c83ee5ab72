import KernelContract

extension Primitive {
  /// Σ over `axes`, which stay as axes of extent 1.
  ///
  /// Sums over whole channels and rows are widened to Double between chunks (see the numeric contract); the result is rounded
  /// once to the dtype. A sum over leading axes adds rows in blocks of 256.
  package static func sum(_ a: Tensor, axes: [Int]) -> Tensor {
    let reduced = Set(axes)
    precondition(reduced.allSatisfy { (0..<a.rank).contains($0) }, "axes \(axes) of shape \(a.shape)")
    return Trace.record(TracedOperation("sum", axes.map(Double.init)), [a]) {
      Fault.sumOrder.planted(over: sum(a, over: reduced)) { sum(a.backToFront, over: reduced).backToFront }
    }
  }

  private static func sum(_ a: Tensor, over reduced: Set<Int>) -> Tensor {
    let result = a.shape.indices.map { reduced.contains($0) ? 1 : a.shape[$0] }
    // Neighboring axes of one kind are one axis: [R, K, R', …] alternating.
    var groups: [(extent: Int, isReduced: Bool)] = []
    for (axis, extent) in a.shape.enumerated() where extent != 1 {
      let isReduced = reduced.contains(axis)
      if groups.last?.isReduced == isReduced {
        groups[groups.count - 1].extent *= extent
      } else {
        groups.append((extent, isReduced))
      }
    }
    var tensor = a
    while let last = groups.lastIndex(where: \.isReduced) {
      let inner = groups[(last + 1)...].reduce(1) { $0 * $1.extent }
      if inner == 1, last == 2 {
        tensor = sum(tensor, outer: groups[0].extent, kept: groups[1].extent, inner: groups[2].extent)
        groups = [groups[1]]
      } else if inner == 1 {
        let kept = groups[..<last].reduce(1) { $0 * $1.extent }
        tensor = sum(tensor, outer: 1, kept: kept, inner: groups[last].extent)
        groups.removeLast()
      } else {
        let outer = groups[..<last].reduce(1) { $0 * $1.extent }
        tensor = sumRows(tensor, outer: outer, rows: groups[last].extent, inner: inner)
        groups.remove(at: last)
        if last > 0, last < groups.count {
          groups[last - 1].extent *= groups[last].extent
          groups.remove(at: last)
        }
      }
    }
    return tensor.withShape(result)
  }

  /// out[k] = Σ_{o, i} a[o, k, i].
  private static func sum(_ a: Tensor, outer: Int, kept: Int, inner: Int) -> Tensor {
    switch a.dtype {
    case .float32: sum(a, outer: outer, kept: kept, inner: inner, Float.self)
    case .float64: sum(a, outer: outer, kept: kept, inner: inner, Double.self)
    }
  }

  private static func sum<Scalar: TensorScalar>(
    _ a: Tensor, outer: Int, kept: Int, inner: Int, _: Scalar.Type
  ) -> Tensor {
    make([kept], Scalar.self) { out in
      let source = a.pointer(to: Scalar.self)
      if kept == 1 && outer == 1 {
        out[0] = Scalar(total(source, inner))
        return
      }
      Parallel.forEach(kept, costPerIndex: outer * inner) { channel in
        var total = 0.0
        for block in 0..<outer { total += Scalar.kernels.sum(inner, source + (block * kept + channel) * inner) }
        out[channel] = Scalar(total)
      }
    }
  }

  /// The sum of a whole tensor: fixed parts on the threads, added in order.
  private static func total<Scalar: TensorScalar>(_ source: UnsafePointer<Scalar>, _ count: Int) -> Double {
    let parts = (count + Parallel.chunk - 1) / Parallel.chunk
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(parts, 1)) { partial in
      Parallel.forChunks(of: count) { range in
        partial[range.lowerBound / Parallel.chunk] = Scalar.kernels.sum(range.count, source + range.lowerBound)
      }
      var total = 0.0
      for part in 0..<parts { total += partial[part] }
      return total
    }
  }

  /// out[o, i] = Σ_r a[o, r, i].
  private static func sumRows(_ a: Tensor, outer: Int, rows: Int, inner: Int) -> Tensor {
    switch a.dtype {
    case .float32: sumRows(a, outer: outer, rows: rows, inner: inner, Float.self)
    case .float64: sumRows(a, outer: outer, rows: rows, inner: inner, Double.self)
    }
  }

  private static func sumRows<Scalar: TensorScalar>(
    _ a: Tensor, outer: Int, rows: Int, inner: Int, _: Scalar.Type
  ) -> Tensor {
    make([outer, inner], Scalar.self) { out in
      let source = a.pointer(to: Scalar.self)
      let width = 2048
      let stripes = (inner + width - 1) / width
      Parallel.forEach(outer * stripes, costPerIndex: rows * min(inner, width)) { part in
        let block = part / stripes
        let start = part % stripes * width
        let count = min(width, inner - start)
        let to = out + block * inner + start
        let from = source + block * rows * inner + start
        to.update(repeating: 0, count: count)
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: count) { buffer in
          guard let partial = buffer.baseAddress else { return }
          for first in stride(from: 0, to: rows, by: 256) {
            partial.initialize(from: from + first * inner, count: count)
            for row in first + 1..<max(first + 1, min(first + 256, rows)) {
              Scalar.kernels.accumulate(count, from + row * inner, partial)
            }
            Scalar.kernels.accumulate(count, partial, to)
          }
        }
      }
    }
  }
}
