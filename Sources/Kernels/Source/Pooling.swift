import KernelContract

// Rows are covered as in Rows.swift: an overlapping vector writes the same values again.

extension CompiledKernels {
  @inline(never)
  package static func poolPairs(
    rows: Int, columns: Int, _ source: Source, stride sourceStride: Int, scale: Scalar, to out: Destination
  ) {
    var row = 0
    while row < rows {
      let top = source + 2 &* row &* sourceStride
      poolRow(columns, top, top + sourceStride, scale, out + row &* columns)
      row &+= 1
    }
  }

  @inline(never)
  package static func spreadPairs(
    rows: Int, columns: Int, _ source: Source, scale: Scalar, to out: Destination, stride outStride: Int
  ) {
    var row = 0
    while row < rows {
      let top = out + 2 &* row &* outStride
      spreadRow(columns, source + row &* columns, scale, top, top + outStride)
      row &+= 1
    }
  }
}

@inline(__always)
private func poolRow<Scalar: KernelScalar>(
  _ columns: Int, _ top: UnsafePointer<Scalar>, _ bottom: UnsafePointer<Scalar>, _ scale: Scalar,
  _ out: UnsafeMutablePointer<Scalar>
) {
  func eight(_ at: Int) {
    let upper = UnsafeRawPointer(top + 2 &* at).loadUnaligned(as: SIMD16<Scalar>.self)
    let lower = UnsafeRawPointer(bottom + 2 &* at).loadUnaligned(as: SIMD16<Scalar>.self)
    let sum = SIMD8<Scalar>() + upper.evenHalf + upper.oddHalf + lower.evenHalf + lower.oddHalf
    UnsafeMutableRawPointer(out + at).storeBytes(of: sum * scale, as: SIMD8<Scalar>.self)
  }
  func four(_ at: Int) {
    let upper = UnsafeRawPointer(top + 2 &* at).loadUnaligned(as: SIMD8<Scalar>.self)
    let lower = UnsafeRawPointer(bottom + 2 &* at).loadUnaligned(as: SIMD8<Scalar>.self)
    let sum = SIMD4<Scalar>() + upper.evenHalf + upper.oddHalf + lower.evenHalf + lower.oddHalf
    UnsafeMutableRawPointer(out + at).storeBytes(of: sum * scale, as: SIMD4<Scalar>.self)
  }
  coverRow(columns, eight, four) { column in
    let left = 2 &* column
    out[column] = (0 + top[left] + top[left &+ 1] + bottom[left] + bottom[left &+ 1]) * scale
  }
}

@inline(__always)
private func spreadRow<Scalar: KernelScalar>(
  _ columns: Int, _ source: UnsafePointer<Scalar>, _ scale: Scalar, _ top: UnsafeMutablePointer<Scalar>,
  _ bottom: UnsafeMutablePointer<Scalar>
) {
  func eight(_ at: Int) {
    let value =
      SIMD8<Scalar>() + UnsafeRawPointer(source + at).loadUnaligned(as: SIMD8<Scalar>.self) * scale
    var both = SIMD16<Scalar>()
    both.evenHalf = value
    both.oddHalf = value
    UnsafeMutableRawPointer(top + 2 &* at).storeBytes(of: both, as: SIMD16<Scalar>.self)
    UnsafeMutableRawPointer(bottom + 2 &* at).storeBytes(of: both, as: SIMD16<Scalar>.self)
  }
  func four(_ at: Int) {
    let value =
      SIMD4<Scalar>() + UnsafeRawPointer(source + at).loadUnaligned(as: SIMD4<Scalar>.self) * scale
    var both = SIMD8<Scalar>()
    both.evenHalf = value
    both.oddHalf = value
    UnsafeMutableRawPointer(top + 2 &* at).storeBytes(of: both, as: SIMD8<Scalar>.self)
    UnsafeMutableRawPointer(bottom + 2 &* at).storeBytes(of: both, as: SIMD8<Scalar>.self)
  }
  coverRow(columns, eight, four) { column in
    let value = 0 + source[column] * scale
    for position in 2 &* column...2 &* column &+ 1 {
      top[position] = value
      bottom[position] = value
    }
  }
}
