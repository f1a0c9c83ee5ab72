import KernelContract

/// out[j·outStride + i] = source[i·sourceStride + j], in blocks of 8×8, then 4×4, then one by one.
@inline(never)
func transpose<Scalar: KernelScalar>(
  _ rows: Int, _ columns: Int, _ source: UnsafePointer<Scalar>, _ sourceStride: Int,
  _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int
) {
  var row = 0
  while row &+ 8 <= rows {
    let from = source + row &* sourceStride
    let to = out + row
    var column = 0
    while column &+ 8 <= columns {
      transpose8(from + column, sourceStride, to + column &* outStride, outStride)
      column &+= 8
    }
    if column < columns {
      transposeSmall(8, columns &- column, from + column, sourceStride, to + column &* outStride, outStride)
    }
    row &+= 8
  }
  if row < rows {
    transposeSmall(rows &- row, columns, source + row &* sourceStride, sourceStride, out + row, outStride)
  }
}

@inline(__always)
private func transposeSmall<Scalar: KernelScalar>(
  _ rows: Int, _ columns: Int, _ source: UnsafePointer<Scalar>, _ sourceStride: Int,
  _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int
) {
  var row = 0
  while row &+ 4 <= rows {
    var column = 0
    while column &+ 4 <= columns {
      transpose4(
        source + (row &* sourceStride &+ column), sourceStride, out + (column &* outStride &+ row), outStride)
      column &+= 4
    }
    while column < columns {
      for i in row..<row &+ 4 { out[column &* outStride &+ i] = source[i &* sourceStride &+ column] }
      column &+= 1
    }
    row &+= 4
  }
  while row < rows {
    var column = 0
    while column < columns {
      out[column &* outStride &+ row] = source[row &* sourceStride &+ column]
      column &+= 1
    }
    row &+= 1
  }
}

/// Even elements of a then b, odd elements of a then b. Three rounds of it (two for 4×4) transpose a block.
@inline(__always)
private func unzip<Scalar>(_ a: SIMD8<Scalar>, _ b: SIMD8<Scalar>) -> (SIMD8<Scalar>, SIMD8<Scalar>) {
  (SIMD8(lowHalf: a.evenHalf, highHalf: b.evenHalf), SIMD8(lowHalf: a.oddHalf, highHalf: b.oddHalf))
}

@inline(__always)
private func unzip<Scalar>(_ a: SIMD4<Scalar>, _ b: SIMD4<Scalar>) -> (SIMD4<Scalar>, SIMD4<Scalar>) {
  (SIMD4(lowHalf: a.evenHalf, highHalf: b.evenHalf), SIMD4(lowHalf: a.oddHalf, highHalf: b.oddHalf))
}

@inline(__always)
private func transpose8<Scalar: KernelScalar>(
  _ source: UnsafePointer<Scalar>, _ sourceStride: Int, _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int
) {
  func load(_ row: Int) -> SIMD8<Scalar> {
    UnsafeRawPointer(source + row &* sourceStride).loadUnaligned(as: SIMD8<Scalar>.self)
  }
  func store(_ value: SIMD8<Scalar>, _ row: Int) {
    UnsafeMutableRawPointer(out + row &* outStride).storeBytes(of: value, as: SIMD8<Scalar>.self)
  }
  let (a0, a1) = unzip(load(0), load(1))
  let (a2, a3) = unzip(load(2), load(3))
  let (a4, a5) = unzip(load(4), load(5))
  let (a6, a7) = unzip(load(6), load(7))
  let (b0, b2) = unzip(a0, a2)
  let (b1, b3) = unzip(a1, a3)
  let (b4, b6) = unzip(a4, a6)
  let (b5, b7) = unzip(a5, a7)
  let (c0, c4) = unzip(b0, b4)
  let (c1, c5) = unzip(b1, b5)
  let (c2, c6) = unzip(b2, b6)
  let (c3, c7) = unzip(b3, b7)
  store(c0, 0)
  store(c1, 1)
  store(c2, 2)
  store(c3, 3)
  store(c4, 4)
  store(c5, 5)
  store(c6, 6)
  store(c7, 7)
}

@inline(__always)
private func transpose4<Scalar: KernelScalar>(
  _ source: UnsafePointer<Scalar>, _ sourceStride: Int, _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int
) {
  func load(_ row: Int) -> SIMD4<Scalar> {
    UnsafeRawPointer(source + row &* sourceStride).loadUnaligned(as: SIMD4<Scalar>.self)
  }
  func store(_ value: SIMD4<Scalar>, _ row: Int) {
    UnsafeMutableRawPointer(out + row &* outStride).storeBytes(of: value, as: SIMD4<Scalar>.self)
  }
  let (a0, a1) = unzip(load(0), load(1))
  let (a2, a3) = unzip(load(2), load(3))
  let (b0, b2) = unzip(a0, a2)
  let (b1, b3) = unzip(a1, a3)
  store(b0, 0)
  store(b1, 1)
  store(b2, 2)
  store(b3, 3)
}
