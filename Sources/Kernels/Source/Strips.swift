import KernelContract

// Bringing the right operand of a product in front of the micro-kernel, and its result to where it belongs: copies without
// arithmetic.

@inline(__always)
private func copy<Vector: SIMD>(
  _ source: UnsafePointer<Vector.Scalar>, _ out: UnsafeMutablePointer<Vector.Scalar>, _: Vector.Type
) {
  UnsafeMutableRawPointer(out).storeBytes(
    of: UnsafeRawPointer(source).loadUnaligned(as: Vector.self), as: Vector.self)
}

/// See `ProductKernels.copyLines`.
@inline(never)
func copyLines<Scalar: KernelScalar>(
  _ depth: Int, _ count: Int, _ source: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int32>,
  _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int
) {
  var k = 0
  while k < depth {
    let from = source + Int(offsets[k])
    let to = out + k &* outStride
    var index = 0
    while index &+ 8 <= count {
      copy(from + index, to + index, SIMD8<Scalar>.self)
      index &+= 8
    }
    while index < count {
      to[index] = from[index]
      index &+= 1
    }
    k &+= 1
  }
}

/// See `ProductKernels.gather`.
///
/// A run is copied by two vectors that may overlap, so any length costs two moves and nothing outside the run is touched.
@inline(never)
func gather<Scalar: KernelScalar>(
  _ runs: UnsafeBufferPointer<StripRun>, _ depth: Int, _ source: UnsafePointer<Scalar>,
  _ offsets: UnsafePointer<Int32>, _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int
) {
  for run in runs {
    let from = source + Int(run.source)
    let to = out + Int(run.column)
    switch run.count {
    case 33...:
      // Only strips wider than a wide tile's; the first part here, the rest as runs of their own.
      var done: Int32 = 0
      while done < run.count {
        let piece = StripRun(
          column: Int(run.column &+ done), source: Int(run.source &+ done), count: Int(min(32, run.count &- done)))
        withUnsafePointer(to: piece) {
          gather(UnsafeBufferPointer(start: $0, count: 1), depth, source, offsets, out, outStride)
        }
        done &+= 32
      }
    case 17...: gatherEnds(Int(run.count), depth, from, offsets, to, outStride, SIMD16<Scalar>.self)
    case 16: gatherWhole(depth, from, offsets, to, outStride, SIMD16<Scalar>.self)
    case 9...: gatherEnds(Int(run.count), depth, from, offsets, to, outStride, SIMD8<Scalar>.self)
    case 8: gatherWhole(depth, from, offsets, to, outStride, SIMD8<Scalar>.self)
    case 5...: gatherEnds(Int(run.count), depth, from, offsets, to, outStride, SIMD4<Scalar>.self)
    case 4: gatherWhole(depth, from, offsets, to, outStride, SIMD4<Scalar>.self)
    case 3: gatherEnds(3, depth, from, offsets, to, outStride, SIMD2<Scalar>.self)
    case 2: gatherWhole(depth, from, offsets, to, outStride, SIMD2<Scalar>.self)
    default:
      for k in 0..<depth { to[k &* outStride] = from[Int(offsets[k])] }
    }
  }
}

@inline(__always)
private func gatherWhole<Vector: SIMD>(
  _ depth: Int, _ source: UnsafePointer<Vector.Scalar>, _ offsets: UnsafePointer<Int32>,
  _ out: UnsafeMutablePointer<Vector.Scalar>, _ outStride: Int, _: Vector.Type
) {
  var k = 0
  var to = out
  while k < depth {
    copy(source + Int(offsets[k]), to, Vector.self)
    to += outStride
    k &+= 1
  }
}

@inline(__always)
private func gatherEnds<Vector: SIMD>(
  _ count: Int, _ depth: Int, _ source: UnsafePointer<Vector.Scalar>, _ offsets: UnsafePointer<Int32>,
  _ out: UnsafeMutablePointer<Vector.Scalar>, _ outStride: Int, _: Vector.Type
) {
  let last = count &- Vector.scalarCount
  var k = 0
  var to = out
  while k < depth {
    let from = source + Int(offsets[k])
    copy(from, to, Vector.self)
    copy(from + last, to + last, Vector.self)
    to += outStride
    k &+= 1
  }
}

/// See `ProductKernels.interleave`.
@inline(never)
func interleave<Scalar: KernelScalar>(
  _ phases: Int, _ rows: Int, _ width: Int, _ source: UnsafePointer<Scalar>, _ phaseStride: Int,
  _ sourceStride: Int, _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int
) {
  var row = 0
  while row < rows {
    let from = source + row &* sourceStride
    let to = out + row &* outStride
    switch phases {
    case 1: to.update(from: from, count: width)
    case 2: interleaveTwo(width, from, from + phaseStride, to)
    default:
      for phase in 0..<min(phases, width) {
        var index = 0
        var x = phase
        while x < width {
          to[x] = from[phase &* phaseStride &+ index]
          x &+= phases
          index &+= 1
        }
      }
    }
    row &+= 1
  }
}

@inline(__always)
private func interleaveTwo<Scalar: KernelScalar>(
  _ width: Int, _ even: UnsafePointer<Scalar>, _ odd: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>
) {
  var x = 0
  while x &+ 16 <= width {
    zip(even + x / 2, odd + x / 2, out + x, SIMD16<Scalar>.self, SIMD8<Scalar>.self)
    x &+= 16
  }
  if x &+ 8 <= width {
    zip(even + x / 2, odd + x / 2, out + x, SIMD8<Scalar>.self, SIMD4<Scalar>.self)
    x &+= 8
  }
  while x < width {
    out[x] = x & 1 == 0 ? even[x / 2] : odd[x / 2]
    x &+= 1
  }
}

@inline(__always)
private func zip<Scalar: KernelScalar>(
  _ even: UnsafePointer<Scalar>, _ odd: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>,
  _: SIMD16<Scalar>.Type, _: SIMD8<Scalar>.Type
) {
  var both = SIMD16<Scalar>()
  both.evenHalf = UnsafeRawPointer(even).loadUnaligned(as: SIMD8<Scalar>.self)
  both.oddHalf = UnsafeRawPointer(odd).loadUnaligned(as: SIMD8<Scalar>.self)
  UnsafeMutableRawPointer(out).storeBytes(of: both, as: SIMD16<Scalar>.self)
}

@inline(__always)
private func zip<Scalar: KernelScalar>(
  _ even: UnsafePointer<Scalar>, _ odd: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>,
  _: SIMD8<Scalar>.Type, _: SIMD4<Scalar>.Type
) {
  var both = SIMD8<Scalar>()
  both.evenHalf = UnsafeRawPointer(even).loadUnaligned(as: SIMD4<Scalar>.self)
  both.oddHalf = UnsafeRawPointer(odd).loadUnaligned(as: SIMD4<Scalar>.self)
  UnsafeMutableRawPointer(out).storeBytes(of: both, as: SIMD8<Scalar>.self)
}
