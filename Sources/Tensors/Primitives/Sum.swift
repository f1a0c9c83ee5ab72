import KernelContract

extension Primitive {
  /// Σ over `axes`, which stay as axes of extent 1.
  ///
  /// Sums over whole channels and rows are widened to Double between chunks (see the numeric contract); the result is
  /// rounded once to the dtype. A sum over leading axes adds rows in blocks of 256.
  package static func sum(_ a: Tensor, axes: [Int]) -> Tensor {
    let reduced = Set(axes)
    precondition(reduced.allSatisfy { (0..<a.rank).contains($0) }, "axes \(axes) of shape \(a.shape)")
    if let sharing = a.sharing { return sharedSum(a, sharing, over: reduced) }
    return Trace.record(TracedOperation("sum", axes.map(Double.init)), [a]) {
      Fault.sumOrder.planted(over: sum(a, over: reduced)) { sum(a.backToFront, over: reduced).backToFront }
    }
  }

  /// A group of neighboring axes that are all reduced, or all kept.
  typealias AxisGroup = (extent: Int, isReduced: Bool)

  /// Neighboring axes of one kind are one axis: [R, K, R', …] alternating. Axes that have an extent of 1 in `whole`
  /// count for nothing.
  static func groups(_ shape: [Int], of whole: [Int], over reduced: Set<Int>) -> [AxisGroup] {
    var groups: [AxisGroup] = []
    for (axis, extent) in shape.enumerated() where whole[axis] != 1 {
      let isReduced = reduced.contains(axis)
      if groups.last?.isReduced == isReduced {
        groups[groups.count - 1].extent *= extent
      } else {
        groups.append((extent, isReduced))
      }
    }
    return groups
  }

  /// Of a whole tensor, or of the own images of one of shape `whole`, in the order in which the whole is summed.
  static func sum(_ a: Tensor, of whole: [Int]? = nil, over reduced: Set<Int>) -> Tensor {
    let result = a.shape.indices.map { reduced.contains($0) ? 1 : a.shape[$0] }
    var groups = groups(a.shape, of: whole ?? a.shape, over: reduced)
    var tensor = a
    while let last = groups.lastIndex(where: \.isReduced) {
      let inner = groups[(last + 1)...].reduce(1) { $0 * $1.extent }
      if inner == 1, last == 2 {
        tensor = sum(tensor, outer: groups[0].extent, kept: groups[1].extent, inner: groups[2].extent)
        groups = [groups[1]]
      } else if inner == 1 {
        let kept = groups[..<last].reduce(1) { $0 * $1.extent }
        tensor = sum(tensor, outer: 1, kept: kept, inner: groups[last].extent, isWhole: last == 0)
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
  private static func sum(_ a: Tensor, outer: Int, kept: Int, inner: Int, isWhole: Bool = false) -> Tensor {
    ChannelSums(a: a, outer: outer, kept: kept, inner: inner, isWhole: isWhole).run(on: a.dtype)
  }

  /// out[o, i] = Σ_r a[o, r, i].
  private static func sumRows(_ a: Tensor, outer: Int, rows: Int, inner: Int) -> Tensor {
    RowSums(a: a, outer: outer, rows: rows, inner: inner).run(on: a.dtype)
  }
}

private struct ChannelSums: KernelComputation {
  let a: Tensor
  let outer: Int
  let kept: Int
  let inner: Int
  /// Whether the whole tensor is one sum.
  let isWhole: Bool

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Tensor {
    typealias Scalar = Kernels.Scalar
    return Primitive.make([kept], Scalar.self) { out in
      let source = a.pointer(to: Scalar.self)
      if isWhole {
        out[0] = Scalar(total(source, inner, Kernels.self))
        return
      }
      Parallel.forEach(kept, costPerIndex: outer * inner) { channel in
        var total = 0.0
        for block in 0..<outer { total += Kernels.sum(count: inner, source + (block * kept + channel) * inner) }
        out[channel] = Scalar(total)
      }
    }
  }

  /// The sum of a whole tensor: fixed parts on the threads, added in order.
  private func total<Kernels: TensorKernels>(
    _ source: UnsafePointer<Kernels.Scalar>, _ count: Int, _: Kernels.Type
  ) -> Double {
    let parts = (count + Parallel.chunk - 1) / Parallel.chunk
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(parts, 1)) { partial in
      Parallel.forChunks(of: count) { range in
        partial[range.lowerBound / Parallel.chunk] = Kernels.sum(count: range.count, source + range.lowerBound)
      }
      var total = 0.0
      for part in 0..<parts { total += partial[part] }
      return total
    }
  }
}

private struct RowSums: KernelComputation {
  let a: Tensor
  let outer: Int
  let rows: Int
  let inner: Int

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Tensor {
    typealias Scalar = Kernels.Scalar
    return Primitive.make([outer, inner], Scalar.self) { out in
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
              Kernels.accumulate(count: count, from + row * inner, to: partial)
            }
            Kernels.accumulate(count: count, partial, to: to)
          }
        }
      }
    }
  }
}
