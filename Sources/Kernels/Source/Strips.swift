import KernelContract

// Bringing the right operand of a product in front of the micro-kernel, and its result to where it belongs: copies without
// arithmetic.

/// See `ProductKernels.copyLines`.
@inline(never)
func copyLines<Scalar: KernelScalar>(
  _ depth: Int, _ count: Int, _ source: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int32>,
  _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int
) {
  var to = out
  for k in 0..<depth {
    copyRow(source + Int(offsets[k]), to, count)
    to += outStride
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
  // Sixteen lines at a time, all runs of them, so that a line of the strip is written while it is in the first cache.
  var k = 0
  while k < depth {
    let lines = min(16, depth &- k)
    for run in runs {
      gather(run, lines, source, offsets + k, out + k &* outStride, outStride)
    }
    k &+= lines
  }
}

@inline(__always)
private func gather<Scalar: KernelScalar>(
  _ run: StripRun, _ lines: Int, _ source: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int32>,
  _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int
) {
  let from = source + Int(run.source)
  let to = out + Int(run.column)
  let count = Int(run.count)
  switch count {
  case 33...: for k in 0..<lines { copyRow(from + Int(offsets[k]), to + k &* outStride, count) }
  case 17...: gatherEnds(count, lines, from, offsets, to, outStride, SIMD16<Scalar>.self)
  case 16: gatherWhole(lines, from, offsets, to, outStride, SIMD16<Scalar>.self)
  case 9...: gatherEnds(count, lines, from, offsets, to, outStride, SIMD8<Scalar>.self)
  case 8: gatherWhole(lines, from, offsets, to, outStride, SIMD8<Scalar>.self)
  case 5...: gatherEnds(count, lines, from, offsets, to, outStride, SIMD4<Scalar>.self)
  case 4: gatherWhole(lines, from, offsets, to, outStride, SIMD4<Scalar>.self)
  case 3: gatherEnds(count, lines, from, offsets, to, outStride, SIMD2<Scalar>.self)
  case 2: gatherWhole(lines, from, offsets, to, outStride, SIMD2<Scalar>.self)
  default: for k in 0..<lines { to[k &* outStride] = from[Int(offsets[k])] }
  }
}

@inline(__always)
private func gatherWhole<Vector: SIMD>(
  _ lines: Int, _ source: UnsafePointer<Vector.Scalar>, _ offsets: UnsafePointer<Int32>,
  _ out: UnsafeMutablePointer<Vector.Scalar>, _ outStride: Int, _: Vector.Type
) {
  var to = out
  for k in 0..<lines {
    copyVector(source + Int(offsets[k]), to, Vector.self)
    to += outStride
  }
}

@inline(__always)
private func gatherEnds<Vector: SIMD>(
  _ count: Int, _ lines: Int, _ source: UnsafePointer<Vector.Scalar>, _ offsets: UnsafePointer<Int32>,
  _ out: UnsafeMutablePointer<Vector.Scalar>, _ outStride: Int, _: Vector.Type
) {
  let last = count &- Vector.scalarCount
  var to = out
  for k in 0..<lines {
    let from = source + Int(offsets[k])
    copyVector(from, to, Vector.self)
    copyVector(from + last, to + last, Vector.self)
    to += outStride
  }
}

/// See `ProductKernels.interleave`.
@inline(never)
func interleave<Scalar: KernelScalar>(
  _ phases: Int, _ rows: Int, _ width: Int, _ source: UnsafePointer<Scalar>, _ phaseStride: Int,
  _ sourceStride: Int, _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int
) {
  var from = source
  var to = out
  for _ in 0..<rows {
    switch phases {
    case 1: copyRow(from, to, width)
    case 2:
      zipRow(width / 2, from, from + phaseStride, to)
      if width & 1 == 1 { to[width &- 1] = from[width / 2] }
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
    from += sourceStride
    to += outStride
  }
}
