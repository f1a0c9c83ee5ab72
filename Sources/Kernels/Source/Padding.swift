import KernelContract

/// See `PaddedBand`.
@inline(never)
func pad<Scalar: KernelScalar>(
  _ band: PaddedBand, _ source: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>
) {
  let split = band.columnSplit
  let phaseStride = band.phaseStride
  for channel in 0..<band.channels {
    for rowPhase in 0..<band.rowSplit {
      let to = out + (channel &* band.channelPitch &+ rowPhase &* split &* phaseStride)
      for image in 0..<band.images {
        let plane = source + (image &* band.imageStride &+ channel &* band.channelStride)
        for row in 0..<band.rows {
          let y = band.firstRow &+ row &* band.rowSplit &+ rowPhase
          let line = to + (image &* band.rows &+ row) &* band.columns
          if y < 0 || y >= band.height {
            for phase in 0..<split { (line + phase &* phaseStride).update(repeating: 0, count: band.columns) }
          } else {
            splitRow(plane + y &* band.width, band.width, split, band.margin, band.columns, line, phaseStride)
          }
        }
      }
    }
  }
}

/// One input row with its margins, every `split`-th element to one phase.
@inline(__always)
private func splitRow<Scalar: KernelScalar>(
  _ row: UnsafePointer<Scalar>, _ width: Int, _ split: Int, _ margin: Int, _ columns: Int,
  _ out: UnsafeMutablePointer<Scalar>, _ phaseStride: Int
) {
  // Elements 0, split, 2·split, … of the row go to phase margin mod split from column margin/split on, and so on.
  for first in 0..<split {
    let to = out + (first &+ margin) % split &* phaseStride
    let start = min((first &+ margin) / split, columns)
    let count = min(max(0, (width &- first &+ split &- 1) / split), columns &- start)
    for column in 0..<start { to[column] = 0 }
    for column in start &+ count..<columns { to[column] = 0 }
    if split == 1 {
      (to + start).update(from: row, count: count)
    } else if split > 2 {
      for column in 0..<count { to[start &+ column] = row[first &+ column &* split] }
    }
  }
  if split == 2 { unzipRow(row, width, margin, columns, out, phaseStride) }
}

/// Even and odd elements of a row to their two phases.
@inline(__always)
private func unzipRow<Scalar: KernelScalar>(
  _ row: UnsafePointer<Scalar>, _ width: Int, _ margin: Int, _ columns: Int, _ out: UnsafeMutablePointer<Scalar>,
  _ phaseStride: Int
) {
  let even = out + ((margin & 1) &* phaseStride &+ margin / 2)
  let odd = out + (((margin &+ 1) & 1) &* phaseStride &+ (margin &+ 1) / 2)
  let evenRoom = columns &- margin / 2
  let oddRoom = columns &- (margin &+ 1) / 2
  let pairs = min(width / 2, min(evenRoom, oddRoom))
  var pair = 0
  while pair &+ 8 <= pairs {
    let both = UnsafeRawPointer(row + 2 &* pair).loadUnaligned(as: SIMD16<Scalar>.self)
    UnsafeMutableRawPointer(even + pair).storeBytes(of: both.evenHalf, as: SIMD8<Scalar>.self)
    UnsafeMutableRawPointer(odd + pair).storeBytes(of: both.oddHalf, as: SIMD8<Scalar>.self)
    pair &+= 8
  }
  if pair &+ 4 <= pairs {
    let both = UnsafeRawPointer(row + 2 &* pair).loadUnaligned(as: SIMD8<Scalar>.self)
    UnsafeMutableRawPointer(even + pair).storeBytes(of: both.evenHalf, as: SIMD4<Scalar>.self)
    UnsafeMutableRawPointer(odd + pair).storeBytes(of: both.oddHalf, as: SIMD4<Scalar>.self)
    pair &+= 4
  }
  while pair &* 2 < width {
    if pair < evenRoom { even[pair] = row[2 &* pair] }
    if pair < oddRoom && 2 &* pair &+ 1 < width { odd[pair] = row[2 &* pair &+ 1] }
    pair &+= 1
  }
}
