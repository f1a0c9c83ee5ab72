import KernelContract

extension CompiledKernels {
  /// Blocks of 8×8, then 4×4, then one by one.
  @inline(never)
  package static func transposeEach(
    count: Int, rows: Int, columns: Int, _ source: Source, step sourceStep: Int, stride sourceStride: Int,
    to out: Destination, step outStep: Int, stride outStride: Int
  ) {
    var source = source
    var out = out
    for _ in 0..<count {
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
      source += sourceStep
      out += outStep
    }
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

/// Even elements of a then b, odd elements of a then b. Two rounds of it transpose a block of 4×4.
@inline(__always)
private func unzip<Scalar>(_ a: SIMD4<Scalar>, _ b: SIMD4<Scalar>) -> (SIMD4<Scalar>, SIMD4<Scalar>) {
  (SIMD4(lowHalf: a.evenHalf, highHalf: b.evenHalf), SIMD4(lowHalf: a.oddHalf, highHalf: b.oddHalf))
}

/// The same in each half of four: moves within 16 bytes are the cheapest.
@inline(__always)
private func unzip<Scalar>(_ a: SIMD8<Scalar>, _ b: SIMD8<Scalar>) -> (SIMD8<Scalar>, SIMD8<Scalar>) {
  let low = unzip(a.lowHalf, b.lowHalf)
  let high = unzip(a.highHalf, b.highHalf)
  return (SIMD8(lowHalf: low.0, highHalf: high.0), SIMD8(lowHalf: low.1, highHalf: high.1))
}

/// Four blocks of 4×4; the two on one side of the diagonal are loaded into the places of their transposes.
@inline(__always)
private func transpose8<Scalar: KernelScalar>(
  _ source: UnsafePointer<Scalar>, _ sourceStride: Int, _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int
) {
  func load(_ row: Int, _ column: Int) -> SIMD4<Scalar> {
    UnsafeRawPointer(source + (row &* sourceStride &+ column)).loadUnaligned(as: SIMD4<Scalar>.self)
  }
  func store(_ value: SIMD8<Scalar>, _ row: Int) {
    UnsafeMutableRawPointer(out + row &* outStride).storeBytes(of: value, as: SIMD8<Scalar>.self)
  }
  func half(_ column: Int) {
    func rows(_ row: Int) -> SIMD8<Scalar> { SIMD8(lowHalf: load(row, column), highHalf: load(row &+ 4, column)) }
    let (a0, a1) = unzip(rows(0), rows(1))
    let (a2, a3) = unzip(rows(2), rows(3))
    let (b0, b2) = unzip(a0, a2)
    let (b1, b3) = unzip(a1, a3)
    store(b0, column)
    store(b1, column &+ 1)
    store(b2, column &+ 2)
    store(b3, column &+ 3)
  }
  half(0)
  half(4)
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
