import KernelContract

/// Adds `term(i)` for i in 0..<count: 16 lanes over chunks of 4096 elements, lanes added pairwise, chunk sums in order
/// in Double.
///
/// A lane adds at most 256 terms before its sum is widened, which keeps the rounding error of a float32 sum over a
/// whole batch near that of a pairwise sum.
@inline(__always)
private func reduce<Scalar: KernelScalar>(
  _ count: Int, _ lanes: (Int) -> SIMD16<Scalar>, _ term: (Int) -> Scalar
) -> Double {
  var total = 0.0
  var start = 0
  while start < count {
    let end = min(start &+ 4096, count)
    let lastFull = start &+ ((end &- start) & ~15)
    var lane = SIMD16<Scalar>()
    var index = start
    while index < lastFull {
      lane += lanes(index)
      index &+= 16
    }
    var rest = SIMD16<Scalar>()
    while index < end {
      rest[index &- lastFull] = term(index)
      index &+= 1
    }
    lane += rest
    let eight = lane.lowHalf + lane.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    total += Double(two.x + two.y)
    start = end
  }
  return total
}

@inline(__always)
private func load<Scalar: KernelScalar>(_ pointer: UnsafePointer<Scalar>, _ index: Int) -> SIMD16<Scalar> {
  UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD16<Scalar>.self)
}

extension CompiledKernels {
  @inline(never)
  package static func sum(count: Int, _ a: Source) -> Double {
    reduce(count, { load(a, $0) }, { a[$0] })
  }

  @inline(never)
  package static func dotProduct(count: Int, _ a: Source, _ b: Source) -> Double {
    reduce(count, { load(a, $0) * load(b, $0) }, { a[$0] * b[$0] })
  }

  @inline(never)
  package static func squaredDeviation(count: Int, _ a: Source, center: Scalar) -> Double {
    let centers = SIMD16<Scalar>(repeating: center)
    return reduce(
      count,
      {
        let deviation = load(a, $0) - centers
        return deviation * deviation
      },
      {
        let deviation = a[$0] - center
        return deviation * deviation
      })
  }
}

@inline(never)
func centeredProduct<Scalar: KernelScalar>(
  _ count: Int, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ center: Scalar
) -> Double {
  let centers = SIMD16<Scalar>(repeating: center)
  return reduce(count, { load(a, $0) * (load(b, $0) - centers) }, { a[$0] * (b[$0] - center) })
}
