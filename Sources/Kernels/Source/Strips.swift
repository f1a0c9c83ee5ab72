import KernelContract

// Bringing operands in front of the micro-kernel, and its results to where they belong: copies without arithmetic.

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
