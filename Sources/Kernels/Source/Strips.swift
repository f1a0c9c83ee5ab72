import KernelContract

extension CompiledKernels {
  @inline(never)
  package static func copyLines(
    depth: Int, count: Int, _ source: Source, offsets: Offsets, to out: Destination, stride outStride: Int
  ) {
    var to = out
    for k in 0..<depth {
      copyRow(source + Int(offsets[k]), to, count)
      to += outStride
    }
  }

  @inline(never)
  package static func interleave(
    phases: Int, rows: Int, width: Int, _ source: Source, phaseStride: Int, stride sourceStride: Int,
    to out: Destination, stride outStride: Int
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
}
