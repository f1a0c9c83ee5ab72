import KernelContract

extension CompiledKernels {
  /// A channel of an image is first staged: padded with zeros and split by the stride, small enough for the first
  /// cache. Every tap column is then a block of whole rows of it. The zeros of the stage are written once; all images
  /// share them.
  @inline(never)
  package static func layTaps(
    _ planes: TapPlanes, columns: UnsafeBufferPointer<TapColumn>, _ source: Source, to out: Destination,
    stage: Destination
  ) {
    let planePitch = planes.planePitch
    let rowPitch = planes.rowPitch
    let stagePitch = planes.stagePitch
    let stagePlane = planes.rows &* stagePitch
    let split = planes.columnSplit
    let inside = stage + planes.stageMargin
    zeroRow(stage, planes.rowSplit &* split &* stagePlane)
    for channel in 0..<planes.channels {
      for image in 0..<planes.imageCapacity {
        var to = out + (channel &* planes.rowSplit &* columns.count &* planePitch &+ image &* planes.width)
        guard image < planes.images else {
          for _ in 0..<planes.rowSplit &* columns.count {
            for row in 0..<planes.rows { zeroRow(to + row &* rowPitch, planes.width) }
            to += planePitch
          }
          continue
        }
        let plane = source + (image &* planes.imageStride &+ channel &* planes.channelStride)
        for phase in 0..<planes.rowSplit {
          let phaseStage = phase &* split &* stagePlane
          stageRows(planes, phase, plane, inside + phaseStage, stagePitch)
          for column in columns {
            let from = inside + (phaseStage &+ column.phase &* stagePlane &+ column.shift)
            copyRows(planes.rows, planes.width, from, stagePitch, to, rowPitch)
            to += planePitch
          }
        }
      }
    }
  }
}

/// The rows of one row phase that lie inside the image, every column phase apart.
@inline(__always)
private func stageRows<Scalar: KernelScalar>(
  _ planes: TapPlanes, _ phase: Int, _ plane: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>,
  _ pitch: Int
) {
  let width = planes.inputWidth
  let split = planes.columnSplit
  let stagePlane = planes.rows &* pitch
  var y = planes.firstRow &+ phase
  for row in 0..<planes.rows {
    if y >= 0 && y < planes.inputHeight {
      let from = plane + y &* width
      let to = out + row &* pitch
      switch split {
      case 1: copyRow(from, to, width)
      case 2:
        unzipRow(width / 2, from, to, to + stagePlane)
        if width & 1 == 1 { to[width / 2] = from[width &- 1] }
      default:
        for x in 0..<width { to[x % split &* stagePlane &+ x / split] = from[x] }
      }
    }
    y &+= planes.rowSplit
  }
}

@inline(__always)
private func copyRows<Scalar: KernelScalar>(
  _ rows: Int, _ width: Int, _ source: UnsafePointer<Scalar>, _ sourceStride: Int,
  _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int
) {
  func each(_ copy: (UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>) -> Void) {
    var from = source
    var to = out
    for _ in 0..<rows {
      copy(from, to)
      from += sourceStride
      to += outStride
    }
  }
  switch width {
  case 4: each { copyVector($0, $1, SIMD4<Scalar>.self) }
  case 8: each { copyVector($0, $1, SIMD8<Scalar>.self) }
  case 16: each { copyVector($0, $1, SIMD16<Scalar>.self) }
  default: each { copyRow($0, $1, width) }
  }
}
