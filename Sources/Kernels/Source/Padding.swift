import KernelContract

/// See `PaddedBand`.
@inline(never)
func pad<Scalar: KernelScalar>(
  _ band: PaddedBand, _ source: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>
) {
  switch band.columnSplit {
  case 1: padWhole(band, source, out)
  case 2: padHalves(band, source, out)
  default: padPhases(band, source, out)
  }
}

/// Where elements `first`, first + split, first + 2·split, … of a row go: `start` columns into phase `phase`.
private struct RowPhase {
  let offset: Int
  let start: Int
  let count: Int

  init(_ band: PaddedBand, first: Int) {
    let split = band.columnSplit
    offset = (first &+ band.margin) % split &* band.phaseStride
    start = min((first &+ band.margin) / split, band.columns)
    count = min(max(0, (band.width &- first &+ split &- 1) / split), band.columns &- start)
  }
}

/// Calls `copy` with every input row inside the image and its line of the copy's first column phase; other lines are zeroed.
@inline(__always)
private func forEachLine<Scalar: KernelScalar>(
  _ band: PaddedBand, _ source: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>,
  _ copy: (UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>) -> Void
) {
  let phaseStride = band.phaseStride
  for channel in 0..<band.channels {
    for rowPhase in 0..<band.rowSplit {
      let to = out + (channel &* band.channelPitch &+ rowPhase &* band.columnSplit &* phaseStride)
      for image in 0..<band.images {
        let plane = source + (image &* band.imageStride &+ channel &* band.channelStride)
        var line = to + image &* band.rows &* band.columns
        var y = band.firstRow &+ rowPhase
        for _ in 0..<band.rows {
          if y >= 0 && y < band.height {
            copy(plane + y &* band.width, line)
          } else {
            for phase in 0..<band.columnSplit { zeroRow(line + phase &* phaseStride, band.columns) }
          }
          y &+= band.rowSplit
          line += band.columns
        }
      }
    }
  }
}

private func padWhole<Scalar: KernelScalar>(
  _ band: PaddedBand, _ source: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>
) {
  let phase = RowPhase(band, first: 0)
  let end = phase.start &+ phase.count
  forEachLine(band, source, out) { row, line in
    zeroRow(line, phase.start)
    copyRow(row, line + phase.start, phase.count)
    zeroRow(line + end, band.columns &- end)
  }
}

/// Stride 2: even and odd elements of a row to the two column phases.
private func padHalves<Scalar: KernelScalar>(
  _ band: PaddedBand, _ source: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>
) {
  let even = RowPhase(band, first: 0)
  let odd = RowPhase(band, first: 1)
  let evenEnd = even.start &+ even.count
  let oddEnd = odd.start &+ odd.count
  let pairs = min(even.count, odd.count)
  forEachLine(band, source, out) { row, line in
    let evenLine = line + even.offset
    let oddLine = line + odd.offset
    zeroRow(evenLine, even.start)
    zeroRow(oddLine, odd.start)
    unzipRow(pairs, row, evenLine + even.start, oddLine + odd.start)
    if pairs < even.count { evenLine[evenEnd &- 1] = row[2 &* (even.count &- 1)] }
    if pairs < odd.count { oddLine[oddEnd &- 1] = row[2 &* (odd.count &- 1) &+ 1] }
    zeroRow(evenLine + evenEnd, band.columns &- evenEnd)
    zeroRow(oddLine + oddEnd, band.columns &- oddEnd)
  }
}

private func padPhases<Scalar: KernelScalar>(
  _ band: PaddedBand, _ source: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>
) {
  for first in 0..<band.columnSplit {
    let phase = RowPhase(band, first: first)
    forEachLine(band, source, out) { row, line in
      let to = line + phase.offset
      zeroRow(to, band.columns)
      for column in 0..<phase.count { to[phase.start &+ column] = row[first &+ column &* band.columnSplit] }
    }
  }
}
