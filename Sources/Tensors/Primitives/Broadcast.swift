/// How two shapes line up under broadcasting: aligned at the last axis, an extent of 1 repeats.
struct BroadcastPlan {
  struct Axis: Equatable {
    var extent: Int
    var aStride: Int
    var bStride: Int
  }

  let shape: [Int]
  /// The axes after merging neighbors that both operands walk alike; the last one has strides 0 or 1.
  let axes: [Axis]

  init(_ a: [Int], _ b: [Int]) {
    let rank = max(a.count, b.count)
    var shape = [Int](repeating: 1, count: rank)
    var axes: [Axis] = []
    var aStep = 1
    var bStep = 1
    for offset in 1...max(rank, 1) where offset <= rank {
      let aExtent = offset <= a.count ? a[a.count - offset] : 1
      let bExtent = offset <= b.count ? b[b.count - offset] : 1
      precondition(
        aExtent == bExtent || aExtent == 1 || bExtent == 1, "shapes \(a) and \(b) cannot be broadcast together")
      let extent = aExtent == 1 ? bExtent : aExtent
      shape[rank - offset] = extent
      let axis = Axis(extent: extent, aStride: aExtent == 1 ? 0 : aStep, bStride: bExtent == 1 ? 0 : bStep)
      aStep *= aExtent
      bStep *= bExtent
      guard extent != 1 else { continue }
      if let inner = axes.last, axis.aStride == inner.aStride * inner.extent,
        axis.bStride == inner.bStride * inner.extent
      {
        axes[axes.count - 1].extent *= extent
      } else {
        axes.append(axis)
      }
    }
    self.shape = shape
    self.axes = axes.isEmpty ? [Axis(extent: 1, aStride: 0, bStride: 0)] : axes.reversed()
  }

  /// Offsets of both operands at position `index` of the axes before the last.
  func offsets(atOuter index: Int) -> (a: Int, b: Int) {
    var rest = index
    var a = 0
    var b = 0
    for axis in axes.dropLast().reversed() {
      let position = rest % axis.extent
      rest /= axis.extent
      a += position * axis.aStride
      b += position * axis.bStride
    }
    return (a, b)
  }
}

extension Primitive {
  /// The shape that `a` and `b` have together.
  package static func broadcastShape(_ a: [Int], _ b: [Int]) -> [Int] { BroadcastPlan(a, b).shape }

  /// `a` repeated along axes of extent 1 until it has `shape`, shared out where `a` is or `sharing` is given.
  package static func broadcast(_ a: Tensor, to shape: [Int], sharing: BatchSharing? = nil) -> Tensor {
    if a.shape == shape { return a }
    if let shared = sharedBroadcast(a, to: shape, sharing) { return shared }
    let plan = BroadcastPlan(a.shape, shape)
    precondition(plan.shape == shape, "shape \(a.shape) cannot be broadcast to \(shape)")
    // maximum(a, a) is a, NaN included, and walks the broadcast operand like every binary operation.
    return Trace.record(TracedOperation("broadcast"), [a]) {
      switch a.dtype {
      case .float32: copyBroadcast(a, plan, Float.self)
      case .float64: copyBroadcast(a, plan, Double.self)
      }
    }
  }

  private static func copyBroadcast<Scalar: TensorScalar>(_ a: Tensor, _ plan: BroadcastPlan, _: Scalar.Type) -> Tensor
  {
    make(plan.shape, Scalar.self) { out in
      let source = a.pointer(to: Scalar.self)
      let inner = plan.axes[plan.axes.count - 1]
      let outerCount = Tensor.elementCount(of: plan.shape) / inner.extent
      Parallel.forEach(outerCount, costPerIndex: inner.extent) { outer in
        let from = source + plan.offsets(atOuter: outer).a
        let to = out + outer * inner.extent
        if inner.aStride == 0 {
          to.update(repeating: from[0], count: inner.extent)
        } else {
          to.update(from: from, count: inner.extent)
        }
      }
    }
  }
}
